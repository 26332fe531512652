using System.Globalization;
using BitMiracle.LibTiff.Classic;

namespace SamTune.Imaging.GeoTiff;

/// <summary>Writes GeoTIFF files row of blocks by row of blocks, so that a scene may be larger than memory; as BigTIFF where 4 GB may not do. A file appears under its name when complete.</summary>
public static class GeoTiffWriter
{
    // Offsets of 32 bits reach 4 GB; tags and incompressible data need some room.
    private const double LargestClassicBytes = 4.2e9;
    private const double PackingOverhead = 1.02;

    private static readonly TiffFieldInfo[] s_fields =
    [
        new((TiffTag)TiffTags.ModelPixelScale, -1, -1, TiffType.DOUBLE, FieldBit.Custom, true, true, "ModelPixelScale"),
        new((TiffTag)TiffTags.ModelTiepoint, -1, -1, TiffType.DOUBLE, FieldBit.Custom, true, true, "ModelTiepoint"),
        new((TiffTag)TiffTags.ModelTransformation, -1, -1, TiffType.DOUBLE, FieldBit.Custom, true, true, "ModelTransformation"),
        new((TiffTag)TiffTags.GeoKeyDirectory, -1, -1, TiffType.SHORT, FieldBit.Custom, true, true, "GeoKeyDirectory"),
        new((TiffTag)TiffTags.GeoDoubleParams, -1, -1, TiffType.DOUBLE, FieldBit.Custom, true, true, "GeoDoubleParams"),
        new((TiffTag)TiffTags.GeoAsciiParams, -1, -1, TiffType.ASCII, FieldBit.Custom, true, false, "GeoAsciiParams"),
        new((TiffTag)TiffTags.GdalMetadata, -1, -1, TiffType.ASCII, FieldBit.Custom, true, false, "GDALMetadata"),
        new((TiffTag)TiffTags.GdalNoData, -1, -1, TiffType.ASCII, FieldBit.Custom, true, false, "GDALNoData"),
    ];

