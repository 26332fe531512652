using SamTune.Imaging;

namespace SamTune.Data.Preprocessing;

/// <summary>Samples of a scene's pixels with data, collected strip by strip: of large scenes every n-th pixel, over all of the scene.</summary>
/// <param name="pixels">Pixels of the scene.</param>
internal sealed class ChannelSamples(long pixels)
{
    // The error of a percentile is then far below one grey level.
    private const long MostPixels = 1 << 24;

    private readonly long _step = (pixels + MostPixels - 1) / MostPixels;
    private List<float>[] _channels = [];
    private long _seen;

    /// <summary>The samples of each channel.</summary>
    public IReadOnlyList<float[]> Channels => [.. _channels.Select(c => c.ToArray())];

    /// <summary>The samples of all channels.</summary>
    public float[] All => [.. _channels.SelectMany(c => c)];

    /// <summary>Adds the pixels that follow.</summary>
    public void Add(Raster strip)
    {
        if (_channels.Length == 0)
            _channels = [.. Enumerable.Range(0, strip.Channels).Select(_ => new List<float>())];
        for (long p = (_step - (_seen % _step)) % _step; p < strip.Size.PixelCount; p += _step)
        {
            ReadOnlySpan<float> pixel = strip.Samples.AsSpan((int)p * strip.Channels, strip.Channels);
            if (!HasData(pixel))
                continue;
            for (int c = 0; c < pixel.Length; c++)
                _channels[c].Add(pixel[c]);
        }

        _seen += strip.Size.PixelCount;
    }

    /// <summary>Whether all samples of a pixel are measurements.</summary>
    public static bool HasData(ReadOnlySpan<float> pixel)
    {
        foreach (float sample in pixel)
        {
            if (!float.IsFinite(sample))
                return false;
        }

        return true;
    }
}
