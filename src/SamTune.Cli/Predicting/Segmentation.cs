using SamTune.Imaging;

namespace SamTune.Cli.Predicting;

/// <summary>A mask as COCO has it: size is height, width; counts are run lengths in COCO's compressed text.</summary>
internal sealed record Segmentation(IReadOnlyList<int> Size, string Counts)
{
    /// <summary>Of run lengths.</summary>
    public static Segmentation Of(RunLength mask) => new([mask.Size.Height, mask.Size.Width], mask.ToCompressedString());

    /// <summary>A box as COCO has it: x, y, width, height.</summary>
    public static IReadOnlyList<float> Box(BoundingBox box) => [box.X0, box.Y0, box.Width, box.Height];
}
