using System.Buffers.Binary;
using SamTune.Imaging.GeoTiff;
using SamTune.Testing;

namespace SamTune.Imaging.Tests.GeoTiff;

/// <summary>Files that are cut short, lie about themselves or are something else.</summary>
public sealed class GeoTiffDamageTests : IDisposable
{
    private const int ImageWidth = 256, BitsPerSample = 258, RowsPerStrip = 278, StripByteCounts = 279, ModelPixelScale = 33550, GeoKeyDirectory = 34735;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("strips_none_uint8.tif")]
    [InlineData("tiles_lzw_predictor3_float32_planar.tif")]
    [InlineData("tiles_deflate_uint8_bigtiff.tif")]
    [InlineData("tiles_jpeg_ycbcr_uint8.tif")]
    public void A_file_cut_short_anywhere_is_refused_in_one_line(string name)
    {
        byte[] whole = File.ReadAllBytes(GeoTiffFilesTests.PathOf(name));
        for (int length = 0; length < whole.Length; length += Math.Max(1, whole.Length / 97))
        {
            // GDAL's strips end with the file; what is lost is always a part of the scene or of its description.
            string path = Write(whole[..length]);
            string message = Assert.Throws<InputException>(() => ReadAll(path)).Message;
            Assert.StartsWith(path, message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Theory]
    [InlineData("strips_none_uint8.tif")]
    [InlineData("tiles_deflate_predictor2_uint16.tif")]
    [InlineData("strips_packbits_int16_bigendian.tif")]
    [InlineData("tiles_jpeg_ycbcr_uint8.tif")]
    public void A_changed_byte_gives_samples_or_one_line(string name)
    {
        byte[] whole = File.ReadAllBytes(GeoTiffFilesTests.PathOf(name));
        for (int i = 0; i < whole.Length; i += Math.Max(1, whole.Length / 400))
        {
            byte[] changed = [.. whole];
            changed[i] ^= 0xFF;
            string path = Write(changed);
            try
            {
                ReadAll(path);
            }
            catch (InputException exception)
            {
                Assert.DoesNotContain('\n', exception.Message);
            }
        }
    }

    [Fact]
    public void Sizes_that_the_file_cannot_hold_are_refused_before_memory_is_taken()
    {
        Refused(Patched(ImageWidth, 2_000_000_000), "decoded at once");
        Refused(Patched(RowsPerStrip, 0), "0 rows");
        Refused(Patched(BitsPerSample, 1), "bits");
        Refused(PatchedCount(GeoKeyDirectory, 3_000_000_000), "claims 3000000000");
        Refused(PatchedCount(StripByteCounts, 1), "lengths");
    }

    [Fact]
    public void A_transform_of_no_numbers_is_refused()
    {
        byte[] file = File.ReadAllBytes(GeoTiffFilesTests.PathOf("strips_none_uint8.tif"));
        int entry = EntryOf(file, ModelPixelScale);
        int values = (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(entry + 8));
        BinaryPrimitives.WriteDoubleLittleEndian(file.AsSpan(values), double.NaN);
        Refused(Write(file), "NaN");
        BinaryPrimitives.WriteDoubleLittleEndian(file.AsSpan(values), 0);
        Refused(Write(file), "no area");
    }

    [Fact]
    public void Keys_that_point_nowhere_are_refused()
    {
        byte[] file = File.ReadAllBytes(GeoTiffFilesTests.PathOf("strips_none_uint8.tif"));
        int keys = (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(EntryOf(file, GeoKeyDirectory) + 8));
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(keys + 6), 500);
        Refused(Write(file), "key directory");
    }

    [Fact]
    public void Other_files_are_refused_by_name()
    {
        Refused(Write([0x89, .. "PNG\r\n"u8, 0x1A, .. "\nabcdefgh"u8]), "first bytes");
        Refused(Write([.. "II"u8, 44, 0, .. new byte[12]]), "version is 44");
        Refused(_folder.At("missing.tif"), "no such file");
    }

    [Fact]
    public void A_rectangle_beyond_the_limit_is_refused_though_the_scene_is_open()
    {
        using GeoTiffReader reader = GeoTiffReader.Open(GeoTiffFilesTests.PathOf("strips_none_uint8.tif"), new SamTune.Imaging.Codecs.ReadLimits { MaximumSide = 20 });

        Assert.Throws<InputException>(() => reader.Read(new PixelWindow(0, 0, 21, 1)));
        Assert.Equal(20, reader.Read(new PixelWindow(0, 0, 20, 1)).Size.Width);
    }

    [Fact]
    public void A_scene_without_georeference_says_so()
    {
        string path = _folder.At("plain.tif");
        GeoTiffWriter.Write(path, new GeoTiffHeader { Size = new ImageSize(2, 2), BandNames = [null], StoredAs = SampleKind.UInt8 }, new byte[4]);

        using GeoTiffReader reader = GeoTiffReader.Open(path);

        Assert.Null(reader.Header.Transform);
        Assert.Null(reader.Header.GroundResolution);
        Assert.Contains("no coordinate reference system", Assert.Throws<InputException>(() => reader.Header.RequireCoordinateReferenceSystem(path)).Message);
    }

    private static void ReadAll(string path)
    {
        using GeoTiffReader reader = GeoTiffReader.Open(path);
        reader.Read(PixelWindow.Whole(reader.Header.Size));
    }

    private static void Refused(string path, string part)
    {
        string message = Assert.Throws<InputException>(() => ReadAll(path)).Message;
        Assert.Contains(part, message, StringComparison.Ordinal);
        Assert.StartsWith(path, message, StringComparison.Ordinal);
    }

    private static int EntryOf(byte[] file, int tag)
    {
        int directory = (int)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(4));
        int entries = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(directory));
        return Enumerable.Range(0, entries).Select(i => directory + 2 + (12 * i)).Single(at => BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at)) == tag);
    }

    private string Write(byte[] bytes)
    {
        string path = _folder.At("damaged.tif");
        File.WriteAllBytes(path, bytes);
        return path;
    }

    // Puts one LONG in place of whatever a tag held.
    private string Patched(int tag, uint value)
    {
        byte[] file = File.ReadAllBytes(GeoTiffFilesTests.PathOf("strips_none_uint8.tif"));
        int entry = EntryOf(file, tag);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(entry + 2), 4);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(entry + 4), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(entry + 8), value);
        return Write(file);
    }

    private string PatchedCount(int tag, uint count)
    {
        byte[] file = File.ReadAllBytes(GeoTiffFilesTests.PathOf("strips_none_uint8.tif"));
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(EntryOf(file, tag) + 4), count);
        return Write(file);
    }
}
