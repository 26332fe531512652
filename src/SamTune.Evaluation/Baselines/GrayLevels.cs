using SamTune.Imaging;

namespace SamTune.Evaluation.Baselines;

/// <summary>Grey levels of 8-bit pictures.</summary>
internal static class GrayLevels
{
    /// <summary>Grey level of one pixel, 0..255: ITU-R BT.601 luma in integers, so that grey pictures keep their levels exactly.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="pixel">y x width + x.</param>
    public static byte At(RgbImage image, int pixel)
    {
        ReadOnlySpan<byte> rgb = image.Pixels.AsSpan(3 * pixel, 3);
        return (byte)((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000);
    }
}
