using SamTune.Imaging;
using static TorchSharp.torch;

namespace SamTune.Modeling.Preprocessing;

/// <summary>Rasters of more than three bands to model input: scale bilinearly with antialiasing, normalise, then pad with zeros. Red, green and blue come first and are normalised as pictures are.</summary>
public static class BandPreprocessor
{
    private const int Colours = 3;

    /// <summary>Prepares one raster.</summary>
    /// <param name="samples">(3 + N, H, W) row-major: red, green and blue as 0..1, then N bands in the unit of their statistics.</param>
    /// <param name="size">Height and width, in pixels.</param>
    /// <param name="extra">Mean and deviation of each of the N bands over the training data; deviations above 0.</param>
    /// <param name="inputSide">S, the side of the model's input, in pixels.</param>
    /// <param name="device">Where the tensor goes.</param>
    /// <returns>(1, 3 + N, S, S) float32; the caller disposes it.</returns>
    /// <exception cref="ArgumentException">The number of samples is not that of the bands, or a sample is not finite.</exception>
    public static Tensor Prepare(float[] samples, ImageSize size, IReadOnlyList<BandStatistics> extra, int inputSide, Device device)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(extra);
        long bands = Colours + extra.Count;
        if (samples.Length != bands * size.Height * size.Width)
        {
            throw new ArgumentException($"The raster has {samples.Length} samples; {bands} bands of {size.Width}x{size.Height} pixels have {bands * size.Height * size.Width}.", nameof(samples));
        }

        if (Array.FindIndex(samples, s => !float.IsFinite(s)) is var place && place >= 0)
        {
            throw new ArgumentException($"Band {place / (size.Height * size.Width)} of the raster holds {samples[place]}; fill in pixels without data first.", nameof(samples));
        }

        using var scope = NewDisposeScope();
        ImageSize resized = new InputFrame(size, inputSide).Resized;
        var raster = tensor(samples, [1, bands, size.Height, size.Width]);
        if (resized != size)
        {
            raster = nn.functional.interpolate(raster, [resized.Height, resized.Width], mode: InterpolationMode.Bilinear, align_corners: false, antialias: true);
        }

        Tensor PerBand(IEnumerable<float> colours, IEnumerable<float> others) => tensor((float[])[.. colours, .. others], [1, bands, 1, 1]);
        var mean = PerBand(ImagePreprocessor.Mean.ToArray().Select(m => m / byte.MaxValue), extra.Select(e => (float)e.Mean));
        var deviation = PerBand(ImagePreprocessor.Deviation.ToArray().Select(d => d / byte.MaxValue), extra.Select(e => (float)e.Deviation));
        return nn.functional.pad((raster - mean) / deviation, [0, inputSide - resized.Width, 0, inputSide - resized.Height]).to(device).MoveToOuterDisposeScope();
    }
}
