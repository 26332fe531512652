using SamTune.Imaging;

namespace SamTune.Data.Datasets;

/// <summary>How a folder of pictures and masks is read.</summary>
public sealed record ImageFolderOptions : PictureOptions
{
    /// <summary>The options used when none are given.</summary>
    public static ImageFolderOptions Default { get; } = new();

    /// <summary>What the numbers in mask files mean.</summary>
    public MaskMode MaskMode { get; init; } = MaskMode.Auto;

    /// <summary>What mask names have after the image's name, such as "_mask".</summary>
    public string MaskSuffix { get; init; } = "";

    /// <summary>
    /// Names of classes by value. When null: "object", or for indexed masks "class 1" and so on for every value that occurs (all masks are
    /// then read on opening).
    /// </summary>
    public IReadOnlyDictionary<int, string>? ClassNames { get; init; }

    /// <summary>Values of indexed masks and instances that are no object, such as 255 for "void".</summary>
    public IReadOnlyList<int> IgnoredValues { get; init; } = [];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (!Enum.IsDefined(MaskMode))
            throw new InputException($"mask mode {MaskMode} is unknown; choose {string.Join(", ", Enum.GetNames<MaskMode>())}.");
    }
}
