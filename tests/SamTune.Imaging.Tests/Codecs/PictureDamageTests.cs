using System.Buffers.Binary;
using CsCheck;
using NetVips;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Scenes;
using SamTune.Testing;

namespace SamTune.Imaging.Tests.Codecs;

/// <summary>WebP as it is read, and every format truncated, changed and with sizes that no memory holds.</summary>
public sealed class PictureDamageTests : IDisposable
{
    private const int Width = 40, Height = 30;

    private static readonly byte[] s_pixels = [.. Enumerable.Range(0, Width * Height * 3).Select(i => (byte)(i * 37 % 251))];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_lossless_WebP_is_read_to_the_bit_whole_and_by_windows()
    {
        string path = Bytes("a.webp", Encode("webp", lossless: true));

        ImageHeader header = ImageReader.ReadHeader(path);
        Assert.Equal((ImageFormat.WebP, new ImageSize(Height, Width), 3, SampleKind.UInt8, false), (header.Format, header.Size, header.Channels, header.StoredAs, header.IsLossy));
        Assert.Equal(s_pixels, ImageReader.ReadRgb(path).Pixels);
        Assert.Equal(s_pixels.Select(p => (float)p), ImageReader.ReadRaster(path).Samples);
        using IRasterSource source = RasterSource.Open(path);
        var window = new PixelWindow(7, 11, 20, 5);
        Assert.Equal(new RgbImage(header.Size, s_pixels).Cut(window).Pixels.Select(p => (float)p), source.Read(window).Samples);
    }

    [Fact]
    public void Labels_of_a_lossless_WebP_are_exact_and_a_lossy_one_holds_a_black_and_white_mask_only()
    {
        byte[] labels = [.. Enumerable.Range(0, Width * Height).Select(i => (byte)(i % Width / 10))], mask = [.. labels.Select(v => v > 1 ? (byte)255 : (byte)0)];
        string exact = Bytes("exact.webp", EncodeGrey(labels, lossless: true)), lossy = Bytes("lossy.webp", EncodeGrey(labels, lossless: false)), black = Bytes("black.webp", EncodeGrey(mask, lossless: false));
        string alpha = Bytes("alpha.webp", Extended(Encode("webp", lossless: false)));

        Assert.Equal(labels.Select(v => (int)v), LabelReader.Read(exact).Labels);
        Assert.True(ImageReader.ReadHeader(lossy).IsLossy);
        Assert.True(ImageReader.ReadHeader(alpha).IsLossy);
        Expect.Refused(() => LabelReader.Read(lossy), lossy, "lossy WebP", "PNG");
        Expect.Refused(() => LabelReader.Values(lossy), lossy, "lossy WebP");
        Assert.Equal(mask.Select(v => v > 0 ? (byte)1 : (byte)0), LabelReader.ReadBinary(black).Pixels);
    }

    [Theory]
    [InlineData("webp", true)]
    [InlineData("webp", false)]
    [InlineData("jpg", false)]
    [InlineData("tif", false)]
    [InlineData("png", false)]
    public void A_file_cut_at_any_byte_is_refused_in_one_line(string extension, bool lossless)
    {
        byte[] whole = Encode(extension, lossless);
        // Behind the pixels a TIFF has its directory, a JPEG its end marker, a PNG its last chunk.
        Gen.Int[0, whole.Length - 30].Sample(
            length =>
            {
                string path = Bytes($"{Path.GetRandomFileName()}.{extension}", whole[..length]);
                string message = Assert.Throws<InputException>(() => ImageReader.ReadRgb(path)).Message;
                Assert.StartsWith(path, message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', message);
                Assert.Throws<InputException>(() => ReadWindow(path));
            },
            iter: 40,
            threads: 1);
    }

    [Theory]
    [InlineData("webp", true)]
    [InlineData("webp", false)]
    [InlineData("jpg", false)]
    [InlineData("tif", false)]
    [InlineData("png", false)]
    public void Changed_bytes_end_in_a_picture_or_a_message(string extension, bool lossless)
    {
        byte[] whole = Encode(extension, lossless);
        var limits = new ReadLimits { MaximumSide = 4096, MaximumPixels = 1 << 22 };
        Gen.Select(Gen.Int[0, whole.Length - 1], Gen.Byte).Array[1, 4].Sample(
            changes =>
            {
                byte[] bytes = [.. whole];
                foreach ((int at, byte value) in changes)
                    bytes[at] = value;
                string path = Bytes($"{Path.GetRandomFileName()}.{extension}", bytes);
                try
                {
                    Raster read = ImageReader.ReadRaster(path, limits);
                    Assert.Equal(read.Size.PixelCount * read.Channels, read.Samples.Length);
                    Assert.InRange(read.Size.PixelCount, 1, limits.MaximumPixels);
                }
                catch (InputException exception)
                {
                    Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
                    Assert.DoesNotContain('\n', exception.Message);
                }
            },
            iter: 150,
            threads: 1);
    }

    [Fact]
    public void Hostile_sizes_of_every_format_are_refused_before_memory_is_taken()
    {
        byte[] jpeg = Encode("jpg", lossless: false), tiff = Encode("tif", lossless: false), exact = Encode("webp", lossless: true), lossy = Encode("webp", lossless: false), extended = Extended(lossy);

        // Start of frame: marker, length, bits, height, width (ITU T.81, B.2.2).
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 5), 65_000);
        BinaryPrimitives.WriteUInt16BigEndian(jpeg.AsSpan(frame + 7), 65_000);
        SetTag(tiff, 256, 2_000_000);
        SetTag(tiff, 257, 2_000_000);
        // Width and height less 1 in 14 bits each, behind the signature (WebP Lossless Bitstream, section 3).
        BinaryPrimitives.WriteUInt32LittleEndian(exact.AsSpan(21), 0x3FFE | (0x3FFE << 14));
        // 14 bits each, behind the frame tag and start code (RFC 6386, section 9.1).
        BinaryPrimitives.WriteUInt32LittleEndian(lossy.AsSpan(26), 0x3FFF3FFF);
        // The canvas less 1 in 24 bits each.
        new byte[] { 0xFF, 0xFF, 0x00, 0xFE, 0xFF, 0x00 }.CopyTo(extended, 24);

