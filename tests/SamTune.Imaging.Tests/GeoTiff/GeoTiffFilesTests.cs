using SamTune.Imaging.GeoTiff;
using SamTune.Testing;

namespace SamTune.Imaging.Tests.GeoTiff;

/// <summary>Files that GDAL wrote.</summary>
public sealed class GeoTiffFilesTests
{
    private static readonly ImageSize s_size = new(37, 50);

    [Theory]
    [InlineData("strips_none_uint8.tif", SampleKind.UInt8, 4, GeoTiffCompression.None)]
    [InlineData("tiles_deflate_predictor2_uint16.tif", SampleKind.UInt16, 3, GeoTiffCompression.Deflate)]
    [InlineData("tiles_lzw_predictor3_float32_planar.tif", SampleKind.Float32, 2, GeoTiffCompression.Lzw)]
    [InlineData("strips_packbits_int16_bigendian.tif", SampleKind.Int16, 2, GeoTiffCompression.PackBits)]
    [InlineData("tiles_deflate_uint8_bigtiff.tif", SampleKind.UInt8, 1, GeoTiffCompression.Deflate)]
    [InlineData("strips_deflate_float64_rotated.tif", SampleKind.Float64, 1, GeoTiffCompression.Deflate)]
    [InlineData("strips_lzw_int32.tif", SampleKind.Int32, 1, GeoTiffCompression.Lzw)]
    [InlineData("point_uint8.tif", SampleKind.UInt8, 4, GeoTiffCompression.None)]
    public void Samples_come_out_as_GDAL_wrote_them(string name, SampleKind kind, int bands, GeoTiffCompression compression)
    {
        using GeoTiffReader reader = Open(name);
        Raster whole = reader.Read(PixelWindow.Whole(s_size));
        var part = new PixelWindow(13, 11, 29, 24);
        Raster last = reader.Read(part, [bands - 1]);

        Assert.Equal((s_size, kind, bands, compression), (reader.Header.Size, reader.Header.StoredAs, reader.Header.Bands, reader.Header.Compression));
        double divisor = kind is SampleKind.Float32 or SampleKind.Float64 ? 8 : 1;
        Assert.Equal(Expected(PixelWindow.Whole(s_size), [.. Enumerable.Range(0, bands)], divisor, reader.Header.NoData), whole.Samples);
        Assert.Equal(Expected(part, [bands - 1], divisor, reader.Header.NoData), last.Samples);
    }

    [Fact]
    public void Lossy_colours_come_out_as_RGB_and_near_what_was_written()
    {
        using GeoTiffReader reader = Open("tiles_jpeg_ycbcr_uint8.tif");

        float[] found = reader.Read(PixelWindow.Whole(s_size)).Samples, expected = Expected(PixelWindow.Whole(s_size), [0, 1, 2], 1);

        Assert.Equal(GeoTiffCompression.Jpeg, reader.Header.Compression);
        // GDAL itself decodes the file to within 5.6 on average: the colours jump, and their differences are stored at half the resolution.
        Assert.InRange(found.Zip(expected, (f, e) => Math.Abs(f - e)).Average(), 0, 7);
    }

    [Fact]
    public void Bands_have_their_names_and_missing_measurements_are_marked()
    {
        using GeoTiffReader reader = Open("strips_none_uint8.tif");

        Raster red = reader.Read(new PixelWindow(0, 0, 3, 1), [0]);

        Assert.Equal(["Blue", "Green", "Red", "NIR"], reader.Header.BandNames);
        Assert.Equal(0, reader.Header.NoData);
        Assert.Equal([float.NaN, 3, 6], red.Samples);
        Assert.Equal(["Blue"], red.BandNames);
        Assert.Equal(new GroundResolution(0.5, 0.5), red.Resolution);
    }

    [Fact]
    public void A_part_that_was_never_written_holds_no_measurement()
    {
        using GeoTiffReader reader = Open("tiles_sparse_uint8.tif");

        Raster whole = reader.Read(PixelWindow.Whole(s_size));

        Assert.Equal(7, reader.Header.NoData);
        Assert.Equal(float.NaN, whole.Samples[(36 * 50) + 49]);
        Assert.True(float.IsFinite(whole.Samples[(15 * 50) + 15]));
    }

