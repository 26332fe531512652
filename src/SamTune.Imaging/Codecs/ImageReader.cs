using NetVips;

namespace SamTune.Imaging.Codecs;

/// <summary>
/// Reads pictures: PNG, JPEG, TIFF and WebP, recognised by content. The header is checked against limits before a pixel is decoded. Pixels
/// are taken as stored: an EXIF rotation is not applied (masks do not carry one) and colour profiles are ignored.
/// </summary>
public static class ImageReader
{
    /// <summary>What the file says about itself; no pixel is decoded.</summary>
    /// <param name="path">File to read.</param>
    /// <param name="limits">Largest sizes; <see cref="ReadLimits.Default"/> when null.</param>
    /// <exception cref="InputException">The file is missing, unknown, damaged or too large.</exception>
    public static ImageHeader ReadHeader(string path, ReadLimits? limits = null)
    {
        using VipsFile file = VipsFile.Open(path, limits ?? ReadLimits.Default);
        return file.Header;
    }

    /// <summary>
    /// Reads an 8-bit picture as RGB. Grey becomes three equal channels, a palette is expanded, CMYK is converted, and alpha is dropped (as
    /// Pillow's <c>convert("RGB")</c> does; colours under transparent pixels stay as stored).
    /// </summary>
    /// <param name="path">File to read.</param>
    /// <param name="limits">Largest sizes; <see cref="ReadLimits.Default"/> when null.</param>
    /// <exception cref="InputException">The file is missing, unknown, damaged, too large, or has more than 8 bits or other
    /// channels.</exception>
    public static RgbImage ReadRgb(string path, ReadLimits? limits = null)
    {
        using VipsFile file = VipsFile.Open(path, limits ?? ReadLimits.Default);
        ImageHeader header = file.Header;
        if (header.StoredAs != SampleKind.UInt8)
        {
            throw new InputException(
                $"{path}: samples are {header.StoredAs}; an 8-bit picture is needed: choose a preprocessing that maps them to 8 "
                    + "bits (minmax, percentile or window).");
        }

        if (file.Image.Interpretation == Enums.Interpretation.Cmyk)
            file.Replace(image => image.Colourspace(Enums.Interpretation.Srgb));
        int channels = file.Image.Bands;
        if (channels > 4)
        {
            throw new InputException(
                $"{path}: {channels} channels; grey or RGB is needed, with or without alpha: choose the bands to use.");
        }

        byte[] samples = file.Decode<byte>();
        return new RgbImage(header.Size, channels == 3 ? samples : ToRgb(samples, channels));
    }

    /// <summary>
    /// Reads a picture as measured: any number of channels, integers or floats, nothing rescaled, alpha kept as a channel.
    /// </summary>
    /// <param name="path">File to read.</param>
    /// <param name="limits">Largest sizes; <see cref="ReadLimits.Default"/> when null.</param>
    /// <exception cref="InputException">The file is missing, unknown, damaged or too large, or a sample is NaN or infinite.</exception>
    public static Raster ReadRaster(string path, ReadLimits? limits = null)
    {
        using VipsFile file = VipsFile.Open(path, limits ?? ReadLimits.Default);
        ImageHeader header = file.Header;
        if (header.Size.PixelCount * header.Channels > Array.MaxLength)
        {
            throw new InputException(
                $"{path}: {header.Size} with {header.Channels} channels is more than one array holds; cut the picture into "
                    + "tiles.");
        }

        float[] samples = header.StoredAs switch
        {
            SampleKind.UInt8 => Convert(file.Decode<byte>(), v => v),
            SampleKind.Int8 => Convert(file.Decode<sbyte>(), v => v),
            SampleKind.UInt16 => Convert(file.Decode<ushort>(), v => v),
            SampleKind.Int16 => Convert(file.Decode<short>(), v => v),
            SampleKind.UInt32 => Convert(file.Decode<uint>(), v => (float)v),
            SampleKind.Int32 => Convert(file.Decode<int>(), v => (float)v),
            SampleKind.Float64 => Convert(file.Decode<double>(), v => (float)v),
            _ => file.Decode<float>(),
        };
        if (header.StoredAs is SampleKind.Float32 or SampleKind.Float64)
            RefuseNonFinite(path, header, samples);
        return new Raster(header.Size, header.Channels, samples, header.StoredAs);
    }

    private static byte[] ToRgb(byte[] samples, int channels)
    {
        bool grey = channels < 3;
        var result = new byte[samples.Length / channels * 3];
        for (int i = 0, o = 0; o < result.Length; i += channels, o += 3)
        {
            result[o] = samples[i];
            result[o + 1] = samples[grey ? i : i + 1];
            result[o + 2] = samples[grey ? i : i + 2];
        }

        return result;
    }

    private static float[] Convert<T>(T[] samples, Func<T, float> convert) => Array.ConvertAll(samples, v => convert(v));

    private static void RefuseNonFinite(string path, ImageHeader header, float[] samples)
    {
        for (int i = 0; i < samples.Length; i++)
        {
            if (float.IsFinite(samples[i]))
                continue;

            int pixel = i / header.Channels;
            throw new InputException(
                $"{path}: the sample at x={pixel % header.Size.Width}, y={pixel / header.Size.Width}, channel "
                    + $"{i % header.Channels} is {samples[i]}; finite numbers are needed: replace missing values first.");
        }
    }
}
