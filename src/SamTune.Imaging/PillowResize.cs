using System.Numerics;

namespace SamTune.Imaging;

/// <summary>
/// Pillow's antialiased bilinear resize, equal to it bit for bit. SAM's pre-processing resizes with Pillow, and another resampler moves
/// mask logits by more than 0.3; so this is part of the model rather than a matter of taste.
/// </summary>
/// <remarks>
/// A separable triangle filter that widens when shrinking. Weights are fixed-point with 22 fraction bits, the horizontal pass comes first
/// and its result is rounded to 8 bits before the vertical pass (Pillow, <c>Resample.c</c>, 8 bits a channel).
/// </remarks>
public static class PillowResize
{
    // 32 bits less 8 for the sample and 2 for the sign and for filters that overshoot.
    internal const int FractionBits = 22;
    private const int Half = 1 << (FractionBits - 1);
    private const int Channels = 3;

    /// <summary>Resizes as <c>Image.resize(size, BILINEAR)</c> does.</summary>
    /// <param name="source">The picture, (H, W, 3).</param>
    /// <param name="target">Height and width wanted, each at least 1.</param>
    /// <returns>A new picture of the wanted size; <paramref name="source"/> itself when the size is unchanged.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A side of the target is below 1.</exception>
    public static RgbImage Bilinear(RgbImage source, ImageSize target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Height, 1, nameof(target));
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Width, 1, nameof(target));

        if (source.Size == target)
            return source;
        if (source.ExtraBands.Count > 0)
            return source.Change(i => Bilinear(i, target));

        byte[] pixels = source.Pixels;
        if (source.Size.Width != target.Width)
            pixels = ResizeRows(pixels, source.Size, target.Width);
        if (source.Size.Height != target.Height)
            pixels = ResizeColumns(pixels, source.Size.Height, target);
        return new RgbImage(target, pixels);
    }

    private static byte[] ResizeRows(byte[] source, ImageSize size, int targetWidth)
    {
        Taps taps = Taps.Create(size.Width, targetWidth);
        var result = new byte[checked(size.Height * targetWidth * Channels)];
        for (int y = 0; y < size.Height; y++)
        {
            ReadOnlySpan<byte> row = source.AsSpan(y * size.Width * Channels, size.Width * Channels);
            Span<byte> output = result.AsSpan(y * targetWidth * Channels, targetWidth * Channels);
            for (int x = 0, o = 0; x < targetWidth; x++, o += Channels)
            {
                ReadOnlySpan<int> weights = taps.Weights(x);
                ReadOnlySpan<byte> input = row.Slice(taps.First[x] * Channels, weights.Length * Channels);
                int red = Half, green = Half, blue = Half;
                for (int j = 0, i = 0; j < weights.Length; j++, i += Channels)
                {
                    int weight = weights[j];
                    red += weight * input[i];
                    green += weight * input[i + 1];
                    blue += weight * input[i + 2];
                }

                output[o] = Clip(red);
                output[o + 1] = Clip(green);
                output[o + 2] = Clip(blue);
            }
        }

        return result;
    }

    private static byte[] ResizeColumns(byte[] source, int sourceHeight, ImageSize target)
    {
        Taps taps = Taps.Create(sourceHeight, target.Height);
        int stride = target.Width * Channels;
        var result = new byte[checked(target.Height * stride)];
        var sums = new int[stride];
        for (int y = 0; y < target.Height; y++)
        {
            sums.AsSpan().Fill(Half);
            ReadOnlySpan<int> weights = taps.Weights(y);
            for (int j = 0; j < weights.Length; j++)
                AddScaled(sums, source.AsSpan((taps.First[y] + j) * stride, stride), weights[j]);

            Span<byte> output = result.AsSpan(y * stride, stride);
            for (int i = 0; i < output.Length; i++)
                output[i] = Clip(sums[i]);
        }

        return result;
    }

    private static void AddScaled(Span<int> sums, ReadOnlySpan<byte> row, int weight)
    {
        int i = 0;
        int lanes = Vector<int>.Count;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            Vector.Widen(new Vector<byte>(row[i..]), out Vector<ushort> low, out Vector<ushort> high);
            Vector.Widen(low, out Vector<uint> a, out Vector<uint> b);
            Vector.Widen(high, out Vector<uint> c, out Vector<uint> d);
            Accumulate(sums[i..], a, weight);
            Accumulate(sums[(i + lanes)..], b, weight);
            Accumulate(sums[(i + 2 * lanes)..], c, weight);
            Accumulate(sums[(i + 3 * lanes)..], d, weight);
        }

        for (; i < row.Length; i++)
            sums[i] += weight * row[i];
    }

    private static void Accumulate(Span<int> sums, Vector<uint> samples, int weight)
        => (new Vector<int>(sums) + (Vector.AsVectorInt32(samples) * weight)).CopyTo(sums);

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> FractionBits, 0, 255);

    /// <summary>For every output position along one axis: the first input position and the fixed-point weights from there on.</summary>
    internal sealed class Taps
    {
        private readonly int[] _weights;
        private readonly int[] _counts;
        private readonly int _stride;

        private Taps(int[] first, int[] counts, int[] weights, int stride)
        {
            First = first;
            _counts = counts;
            _weights = weights;
            _stride = stride;
        }

        public int[] First { get; }

        public ReadOnlySpan<int> Weights(int output) => _weights.AsSpan(output * _stride, _counts[output]);

        public static Taps Create(int input, int output)
        {
            double scale = (double)input / output;
            double support = Math.Max(scale, 1.0);
            double inverse = 1.0 / support;
            int stride = 2 * (int)Math.Ceiling(support) + 1;
            var first = new int[output];
            var counts = new int[output];
            var weights = new int[checked(output * stride)];
            var exact = new double[stride];
            for (int i = 0; i < output; i++)
            {
                double centre = (i + 0.5) * scale;
                int low = Math.Max((int)(centre - support + 0.5), 0);
                int high = Math.Min((int)(centre + support + 0.5), input);
                double total = 0;
                for (int j = low; j < high; j++)
                {
                    double weight = Math.Max(0.0, 1.0 - Math.Abs((j - centre + 0.5) * inverse));
                    exact[j - low] = weight;
                    total += weight;
                }

                first[i] = low;
                counts[i] = high - low;
                for (int j = 0; j < high - low; j++)
                    weights[i * stride + j] = (int)(exact[j] / total * (1 << FractionBits) + 0.5);
            }

            return new Taps(first, counts, weights, stride);
        }
    }
}
