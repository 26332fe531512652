using SamTune.Imaging;
using SamTune.Imaging.Nifti;

namespace SamTune.Evaluation.Metrics;

/// <summary>The one thing every metric of two masks asks for.</summary>
internal static class MaskPair
{
    /// <summary>Refuses masks of different sizes: they do not lie on the same pixels, so no metric between them means anything.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static void RequireSameSize(BinaryMask first, BinaryMask second)
    {
        if (first.Size != second.Size)
        {
            throw new ArgumentException($"Masks of one picture have one size; got {first.Size} and {second.Size}.", nameof(second));
        }
    }

    /// <summary>Refuses volumes of different sizes.</summary>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static void RequireSameSize(BinaryVolume first, BinaryVolume second)
    {
        if (first.Size != second.Size)
        {
            throw new ArgumentException($"Masks of one volume have one size; got {first.Size} and {second.Size}.", nameof(second));
        }
    }
}
