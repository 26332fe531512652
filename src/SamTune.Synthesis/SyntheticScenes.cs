using SamTune.Data;
using SamTune.Data.Datasets;
using SamTune.Imaging;
using SamTune.Synthesis.Figures;
using SamTune.Synthesis.Scenes;

namespace SamTune.Synthesis;

/// <summary>
/// Pictures made by code, with the exact mask of every object: layered figures with parts and parts of parts, textures, occlusion, light, blur and noise. A scene follows
/// from the seed and its number alone; nothing is stored.
/// </summary>
/// <remarks>Class ids are those of <see cref="SceneLevel"/>. Reading is thread-safe.</remarks>
public sealed class SyntheticScenes : ISegmentationDataset
{
    private readonly SceneOptions _options;
    private readonly IReadOnlyList<IconSet> _icons;
    private readonly long _seed;
    private readonly string _purpose;

    /// <summary>Describes the scenes; none is made yet.</summary>
    /// <param name="count">Number of scenes.</param>
    /// <param name="options">How they are made.</param>
    /// <param name="icons">Figures drawn by others, beside those made by code; may be empty.</param>
    /// <param name="seed">Where every random number comes from.</param>
    /// <param name="split">Name of the stream: scenes of different splits have nothing in common but the icons.</param>
    /// <exception cref="InputException">A setting is out of range.</exception>
    public SyntheticScenes(int count, SceneOptions options, IReadOnlyList<IconSet> icons, long seed, string split)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(icons);
        options.Validate();
        (_options, _icons, _seed, _purpose) = (options, icons, seed, $"scene-{split}");
        Name = $"synthetic scenes ({split})";
        Samples = [.. Enumerable.Range(0, count).Select(i => new SampleInfo($"{split}/{i:d6}", $"{split}/{i:d6}"))];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, string> Classes { get; } = new Dictionary<int, string>
    {
        [(int)SceneLevel.Whole] = "whole",
        [(int)SceneLevel.Part] = "part",
        [(int)SceneLevel.SubPart] = "sub-part",
    };

    /// <inheritdoc/>
    public IReadOnlyList<SampleInfo> Samples { get; }

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        SampleInfo info = Samples[index];
        Random random = DerivedRandom.Create(_seed, _purpose, index);
        (RgbImage image, IReadOnlyList<ObjectMask> objects) = new ScenePainter(_options, _icons, random).Paint();
        return new Sample(info, image, objects, null);
    }
}