        Check("a.jpg", jpeg, "65000x65000");
        Check("a.tif", tiff, "");
        Check("exact.webp", exact, "16383x16383");
        Check("lossy.webp", lossy, "16383x16383");
        Check("extended.webp", extended, "");

        void Check(string name, byte[] bytes, string size)
        {
            string path = Bytes(name, bytes);
            long before = GC.GetTotalAllocatedBytes(precise: true);
            var limits = new ReadLimits { MaximumSide = 16_000 };
            Expect.Refused(() => ImageReader.ReadRgb(path, limits), path, size);
            Expect.Refused(() => ImageReader.ReadRaster(path, limits), path, size);
            Expect.Refused(() => LabelReader.ReadBinary(path, limits), path, size);
            Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 4_000_000);
        }
    }

    private static void ReadWindow(string path)
    {
        using IRasterSource source = RasterSource.Open(path);
        source.Read(PixelWindow.Whole(source.Size));
    }

    // A directory of 12-byte entries, of which those of one number stand in the entry (TIFF 6.0, section 2).
    private static void SetTag(byte[] tiff, ushort tag, uint value)
    {
        int directory = BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(4)), count = BinaryPrimitives.ReadUInt16LittleEndian(tiff.AsSpan(directory));
        int entry = Enumerable.Range(0, count).Select(i => directory + 2 + (12 * i)).First(at => BinaryPrimitives.ReadUInt16LittleEndian(tiff.AsSpan(at)) == tag);
        BinaryPrimitives.WriteUInt16LittleEndian(tiff.AsSpan(entry + 2), 4);
        BinaryPrimitives.WriteUInt32LittleEndian(tiff.AsSpan(entry + 8), value);
    }

    // The pixels of a simple file in an extended one, behind its header and a chunk that nobody knows, of odd length.
    private static byte[] Extended(byte[] simple)
    {
        byte[] canvas = [0, 0, 0, 0, Width - 1, 0, 0, Height - 1, 0, 0];
        byte[] content = [.. "WEBP"u8, .. "VP8X"u8, 10, 0, 0, 0, .. canvas, .. "ABCD"u8, 1, 0, 0, 0, 7, 0, .. simple[12..]];
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, content.Length);
        return [.. "RIFF"u8, .. length, .. content];
    }

    private static byte[] Encode(string extension, bool lossless)
    {
        using Image raw = Image.NewFromMemory(s_pixels, Width, Height, 3, Enums.BandFormat.Uchar);
        using Image image = raw.Copy(interpretation: Enums.Interpretation.Srgb);
        return extension switch
        {
            "webp" => image.WebpsaveBuffer(lossless: lossless, keep: Enums.ForeignKeep.None),
            "jpg" => image.JpegsaveBuffer(keep: Enums.ForeignKeep.None),
            "tif" => image.TiffsaveBuffer(),
            _ => image.PngsaveBuffer(),
        };
    }

    private static byte[] EncodeGrey(byte[] grey, bool lossless)
    {
        using Image image = Image.NewFromMemory([.. grey.SelectMany(v => new[] { v, v, v })], Width, Height, 3, Enums.BandFormat.Uchar);
        return image.WebpsaveBuffer(lossless: lossless, keep: Enums.ForeignKeep.None);
    }

    private string Bytes(string name, byte[] bytes)
    {
        string path = _folder.At(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
