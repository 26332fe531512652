using CsCheck;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Maps;
using SamTune.Testing;

namespace SamTune.Imaging.Tests.GeoTiff;

public sealed class GeoTiffRoundTripTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Bytes_survive() => Survive(Gen.Byte, SampleKind.UInt8);

    [Fact]
    public void Signed_bytes_survive() => Survive(Gen.SByte, SampleKind.Int8);

    [Fact]
    public void Unsigned_16_bits_survive() => Survive(Gen.UShort, SampleKind.UInt16);

    [Fact]
    public void Signed_16_bits_survive() => Survive(Gen.Short, SampleKind.Int16);

    [Fact]
    public void Unsigned_32_bits_survive() => Survive(Gen.UInt, SampleKind.UInt32);

    [Fact]
    public void Signed_32_bits_survive() => Survive(Gen.Int, SampleKind.Int32);

    [Fact]
    public void Floats_survive_bit_for_bit() => Survive(Gen.Float, SampleKind.Float32);

    [Fact]
    public void Doubles_survive_bit_for_bit() => Survive(Gen.Double, SampleKind.Float64);

    [Fact]
    public void Tags_survive() => Headers(SampleKind.UInt8).Sample(
        header =>
        {
            string path = _folder.At($"{Path.GetRandomFileName()}.tif");
            GeoTiffWriter.Write(path, header, new byte[header.Size.PixelCount * header.Bands]);
            using GeoTiffReader reader = GeoTiffReader.Open(path);
            GeoTiffHeader found = reader.Header;
            Assert.Equal(header.BandNames, found.BandNames);
            Assert.Equal((header.Size, header.Transform, header.EpsgCode, header.NoData), (found.Size, found.Transform, found.EpsgCode, found.NoData));
            Assert.Equal((header.Compression, header.IsTiled, header.IsPlanar && header.Bands > 1, header.IsBigTiff), (found.Compression, found.IsTiled, found.IsPlanar, found.IsBigTiff));
            Assert.Equal(header.GeoKeys?.Directory, found.GeoKeys?.Directory);
            Assert.Equal(header.GeoKeys?.Doubles, found.GeoKeys?.Doubles);
            Assert.Equal(header.GeoKeys?.Text, found.GeoKeys?.Text);
        },
        iter: 60,
        threads: 1);

    [Fact]
    public void Keys_that_are_not_understood_are_written_back_unchanged()
    {
        foreach (string name in new[] { "point_uint8.tif", "strips_packbits_int16_bigendian.tif", "tiles_deflate_uint8_bigtiff.tif" })
        {
            using GeoTiffReader source = GeoTiffReader.Open(GeoTiffFilesTests.PathOf(name));
            string path = _folder.At(name);
            GeoTiffHeader header = source.Header with { StoredAs = SampleKind.Float32, BandNames = ["score"], NoData = null };
            GeoTiffWriter.Write(path, header, new float[header.Size.PixelCount]);
            using GeoTiffReader copy = GeoTiffReader.Open(path);

            Assert.Equal(source.Header.GeoKeys!.Directory, copy.Header.GeoKeys!.Directory);
            Assert.Equal(source.Header.GeoKeys.Doubles, copy.Header.GeoKeys.Doubles);
            Assert.Equal(source.Header.GeoKeys.Text, copy.Header.GeoKeys.Text);
            Assert.Equal(source.Header.Transform, copy.Header.Transform);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Rows_may_come_in_portions_of_any_height(bool tiled)
    {
        var header = new GeoTiffHeader { Size = new ImageSize(70, 20), BandNames = [null, null], StoredAs = SampleKind.UInt8, IsTiled = tiled, BlockSize = tiled ? new(32, 16) : new(9, 20) };
        byte[] samples = [.. Enumerable.Range(0, 70 * 20 * 2).Select(i => (byte)(i * 7))];

        GeoTiffWriter.Write<byte>(_folder.At("rows.tif"), header, rows =>
        {
            foreach ((int first, int end) in new[] { (0, 1), (1, 1), (1, 33), (33, 69), (69, 70) })
                rows.Append(samples.AsSpan((first * 40)..(end * 40)));
        });

        using GeoTiffReader reader = GeoTiffReader.Open(_folder.At("rows.tif"));
        Assert.Equal(samples, reader.ReadSamples<byte>(PixelWindow.Whole(header.Size)));
    }

    [Fact]
    public void Rows_that_are_missing_too_many_or_no_rows_are_refused_and_no_file_appears()
    {
        var header = new GeoTiffHeader { Size = new ImageSize(3, 20), BandNames = [null], StoredAs = SampleKind.UInt8 };
        Assert.Throws<InvalidOperationException>(() => GeoTiffWriter.Write<byte>(_folder.At("rows.tif"), header, rows => rows.Append(new byte[40])));
        Assert.Throws<ArgumentException>(() => GeoTiffWriter.Write<byte>(_folder.At("rows.tif"), header, rows => rows.Append(new byte[80])));
        Assert.Throws<ArgumentException>(() => GeoTiffWriter.Write<byte>(_folder.At("rows.tif"), header, rows => rows.Append(new byte[19])));
        Assert.Empty(Directory.GetFiles(_folder.FullPath));
    }

    [Fact]
    public void A_scene_that_fails_half_way_leaves_the_old_file_and_nothing_else()
    {
        string path = _folder.At("scene.tif");
        File.WriteAllText(path, "before");
        var header = new GeoTiffHeader { Size = new ImageSize(64, 64), BandNames = [null], StoredAs = SampleKind.UInt8, BlockSize = new ImageSize(16, 16) };

        Assert.Throws<InputException>(() => GeoTiffWriter.Write<byte>(path, header, rows =>
        {
            rows.Append(new byte[64 * 40]);
            throw new InputException("the source broke off");
        }));

        Assert.Equal("before", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_folder.FullPath));
    }

    private void Survive<T>(Gen<T> samples, SampleKind kind)
        where T : unmanaged
        => (from header in Headers(kind)
            from values in samples.Array[(int)header.Size.PixelCount * header.Bands]
            select (header, values)).Sample(
            t =>
            {
                string path = _folder.At($"{Path.GetRandomFileName()}.tif");
                GeoTiffWriter.Write(path, t.header, t.values);
                using GeoTiffReader reader = GeoTiffReader.Open(path);
                Assert.Equal(t.values, reader.ReadSamples<T>(PixelWindow.Whole(t.header.Size)));
                var lower = new PixelWindow(t.header.Size.Width / 2, t.header.Size.Height / 2, (t.header.Size.Width + 1) / 2, (t.header.Size.Height + 1) / 2);
                int band = t.header.Bands - 1;
                T[] expected = [.. from y in Enumerable.Range(lower.Y, lower.Height) from x in Enumerable.Range(lower.X, lower.Width)
                                   select t.values[(((y * t.header.Size.Width) + x) * t.header.Bands) + band]];
                Assert.Equal(expected, reader.ReadSamples<T>(lower, [band]));
            },
            iter: 25,
            threads: 1);

    private static Gen<GeoTiffHeader> Headers(SampleKind kind)
        => from height in Gen.Int[1, 70]
           from width in Gen.Int[1, 70]
           from names in Gen.OneOf(Gen.Const((string?)null), Gen.String.AlphaNumeric.Select(s => s.Length == 0 ? null : s), Gen.Const((string?)"a <b> & \"c\"")).Array[1, 5]
           from tiled in Gen.Bool
           from planar in Gen.Bool
           from big in Gen.Bool
           from rows in Gen.Int[1, 80]
           from compression in Gen.OneOf(GeoTiffCompression.None, GeoTiffCompression.Lzw, GeoTiffCompression.Deflate, GeoTiffCompression.PackBits)
           from noData in Gen.OneOf(Gen.Const((double?)null), Gen.Const((double?)double.NaN), Gen.Double.Select(d => (double?)d))
           from epsg in Gen.OneOf(0, 4326, 3857, 32601, 32760, 31985)
           from transform in Transforms
           select new GeoTiffHeader
           {
               Size = new ImageSize(height, width),
               BandNames = names,
               StoredAs = kind,
               NoData = noData,
               GeoKeys = epsg == 0 ? null : GeoKeys.Of(CoordinateReferenceSystem.FromEpsg(epsg)),
               Transform = transform,
               Compression = compression,
               IsTiled = tiled,
               BlockSize = tiled ? new ImageSize(32, 16) : new ImageSize(rows, width),
               IsPlanar = planar,
               IsBigTiff = big,
           };

    private static Gen<GeoTransform?> Transforms
        => Gen.OneOf(
            Gen.Const((GeoTransform?)null),
            Gen.Select(Gen.Double[-1e7, 1e7], Gen.Double[-1e7, 1e7], Gen.Double[1e-6, 100], Gen.Double[1e-6, 100], (x, y, w, h) => (GeoTransform?)GeoTransform.NorthUp(x, y, w, h)),
            Gen.Select(Gen.Double[-1e7, 1e7], Gen.Double[-1e7, 1e7], Gen.Double[1, 9], Gen.Double[-0.5, 0.5], (x, y, s, r) => (GeoTransform?)new GeoTransform(x, s, r, y, r, -s)));
}
