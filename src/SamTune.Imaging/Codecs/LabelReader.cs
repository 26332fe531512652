using NetVips;

namespace SamTune.Imaging.Codecs;

/// <summary>
/// Reads masks and label pictures as the numbers that were stored: palette indices rather than palette colours, 1-, 2- and 4-bit grey as 0,
/// 1, 2 ..., 8- and 16-bit grey as they are. Colours that are no palette become <c>R * 65536 + G * 256 + B</c>, the same number in every
/// file; black is background, and equal channels count as grey. Alpha is ignored.
/// </summary>
public static class LabelReader
{
    /// <summary>Largest label: whole numbers up to here survive a float file.</summary>
    public const int MaximumLabel = 1 << 24;

    /// <summary>Reads labels.</summary>
    /// <param name="path">PNG, TIFF or lossless WebP.</param>
    /// <param name="limits">Largest sizes; <see cref="ReadLimits.Default"/> when null.</param>
    /// <exception cref="InputException">The file is missing, unknown, damaged, too large or lossy, or a value is no whole number from 0
    /// up.</exception>
    public static LabelMap Read(string path, ReadLimits? limits = null)
    {
        using VipsFile file = VipsFile.Open(path, limits ?? ReadLimits.Default);
        if (file.Header.Format == ImageFormat.Jpeg)
            throw new InputException($"{path}: JPEG changes values and cannot hold labels; save them as PNG or TIFF.");
        return Decode(file);
    }

    /// <summary>
    /// Reads a mask of one object: background 0 and one other value (1, 255 or any). A JPEG is taken as black and white, cut in the middle
    /// (128), because its compression smears the values.
    /// </summary>
    /// <param name="path">PNG, TIFF, WebP or JPEG.</param>
    /// <param name="limits">Largest sizes; <see cref="ReadLimits.Default"/> when null.</param>
    /// <exception cref="InputException">As for <see cref="Read"/>, or there is more than one value besides 0.</exception>
    public static BinaryMask ReadBinary(string path, ReadLimits? limits = null)
    {
        using VipsFile file = VipsFile.Open(path, limits ?? ReadLimits.Default);
        if (file.Header.Format == ImageFormat.Jpeg)
            return new BinaryMask(file.Header.Size, Threshold(file));

        LabelMap labels = Decode(file);
        IReadOnlyList<int> values = labels.Values();
        if (values.Count > 1)
        {
            string found = string.Join(", ", values.Take(5)) + (values.Count > 5 ? ", ..." : "");
            throw new InputException(
                $"{path}: {values.Count} values besides 0 ({found}); a binary mask has one: choose the mask mode 'indexed' (a "
                    + "value is a class) or 'instances' (a value is an object).");
        }

        return labels.Foreground();
    }

    private static LabelMap Decode(VipsFile file)
    {
        int divisor = 1;
        if (file.Header.Format == ImageFormat.Png)
        {
            divisor = PngFile.GreyScale(file.Start);
            if (file.Header.HasPalette)
            {
                byte[] grey = PngFile.IndicesAsGrey(file.Path, ReadAll(file.Path));
                file.Replace(_ => Image.PngloadBuffer(grey, access: Enums.Access.Sequential, failOn: Enums.FailOn.Error));
            }
        }

        int channels = file.Image.Bands;
        int[] labels = file.Image.Format switch
        {
            Enums.BandFormat.Uchar => Combine(file.Decode<byte>(), channels, v => v / divisor),
            Enums.BandFormat.Ushort => Single(file, file.Decode<ushort>(), channels, v => v),
            Enums.BandFormat.Char => Single(file, file.Decode<sbyte>(), channels, v => v),
            Enums.BandFormat.Short => Single(file, file.Decode<short>(), channels, v => v),
            Enums.BandFormat.Uint => Single(file, file.Decode<uint>(), channels, v => v),
            Enums.BandFormat.Int => Single(file, file.Decode<int>(), channels, v => v),
            Enums.BandFormat.Float => Single(file, file.Decode<float>(), channels, v => v),
            _ => Single(file, file.Decode<double>(), channels, v => v),
        };
        return new LabelMap(file.Header.Size, labels);
    }

    private static int[] Combine(byte[] samples, int channels, Func<byte, int> convert)
    {
        var labels = new int[samples.Length / channels];
        for (int i = 0, s = 0; i < labels.Length; i++, s += channels)
        {
            bool grey = channels < 3 || (samples[s] == samples[s + 1] && samples[s] == samples[s + 2]);
            labels[i] = grey ? convert(samples[s]) : (samples[s] << 16) | (samples[s + 1] << 8) | samples[s + 2];
        }

        return labels;
    }

    private static int[] Single<T>(VipsFile file, T[] samples, int channels, Func<T, double> convert)
    {
        if (channels > 2)
        {
            throw new InputException(
                $"{file.Path}: {channels} channels of {file.Header.StoredAs}; labels have one channel: export them as grey.");
        }

        var labels = new int[samples.Length / channels];
        for (int i = 0; i < labels.Length; i++)
        {
            double value = convert(samples[i * channels]);
            if (!(value >= 0 && value <= MaximumLabel && Math.Floor(value) == value))
            {
                throw new InputException(
                    $"{file.Path}: the label at x={i % file.Header.Size.Width}, y={i / file.Header.Size.Width} is {value}; "
                        + $"whole numbers from 0 to {MaximumLabel} are needed: map the values first.");
            }

            labels[i] = (int)value;
        }

        return labels;
    }

    private static byte[] Threshold(VipsFile file)
    {
        int channels = file.Image.Bands;
        byte[] samples = file.Decode<byte>();
        var pixels = new byte[samples.Length / channels];
        for (int i = 0; i < pixels.Length; i++)
        {
            byte brightest = samples[i * channels];
            for (int c = 1; c < Math.Min(channels, 3); c++)
                brightest = Math.Max(brightest, samples[i * channels + c]);
            pixels[i] = brightest >= 128 ? (byte)1 : (byte)0;
        }

        return pixels;
    }

    private static byte[] ReadAll(string path)
    {
        using FileStream stream = InputFile.Open(path);
        if (stream.Length > Array.MaxLength)
        {
            throw new InputException(
                $"{path}: {stream.Length} bytes; a label PNG of at most {Array.MaxLength} bytes is read: cut it into tiles.");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
