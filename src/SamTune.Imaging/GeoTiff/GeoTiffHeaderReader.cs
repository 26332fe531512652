using System.Globalization;

namespace SamTune.Imaging.GeoTiff;

/// <summary>From the checked tags of a file to its header.</summary>
internal static class GeoTiffHeaderReader
{
    private const int MaximumBands = 65_535;
    private const int TiepointLength = 6, MatrixLength = 16;

    /// <summary>Reads the header.</summary>
    /// <exception cref="InputException">A value is missing, out of range, contradicts another or is of a kind that is not read.</exception>
    public static GeoTiffHeader Read(string path, TiffDirectory tags)
    {
        long width = tags.Integer(TiffTags.ImageWidth, 0), height = tags.Integer(TiffTags.ImageLength, 0), bands = tags.Integer(TiffTags.SamplesPerPixel, 1);
        if (width is < 1 or > int.MaxValue || height is < 1 or > int.MaxValue || bands is < 1 or > MaximumBands)
            throw new InputException($"{path}: the header claims {width}x{height} pixels of {bands} bands; the file is damaged, export it again.");

        var size = new ImageSize((int)height, (int)width);
        bool planar = tags.Integer(TiffTags.PlanarConfiguration, 1) == 2 && bands > 1;
        GeoKeys? keys = ReadKeys(path, tags);
        return new GeoTiffHeader
        {
            Size = size,
            BandNames = GdalMetadata.ReadBandNames(path, tags.Text(TiffTags.GdalMetadata), (int)bands),
            StoredAs = ReadKind(path, tags),
            NoData = ReadNoData(path, tags.Text(TiffTags.GdalNoData)),
            Transform = ReadTransform(path, tags, keys?.HasPixelCentres == true),
            GeoKeys = keys,
            Compression = ReadCompression(path, tags),
            BlockSize = ReadBlockSize(path, tags, size),
            IsTiled = tags.Has(TiffTags.TileWidth),
            IsPlanar = planar,
            IsBigTiff = tags.IsBigTiff,
        };
    }

    private static SampleKind ReadKind(string path, TiffDirectory tags)
    {
        ulong[] bits = tags.Integers(TiffTags.BitsPerSample) ?? [1], formats = tags.Integers(TiffTags.SampleFormat) ?? [1];
        if (bits.Length == 0 || formats.Length == 0 || bits.Distinct().Count() != 1 || formats.Distinct().Count() != 1)
            throw new InputException($"{path}: bands of different types; one type for all is needed: convert, for example with gdal_translate -ot Float32.");

        return (formats[0], bits[0]) switch
        {
            (1 or 4, 8) => SampleKind.UInt8,
            (1 or 4, 16) => SampleKind.UInt16,
            (1 or 4, 32) => SampleKind.UInt32,
            (1, 64) => SampleKind.UInt64,
            (2, 8) => SampleKind.Int8,
            (2, 16) => SampleKind.Int16,
            (2, 32) => SampleKind.Int32,
            (2, 64) => SampleKind.Int64,
            (3, 32) => SampleKind.Float32,
            (3, 64) => SampleKind.Float64,
            _ => throw new InputException(
                $"{path}: samples of {bits[0]} bits in sample format {formats[0]}; whole numbers of 8 to 64 bits or floats of 32 or 64 are read: convert, for example with "
                    + "gdal_translate -ot Byte."),
        };
    }

    private static GeoTiffCompression ReadCompression(string path, TiffDirectory tags)
    {
        long code = tags.Integer(TiffTags.Compression, 1);
        // 32946 is the number that DEFLATE had before it got 8.
        var compression = (GeoTiffCompression)(code == 32946 ? 8 : Math.Min(code, int.MaxValue));
        if (!Enum.IsDefined(compression))
        {
            string name = code switch { 34887 => " (LERC)", 34925 => " (LZMA)", 50000 => " (ZSTD)", 50001 => " (WebP)", 33003 or 33005 or 34712 => " (JPEG 2000)", _ => "" };
            throw new InputException($"{path}: compression {code}{name} is not read; convert the file, for example with gdal_translate -co COMPRESS=DEFLATE.");
        }

        if (tags.Integer(TiffTags.Photometric, 1) == 6 && compression != GeoTiffCompression.Jpeg)
            throw new InputException($"{path}: YCbCr colours without JPEG compression are not read; convert to RGB first.");
        return compression;
    }