    [Fact]
    public void The_georeference_is_read_in_all_its_forms()
    {
        var utm = GeoTransform.NorthUp(500_000, 5_000_000, 0.5, 0.5);

        Assert.Equal((32633, utm), (Header("strips_none_uint8.tif").EpsgCode, Header("strips_none_uint8.tif").Transform));
        Assert.Equal(utm, Header("point_uint8.tif").Transform);
        Assert.Equal(new GeoTransform(500_000, 0.4, 0.3, 5_000_000, 0.3, -0.4), Header("strips_deflate_float64_rotated.tif").Transform);
        Assert.Equal(4326, Header("strips_packbits_int16_bigendian.tif").EpsgCode);
        Assert.Equal(3857, Header("tiles_deflate_uint8_bigtiff.tif").EpsgCode);
    }

    [Fact]
    public void Ground_resolution_is_in_metres_whatever_the_unit()
    {
        // Degrees at 51.98 north: 68.71 km a degree of longitude, 111.27 km of latitude (chords between points of the ellipsoid).
        GroundResolution degrees = Header("strips_packbits_int16_bigendian.tif").GroundResolution!.Value;
        GroundResolution mercator = Header("tiles_deflate_uint8_bigtiff.tif").GroundResolution!.Value;

        Assert.Equal(new GroundResolution(0.5, 0.5), Header("strips_none_uint8.tif").GroundResolution);
        Assert.Equal(0.5, Header("strips_deflate_float64_rotated.tif").GroundResolution!.Value.X, 1e-12);
        Assert.Equal(68.706, degrees.X, 0.001);
        Assert.Equal(111.267, degrees.Y, 0.001);
        // y = 5000 km of web Mercator is 40.92 north.
        Assert.Equal(0.5 * 0.7556, mercator.X, 1e-4);
    }

    [Fact]
    public void A_compression_that_is_not_read_is_named_with_the_way_out()
    {
        string message = Assert.Throws<InputException>(() => Open("zstd_uint8.tif")).Message;
        Assert.Contains("ZSTD", message, StringComparison.Ordinal);
        Assert.Contains("COMPRESS=DEFLATE", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rectangles_and_bands_that_do_not_exist_are_refused()
    {
        using GeoTiffReader reader = Open("strips_none_uint8.tif");

        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read(new PixelWindow(40, 0, 11, 5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => reader.Read(new PixelWindow(int.MaxValue, 0, 2, 2)));
        Assert.Contains("band 4", Assert.Throws<InputException>(() => reader.Read(PixelWindow.Whole(s_size), [4])).Message);
        Assert.Throws<ArgumentException>(() => reader.ReadSamples<float>(PixelWindow.Whole(s_size)));
    }

    [Fact]
    public void Several_threads_read_what_one_reads()
    {
        using GeoTiffReader reader = Open("tiles_lzw_predictor3_float32_planar.tif");
        var found = new float[16][];

        Parallel.For(0, 16, i => found[i] = reader.Read(new PixelWindow(i, i, 20, 20)).Samples);

        Assert.All(Enumerable.Range(0, 16), i => Assert.Equal(Expected(new PixelWindow(i, i, 20, 20), [0, 1], 8), found[i]));
    }

    internal static string PathOf(string name) => RepositoryFiles.At("tests", "SamTune.Imaging.Tests", "GeoTiff", "data", name);

    private static GeoTiffReader Open(string name) => GeoTiffReader.Open(PathOf(name));

    private static GeoTiffHeader Header(string name)
    {
        using GeoTiffReader reader = Open(name);
        return reader.Header;
    }

    private static float[] Expected(PixelWindow window, int[] bands, double divisor, double? noData = null)
    {
        var values = new List<float>();
        for (int y = window.Y; y < window.Y + window.Height; y++)
        {
            for (int x = window.X; x < window.X + window.Width; x++)
                values.AddRange(bands.Select(b => ((3 * x) + (5 * y) + (7 * b)) % 200 / divisor).Select(v => v == noData ? float.NaN : (float)v));
        }

        return [.. values];
    }
}
