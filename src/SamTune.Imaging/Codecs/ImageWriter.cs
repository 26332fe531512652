using NetVips;

namespace SamTune.Imaging.Codecs;

/// <summary>Writes PNG files, each under its final name only when complete.</summary>
public static class ImageWriter
{
    /// <summary>Writes an 8-bit RGB PNG.</summary>
    /// <param name="path">File to write; an existing one is replaced.</param>
    /// <param name="image">The picture.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void WriteRgbPng(string path, RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        Write(path, image.Pixels, image.Size, bands: 3, Enums.BandFormat.Uchar, Enums.Interpretation.Srgb);
    }

    /// <summary>Writes an 8-bit grey PNG: 255 on the object, 0 elsewhere.</summary>
    /// <param name="path">File to write; an existing one is replaced.</param>
    /// <param name="mask">The mask.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void WriteMaskPng(string path, BinaryMask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        byte[] grey = Array.ConvertAll(mask.Pixels, p => p != 0 ? byte.MaxValue : (byte)0);
        Write(path, grey, mask.Size, bands: 1, Enums.BandFormat.Uchar, Enums.Interpretation.Bw);
    }

    /// <summary>Writes labels as a 16-bit grey PNG; <see cref="LabelReader.Read(string, ReadLimits)"/> gives them back.</summary>
    /// <param name="path">File to write; an existing one is replaced.</param>
    /// <param name="labels">Labels, 0..65535.</param>
    /// <exception cref="InputException">A label is above 65535, or the file cannot be written.</exception>
    public static void WriteLabelPng16(string path, LabelMap labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        int outside = Array.FindIndex(labels.Labels, label => label is < 0 or > ushort.MaxValue);
        if (outside >= 0)
        {
            throw new InputException(
                $"{path}: the label at x={outside % labels.Size.Width}, y={outside / labels.Size.Width} is "
                    + $"{labels.Labels[outside]}; a 16-bit PNG holds 0 to {ushort.MaxValue}: renumber the labels.");
        }

        ushort[] samples = Array.ConvertAll(labels.Labels, label => (ushort)label);
        Write(path, samples, labels.Size, bands: 1, Enums.BandFormat.Ushort, Enums.Interpretation.Grey16);
    }

    private static void Write<T>(
        string path, T[] samples, ImageSize size, int bands, Enums.BandFormat format, Enums.Interpretation interpretation)
        where T : unmanaged
    {
        using Image raw = Image.NewFromMemory(samples, size.Width, size.Height, bands, format);
        using Image image = raw.Copy(interpretation: interpretation);
        byte[] encoded = image.PngsaveBuffer(compression: 6);
        AtomicFile.Write(path, stream => stream.Write(encoded));
    }
}