    private static ImageSize ReadBlockSize(string path, TiffDirectory tags, ImageSize size)
    {
        if (!tags.Has(TiffTags.TileWidth))
        {
            long rows = tags.Integer(TiffTags.RowsPerStrip, size.Height);
            return rows >= 1 ? new ImageSize((int)Math.Min(rows, size.Height), size.Width) : throw new InputException($"{path}: {rows} rows a strip; the file is damaged, export it again.");
        }

        long width = tags.Integer(TiffTags.TileWidth, 0), height = tags.Integer(TiffTags.TileLength, 0);
        return width is >= 1 and <= int.MaxValue && height is >= 1 and <= int.MaxValue
            ? new ImageSize((int)height, (int)width)
            : throw new InputException($"{path}: the header claims tiles of {width}x{height} pixels; the file is damaged, export it again.");
    }

    private static double? ReadNoData(string path, string? text)
    {
        string trimmed = text?.Trim() ?? "";
        if (trimmed.Length == 0)
            return null;
        if (trimmed.Trim('+', '-').Equals("nan", StringComparison.OrdinalIgnoreCase))
            return double.NaN;
        if (trimmed.Trim('+', '-').StartsWith("inf", StringComparison.OrdinalIgnoreCase))
            return trimmed[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        return double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            ? value
            : throw new InputException($"{path}: the no-data value is '{trimmed}'; a number is needed: set it, for example with gdal_edit.py -a_nodata 0.");
    }

    private static GeoKeys? ReadKeys(string path, TiffDirectory tags)
    {
        if (tags.Integers(TiffTags.GeoKeyDirectory) is not { } directory)
            return null;
        if (Array.Exists(directory, v => v > ushort.MaxValue))
            throw new InputException($"{path}: the GeoTIFF key directory holds numbers above {ushort.MaxValue}; the file is damaged, export it again.");
        return new GeoKeys(path, Array.ConvertAll(directory, v => (ushort)v), tags.Doubles(TiffTags.GeoDoubleParams) ?? [], tags.Text(TiffTags.GeoAsciiParams) ?? "");
    }

    // OGC 19-008, section 7.2.2 (requirements class "Model transformation"); a tie point alone, or many of them, are control points and no transform.
    private static GeoTransform? ReadTransform(string path, TiffDirectory tags, bool pixelCentres)
    {
        GeoTransform transform;
        if (tags.Doubles(TiffTags.ModelTransformation) is { } m)
        {
            if (m.Length != MatrixLength)
                throw new InputException($"{path}: the tag ModelTransformation has {m.Length} numbers; {MatrixLength} are needed: georeference the file again.");
            transform = new GeoTransform(m[3], m[0], m[1], m[7], m[4], m[5]);
        }
        else if (tags.Doubles(TiffTags.ModelPixelScale) is { } scale && tags.Doubles(TiffTags.ModelTiepoint) is { } tie)
        {
            if (scale.Length < 2 || tie.Length < TiepointLength)
                throw new InputException($"{path}: the georeference has {scale.Length} scales and {tie.Length} tie point numbers; 3 and {TiepointLength} are needed: georeference the file again.");
            transform = new GeoTransform(tie[3] - (tie[0] * scale[0]), scale[0], 0, tie[4] + (tie[1] * scale[1]), 0, -scale[1]);
        }
        else
        {
            return null;
        }

        if (pixelCentres)
        {
            (double x, double y) = transform.ToMap(-0.5, -0.5);
            transform = transform with { OriginX = x, OriginY = y };
        }

        transform.Validate(path);
        return transform;
    }
}
