using static TorchSharp.torch;

namespace SamTune.Modeling;

/// <summary>
/// Filters that a patch embedding starts from: the cosines of lowest frequency (the discrete cosine transform that JPEG uses, ITU-T T.81, A.3.3), for brightness and for two differences of colour, each
/// scaled so that all channels vary about equally on pictures.
/// </summary>
/// <remarks>
/// Neighbouring pixels are nearly equal, so random filters all see the mean of the patch and next to nothing of the edges in it; with these each channel tells something of its own from the first step on.
/// </remarks>
internal static class PatchFilters
{
    // Brightness takes half of the channels, as fine detail is mostly in it.
    private const double BrightnessShare = 0.5;

    // Pictures vary less in colour than in brightness.
    private const double ColourGain = 2;

    // Amplitudes of pictures fall with frequency (Field 1987); the gain that makes up for it ends where noise takes over.
    private const double GainPerCycle = 0.25, LargestGain = 1.5, MeanGain = 1.2;

    private static readonly double[][] s_colours =
    [
        [Math.Sqrt(1.0 / 3), Math.Sqrt(1.0 / 3), Math.Sqrt(1.0 / 3)],
        [Math.Sqrt(0.5), 0, -Math.Sqrt(0.5)],
        [Math.Sqrt(1.0 / 6), -Math.Sqrt(2.0 / 3), Math.Sqrt(1.0 / 6)],
    ];

    /// <summary>Creates the filters.</summary>
    /// <param name="channels">C, number of filters.</param>
    /// <param name="side">Side of the patch, in pixels.</param>
    /// <returns>(C, 3, side, side); the caller disposes it.</returns>
    public static Tensor Create(long channels, long side)
    {
        long brightness = Math.Min(channels, Math.Max(channels - 2 * side * side, (long)(BrightnessShare * channels)));
        long[] counts = [brightness, (channels - brightness + 1) / 2, (channels - brightness) / 2];
        (int Row, int Column)[] order = [.. (from row in Enumerable.Range(0, (int)side) from column in Enumerable.Range(0, (int)side) select (row, column))
            .OrderBy(f => f.row * f.row + f.column * f.column).ThenBy(f => f.row)];
        var filters = new float[channels * 3 * side * side];
        long at = 0;
        for (int axis = 0; axis < s_colours.Length; axis++)
        {
            for (int i = 0; i < counts[axis]; i++)
            {
                // More channels than frequencies: start over, which leaves equal channels for training to part.
                (int row, int column) = order[i % order.Length];
                double gain = (axis == 0 ? 1 : ColourGain) * Gain(row, column, side);
                foreach (double share in s_colours[axis])
                {
                    for (int y = 0; y < side; y++)
                    {
                        for (int x = 0; x < side; x++)
                        {
                            filters[at++] = (float)(gain * share * Cosine(row, y, side) * Cosine(column, x, side));
                        }
                    }
                }
            }
        }

        return tensor(filters, [channels, 3, side, side]);
    }

    private static double Gain(int row, int column, long side) =>
        row + column == 0 ? MeanGain / side : Math.Min(LargestGain, GainPerCycle * Math.Sqrt(row * row + column * column));

    // Orthonormal.
    private static double Cosine(int frequency, int place, long side) =>
        Math.Sqrt((frequency == 0 ? 1.0 : 2.0) / side) * Math.Cos(Math.PI * (place + 0.5) * frequency / side);
}
