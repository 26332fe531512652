using SamTune.Imaging;

namespace SamTune.Data.Preprocessing;

/// <summary>
/// White balance by the grey-world assumption: the mean of a picture's colours is grey (Buchsbaum 1980, "A spatial processor model for object colour perception"). Under water red
/// is what is missing.
/// </summary>
internal static class GreyWorld
{
    // A colour that is hardly there would become noise.
    private const double LargestGain = 4;

    /// <summary>Scales each of three channels by (mean of all) / (its mean), held to 1/4..4; a channel that is 0 everywhere stays 0.</summary>
    public static Raster Balance(Raster raster)
    {
        if (raster.Channels != 3)
            return raster;

        var sums = new double[3];
        for (int i = 0; i < raster.Samples.Length; i++)
            sums[i % 3] += float.IsFinite(raster.Samples[i]) ? raster.Samples[i] : 0;
        double grey = sums.Sum() / 3;
        float[] gains = [.. sums.Select(sum => sum > 0 ? (float)Math.Clamp(grey / sum, 1 / LargestGain, LargestGain) : 1)];
        var samples = new float[raster.Samples.Length];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = raster.Samples[i] * gains[i % 3];
        // No longer whole numbers, so no longer what the file stored.
        return new Raster(raster.Size, 3, samples, SampleKind.Float32) { BandNames = raster.BandNames, Resolution = raster.Resolution };
    }
}
