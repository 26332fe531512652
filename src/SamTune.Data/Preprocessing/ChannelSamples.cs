using System.Numerics;
using SamTune.Imaging;

namespace SamTune.Data.Preprocessing;

/// <summary>
/// Samples of a scene's pixels with data, collected strip by strip: all of a scene of up to <see cref="MostPixels"/>, of a larger one every n-th pixel over all of it, so that memory has a bound.
/// </summary>
/// <param name="pixels">Pixels of the scene.</param>
internal sealed class ChannelSamples(long pixels)
{
    /// <summary>Most pixels that are kept: 16.8 MB a channel. The rank of a percentile of so many is off by a few hundredths of a percent at most.</summary>
    public const int MostPixels = 1 << 22;

    private float[][] _channels = [];
    private long _step = 1;
    private long _seen;
    private int _count;

    /// <summary>The samples of each channel.</summary>
    public IReadOnlyList<float[]> Channels => [.. _channels.Select(c => _count == c.Length ? c : c[.._count])];

    /// <summary>The samples of all channels.</summary>
    public float[] All => [.. Channels.SelectMany(c => c)];

    /// <summary>Adds the pixels that follow.</summary>
    /// <param name="strip">Rows of the scene, over its whole width.</param>
    public void Add(Raster strip)
    {
        if (_channels.Length == 0)
        {
            _step = Step(strip.Size.Width);
            _channels = [.. Enumerable.Range(0, strip.Channels).Select(_ => new float[(pixels + _step - 1) / _step])];
        }

        for (long p = (_step - (_seen % _step)) % _step; p < strip.Size.PixelCount; p += _step)
        {
            ReadOnlySpan<float> pixel = strip.Samples.AsSpan((int)p * strip.Channels, strip.Channels);
            if (!HasData(pixel))
                continue;
            for (int c = 0; c < pixel.Length; c++)
                _channels[c][_count] = pixel[c];
            _count++;
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

    // Without a divisor in common with the width, so that all columns are looked at in turn.
    private long Step(int width)
    {
        long step = Math.Max(1, (pixels + MostPixels - 1) / MostPixels);
        while (step > 1 && BigInteger.GreatestCommonDivisor(step, width) != 1)
            step++;
        return step;
    }
}
