using SamTune.Imaging;

namespace SamTune.Synthesis;

/// <summary>How scenes are made. Immutable; the same options and seed give the same scenes.</summary>
public sealed record SceneOptions
{
    /// <summary>Height and width, in pixels.</summary>
    public int Side { get; init; } = 256;

    /// <summary>Figures laid on a scene at most; at least one.</summary>
    public int MaxFigures { get; init; } = 7;

    /// <summary>Masks given out a scene at most.</summary>
    public int MaxObjects { get; init; } = 8;

    /// <summary>Smallest visible object, in pixels.</summary>
    public int MinArea { get; init; } = 120;

    /// <summary>Share of figures taken from an icon set, where there is one, 0..1.</summary>
    public double IconShare { get; init; } = 0.5;

    /// <summary>Share of scenes on a patchwork of regions instead of a plain ground, 0..1.</summary>
    public double PatchworkShare { get; init; } = 0.35;

    /// <summary>Share of grey scenes, 0..1.</summary>
    public double GreyShare { get; init; } = 0.4;

    /// <summary>Checks the settings.</summary>
    /// <exception cref="InputException">One is out of range; the message names it and its range.</exception>
    public void Validate()
    {
        Require(Side is >= 32 and <= 4096, $"side is {Side}; it must be 32 to 4096 pixels");
        Require(MaxFigures is >= 1 and <= 100, $"maxFigures is {MaxFigures}; it must be 1 to 100");
        Require(MaxObjects is >= 1 and <= 100, $"maxObjects is {MaxObjects}; it must be 1 to 100");
        Require(MinArea >= 1 && MinArea < (long)Side * Side, $"minArea is {MinArea}; it must be 1 or more and less than the scene");
        Require(IconShare is >= 0 and <= 1, $"iconShare is {IconShare}; it must be 0 to 1");
        Require(PatchworkShare is >= 0 and <= 1, $"patchworkShare is {PatchworkShare}; it must be 0 to 1");
        Require(GreyShare is >= 0 and <= 1, $"greyShare is {GreyShare}; it must be 0 to 1");
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new InputException($"scenes: {problem}.");
        }
    }
}