    /// <summary>Writes a scene whose samples come in parts.</summary>
    /// <typeparam name="T">The type of <see cref="GeoTiffHeader.StoredAs"/>.</typeparam>
    /// <param name="path">.tif file; an existing one is replaced.</param>
    /// <param name="header">Size, bands, type, georeference and layout.</param>
    /// <param name="write">Appends all rows.</param>
    /// <exception cref="ArgumentException">The type is not the header's, or the header contradicts itself.</exception>
    /// <exception cref="InvalidOperationException">Rows are missing.</exception>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write<T>(string path, GeoTiffHeader header, Action<GeoTiffRows<T>> write)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(write);
        Check<T>(path, header);
        double bytes = (double)header.Size.PixelCount * header.Bands * SampleKinds.Bytes(header.StoredAs) * PackingOverhead;
        AtomicFile.Write(path, stream =>
        {
            using TiffLibrary library = TiffLibrary.Create(path, stream, header.IsBigTiff || bytes > LargestClassicBytes);
            WriteTags(library, header);
            var rows = new GeoTiffRows<T>(library, header);
            write(rows);
            rows.RequireAll();
            if (!library.Image.WriteDirectory())
                throw library.Failure("the directory cannot be written");
        });
    }

    /// <summary>Writes a scene that is in memory.</summary>
    /// <typeparam name="T">The type of <see cref="GeoTiffHeader.StoredAs"/>.</typeparam>
    /// <param name="path">.tif file; an existing one is replaced.</param>
    /// <param name="header">Size, bands, type, georeference and layout.</param>
    /// <param name="samples">(H, W, C) samples, interleaved, row-major.</param>
    /// <exception cref="ArgumentException">The type is not the header's, or the number of samples does not fit it.</exception>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write<T>(string path, GeoTiffHeader header, T[] samples)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(header);
        ArgumentNullException.ThrowIfNull(samples);
        if (samples.LongLength != header.Size.PixelCount * header.Bands)
            throw new ArgumentException($"{path}: {header.Size} with {header.Bands} bands needs {header.Size.PixelCount * header.Bands} samples; got {samples.LongLength}.", nameof(samples));
        Write<T>(path, header, rows => rows.Append(samples));
    }

    private static void Check<T>(string path, GeoTiffHeader header)
        where T : unmanaged
    {
        if (SampleKinds.Of<T>() != header.StoredAs)
            throw new ArgumentException($"{path}: samples are {header.StoredAs}, not {typeof(T).Name}.");
        if (header.Size.Height < 1 || header.Size.Width < 1 || header.Bands is < 1 or > ushort.MaxValue)
            throw new ArgumentException($"{path}: {header.Size} pixels of {header.Bands} bands cannot be written.");
        if (!Enum.IsDefined(header.Compression) || header.Compression == GeoTiffCompression.Jpeg)
            throw new ArgumentException($"{path}: compression {header.Compression} is not written; choose one without loss.");
        ImageSize block = header.BlockSize;
        if (block.Height < 1 || block.Width < 1 || (header.IsTiled ? block.Height % 16 + block.Width % 16 != 0 : block.Width != header.Size.Width))
            throw new ArgumentException($"{path}: blocks of {block}; sides of tiles are multiples of 16, strips are as wide as the scene ({header.Size}).");
        if ((double)Math.Max(header.Size.Width, block.Width) * block.Height * header.Bands * SampleKinds.Bytes(header.StoredAs) > Array.MaxLength)
            throw new ArgumentException($"{path}: {block.Height} rows of {header.Size.Width} pixels and {header.Bands} bands do not fit into one array; choose lower blocks.");
        header.Transform?.Validate(path);
    }

    private static void WriteTags(TiffLibrary library, GeoTiffHeader header)
    {
        library.Image.MergeFieldInfo(s_fields, s_fields.Length);
        library.Set(TiffTag.IMAGEWIDTH, header.Size.Width);
        library.Set(TiffTag.IMAGELENGTH, header.Size.Height);
        library.Set(TiffTag.SAMPLESPERPIXEL, (short)header.Bands);
        library.Set(TiffTag.BITSPERSAMPLE, (short)(8 * SampleKinds.Bytes(header.StoredAs)));
        library.Set(TiffTag.SAMPLEFORMAT, header.StoredAs switch
        {
            SampleKind.Float32 or SampleKind.Float64 => SampleFormat.IEEEFP,
            SampleKind.Int8 or SampleKind.Int16 or SampleKind.Int32 or SampleKind.Int64 => SampleFormat.INT,
            _ => SampleFormat.UINT,
        });
        library.Set(TiffTag.COMPRESSION, (Compression)(int)header.Compression);
        library.Set(TiffTag.PLANARCONFIG, header.IsPlanar ? PlanarConfig.SEPARATE : PlanarConfig.CONTIG);
        bool colours = header is { Bands: 3, StoredAs: SampleKind.UInt8 };
        library.Set(TiffTag.PHOTOMETRIC, colours ? Photometric.RGB : Photometric.MINISBLACK);
        if (!colours && header.Bands > 1)
            library.Set(TiffTag.EXTRASAMPLES, (short)(header.Bands - 1), new short[header.Bands - 1]);
        if (header.IsTiled)
        {
            library.Set(TiffTag.TILEWIDTH, header.BlockSize.Width);
            library.Set(TiffTag.TILELENGTH, header.BlockSize.Height);
        }
        else
        {
            library.Set(TiffTag.ROWSPERSTRIP, header.BlockSize.Height);
        }

        WriteGeoreference(library, header);
        if (header.NoData is double noData)
            library.Set((TiffTag)TiffTags.GdalNoData, NoDataText(noData));
        if (GdalMetadata.Write(header.BandNames) is { } xml)
            library.Set((TiffTag)TiffTags.GdalMetadata, xml);
    }

    private static string NoDataText(double value) => double.IsNaN(value) ? "nan" : double.IsInfinity(value) ? (value > 0 ? "inf" : "-inf") : value.ToString("R", CultureInfo.InvariantCulture);

    private static void WriteGeoreference(TiffLibrary library, GeoTiffHeader header)
    {
        if (header.Transform is GeoTransform transform)
        {
            double shift = header.GeoKeys?.HasPixelCentres == true ? 0.5 : 0;
            (double x, double y) = transform.ToMap(shift, shift);
            if (transform is { RowX: 0, ColumnY: 0, ColumnX: > 0, RowY: < 0 })
            {
                library.Set((TiffTag)TiffTags.ModelPixelScale, 3, new[] { transform.ColumnX, -transform.RowY, 0 });
                library.Set((TiffTag)TiffTags.ModelTiepoint, 6, new[] { 0, 0, 0, x, y, 0 });
            }
            else
            {
                library.Set((TiffTag)TiffTags.ModelTransformation, 16, new[] { transform.ColumnX, transform.RowX, 0, x, transform.ColumnY, transform.RowY, 0, y, 0, 0, 0, 0, 0, 0, 0, 1 });
            }
        }

        if (header.GeoKeys is not GeoKeys keys)
            return;
        library.Set((TiffTag)TiffTags.GeoKeyDirectory, keys.Directory.Count, keys.Directory.Select(v => unchecked((short)v)).ToArray());
        if (keys.Doubles.Count > 0)
            library.Set((TiffTag)TiffTags.GeoDoubleParams, keys.Doubles.Count, keys.Doubles.ToArray());
        if (keys.Text.Length > 0)
            library.Set((TiffTag)TiffTags.GeoAsciiParams, keys.Text);
    }
}
