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

    // About 16 MB of labels at once.
    private const int StripPixels = 1 << 22;

    /// <summary>Reads labels.</summary>
    /// <param name="path">PNG, TIFF or lossless WebP.</param>
    /// <param name="limits">Largest sizes; <see cref="ReadLimits.Default"/> when null.</param>
    /// <exception cref="InputException">The file is missing, unknown, damaged, too large or lossy, or a value is no whole number from 0
    /// up.</exception>
    public static LabelMap Read(string path, ReadLimits? limits = null)
    {
        using VipsFile file = VipsFile.Open(path, limits ?? ReadLimits.Default);
        if (file.Header.IsLossy)
            throw Lossy(file);
        return Decode(file, PrepareNumbers(file));
    }

    /// <summary>Reads a window of labels, of which alone there is memory; the picture may be larger than any limit.</summary>
    /// <param name="path">PNG, TIFF or lossless WebP.</param>
    /// <param name="window">Which pixels; inside the picture.</param>
    /// <exception cref="InputException">As for the whole picture, as far as the window shows it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The window reaches beyond the picture.</exception>
    public static LabelMap Read(string path, PixelWindow window)
    {
        using VipsFile file = OpenLabels(path);
        window.RequireInside(file.Header.Size);
        return Decode(file, PrepareNumbers(file), window);
    }

    /// <summary>The labels that occur, without 0, in ascending order. Some rows at a time are in memory; the picture may be larger than any limit.</summary>
    /// <param name="path">PNG, TIFF or lossless WebP.</param>
    /// <exception cref="InputException">As for <see cref="Read(string, ReadLimits)"/>.</exception>
    public static IReadOnlyList<int> Values(string path)
    {
        using VipsFile file = OpenLabels(path);
        int divisor = PrepareNumbers(file);
        ImageSize size = file.Header.Size;
        int rows = (int)Math.Clamp(StripPixels / size.Width, 1, size.Height);
        var values = new SortedSet<int>();
        for (int y = 0; y < size.Height; y += rows)
            values.UnionWith(Decode(file, divisor, new PixelWindow(0, y, size.Width, Math.Min(rows, size.Height - y))).Values());
        return [.. values];
    }

    /// <summary>
    /// Reads a mask of one object: background 0 and one other value (1, 255 or any). A JPEG or lossy WebP is taken as black and white, cut in the
    /// middle (128), because its compression smears the values.
    /// </summary>
    /// <param name="path">PNG, TIFF, WebP or JPEG.</param>
    /// <param name="limits">Largest sizes; <see cref="ReadLimits.Default"/> when null.</param>
    /// <exception cref="InputException">As for <see cref="Read(string, ReadLimits)"/>, or there is more than one value besides 0.</exception>
    public static BinaryMask ReadBinary(string path, ReadLimits? limits = null)
    {
        using VipsFile file = VipsFile.Open(path, limits ?? ReadLimits.Default);
        return Binary(file, PixelWindow.Whole(file.Header.Size), file.Decode<byte>, () => Decode(file, PrepareNumbers(file)));
    }

    /// <summary>Reads a window of a mask of one object, of which alone there is memory; the picture may be larger than any limit.</summary>
    /// <param name="path">PNG, TIFF, WebP or JPEG.</param>
    /// <param name="window">Which pixels; inside the picture.</param>
    /// <exception cref="InputException">As for the whole picture, as far as the window shows it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The window reaches beyond the picture.</exception>
    public static BinaryMask ReadBinary(string path, PixelWindow window)
    {
        using VipsFile file = VipsFile.Open(path, ReadLimits.Windows);
        window.RequireInside(file.Header.Size);
        return Binary(file, window, () => file.Decode<byte>(window), () => Decode(file, PrepareNumbers(file), window));
    }

    private static VipsFile OpenLabels(string path)
    {
        VipsFile file = VipsFile.Open(path, ReadLimits.Windows);
        if (!file.Header.IsLossy)
            return file;
        file.Dispose();
        throw Lossy(file);
    }

    private static InputException Lossy(VipsFile file) => new($"{file.Path}: {(file.Header.Format == ImageFormat.Jpeg ? "JPEG" : "lossy WebP")} changes values and cannot hold labels; save them as PNG or TIFF.");

    private static BinaryMask Binary(VipsFile file, PixelWindow window, Func<byte[]> readGrey, Func<LabelMap> readLabels)
    {
        if (file.Header.IsLossy)
            return new BinaryMask(window.Size, Threshold(readGrey(), file.Image.Bands));

        LabelMap labels = readLabels();
        IReadOnlyList<int> values = labels.Values();
        if (values.Count > 1)
        {
            string found = string.Join(", ", values.Take(5)) + (values.Count > 5 ? ", ..." : "");
            throw new InputException(
                $"{file.Path}: {values.Count} values besides 0 ({found}); a binary mask has one: choose the mask mode 'indexed' (a "
                    + "value is a class) or 'instances' (a value is an object).");
        }

        return labels.Foreground();
    }

    // Makes the picture one of numbers as they were stored; what 8-bit samples are to be divided by.
    private static int PrepareNumbers(VipsFile file)
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

        return divisor;
    }

    private static LabelMap Decode(VipsFile file, int divisor, PixelWindow? part = null)
    {
        PixelWindow window = part ?? PixelWindow.Whole(file.Header.Size);
        T[] Samples<T>()
            where T : unmanaged
            => part == null ? file.Decode<T>() : file.Decode<T>(window);
        int[] labels = file.Image.Format switch
        {
            Enums.BandFormat.Uchar => Combine(Samples<byte>(), file.Image.Bands, v => v / divisor),
            Enums.BandFormat.Ushort => Single(file, window, Samples<ushort>(), v => v),
            Enums.BandFormat.Char => Single(file, window, Samples<sbyte>(), v => v),
            Enums.BandFormat.Short => Single(file, window, Samples<short>(), v => v),
            Enums.BandFormat.Uint => Single(file, window, Samples<uint>(), v => v),
            Enums.BandFormat.Int => Single(file, window, Samples<int>(), v => v),
            Enums.BandFormat.Float => Single(file, window, Samples<float>(), v => v),
            _ => Single(file, window, Samples<double>(), v => v),
        };
        return new LabelMap(window.Size, labels);
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

    private static int[] Single<T>(VipsFile file, PixelWindow window, T[] samples, Func<T, double> convert)
    {
        int channels = file.Image.Bands;
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
                    $"{file.Path}: the label at x={window.X + (i % window.Width)}, y={window.Y + (i / window.Width)} is {value}; "
                        + $"whole numbers from 0 to {MaximumLabel} are needed: map the values first.");
            }

            labels[i] = (int)value;
        }

        return labels;
    }

    private static byte[] Threshold(byte[] samples, int channels)
    {
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
