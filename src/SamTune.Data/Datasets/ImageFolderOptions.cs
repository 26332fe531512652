using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;

namespace SamTune.Data.Datasets;

/// <summary>How a folder of pictures and masks is read.</summary>
public sealed record ImageFolderOptions
{
    /// <summary>The options used when none are given.</summary>
    public static ImageFolderOptions Default { get; } = new();

    /// <summary>Name for logs and manifests; the folder's name when null.</summary>
    public string? Name { get; init; }

    /// <summary>What the numbers in mask files mean.</summary>
    public MaskMode MaskMode { get; init; } = MaskMode.Auto;

    /// <summary>What mask names have after the image's name, such as "_mask".</summary>
    public string MaskSuffix { get; init; } = "";

    /// <summary>How masks become objects.</summary>
    public ObjectOptions Objects { get; init; } = new();

    /// <summary>
    /// Names of classes by value. When null: "object", or for indexed masks "class 1" and so on for every value that occurs (all masks are
    /// then read on opening).
    /// </summary>
    public IReadOnlyDictionary<int, string>? ClassNames { get; init; }

    /// <summary>Values of indexed masks and instances that are no object, such as 255 for "void".</summary>
    public IReadOnlyList<int> IgnoredValues { get; init; } = [];

    /// <summary>
    /// Regular expression for the group of a picture in its id (relative path without extension): the first parenthesis, or the whole
    /// match. When null, the first subfolder is the group, and a picture that lies in none is a group of its own.
    /// </summary>
    public string? GroupPattern { get; init; }

    /// <summary>How samples become 8-bit RGB.</summary>
    public PreprocessingSpec Preprocessing { get; init; } = PreprocessingSpec.Rgb;

    /// <summary>Largest pictures that are read.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    /// <summary>Checks all values together.</summary>
    /// <exception cref="InputException">A value is out of its range.</exception>
    public void Validate()
    {
        Objects.Validate();
        Preprocessing.Validate("preprocessing");
        if (!Enum.IsDefined(MaskMode))
            throw new InputException($"mask mode {MaskMode} is unknown; choose {string.Join(", ", Enum.GetNames<MaskMode>())}.");
        SampleGroups.Validate(GroupPattern);
    }
}
