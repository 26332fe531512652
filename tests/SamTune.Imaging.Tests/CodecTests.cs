using NetVips;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Imaging.Tests;

public sealed class CodecTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_golden_picture_decodes_to_its_known_pixels()
    {
        RgbImage image = ImageReader.ReadRgb(RepositoryFiles.Golden("tiny_image.png"));

        Assert.Equal(GoldenTensors.ReadImage("image_u8", 96, 120).Pixels, image.Pixels);
    }

    [Fact]
    public void The_golden_mask_is_read_as_the_training_target()
    {
        BinaryMask mask = LabelReader.ReadBinary(RepositoryFiles.Golden("tiny_mask.png"));

        Assert.Equal(GoldenTensors.Read("train.target").Select(v => (byte)v), mask.Pixels);
        Assert.Equal([255], LabelReader.Read(RepositoryFiles.Golden("tiny_mask.png")).Values());
    }

    [Fact]
    public void Grey_becomes_three_equal_channels_and_alpha_is_dropped()
    {
        string grey = Save("grey.png", new byte[] { 7, 9 }, 2, 1, 1, Enums.BandFormat.Uchar, Enums.Interpretation.Bw);
        string greyAlpha = Save("ga.png", new byte[] { 7, 0, 9, 255 }, 2, 1, 2, Enums.BandFormat.Uchar, Enums.Interpretation.Bw);
        string rgba = Save("rgba.png", new byte[] { 1, 2, 3, 0, 4, 5, 6, 128 }, 2, 1, 4, Enums.BandFormat.Uchar, Enums.Interpretation.Srgb);

        Assert.Equal([7, 7, 7, 9, 9, 9], ImageReader.ReadRgb(grey).Pixels);
        Assert.Equal([7, 7, 7, 9, 9, 9], ImageReader.ReadRgb(greyAlpha).Pixels);
        Assert.Equal([1, 2, 3, 4, 5, 6], ImageReader.ReadRgb(rgba).Pixels);
    }

    [Fact]
    public void A_palette_is_colours_as_a_picture_and_indices_as_labels()
    {
        // Two entries share a colour: only the indices tell them apart.
        string path = Bytes("indexed.png", PngBytes.Create(4, 1, 8, 3, [[0, 1, 2, 3]], [0, 0, 0, 10, 20, 30, 10, 20, 30, 200, 0, 0]));

        Assert.Equal([0, 0, 0, 10, 20, 30, 10, 20, 30, 200, 0, 0], ImageReader.ReadRgb(path).Pixels);
        Assert.Equal([0, 1, 2, 3], LabelReader.Read(path).Labels);
        Assert.True(ImageReader.ReadHeader(path).HasPalette);
    }

    [Theory]
    [InlineData(1, new byte[] { 0b0110_0000 }, new[] { 0, 1, 1, 0 })]
    [InlineData(2, new byte[] { 0b00_01_10_11 }, new[] { 0, 1, 2, 3 })]
    [InlineData(4, new byte[] { 0x05, 0xAF }, new[] { 0, 5, 10, 15 })]
    public void Narrow_samples_are_read_as_stored(byte bits, byte[] row, int[] expected)
    {
        byte[] palette = [.. Enumerable.Range(0, 3 << bits).Select(i => (byte)(i * 5))];

        Assert.Equal(expected, LabelReader.Read(Bytes("grey.png", PngBytes.Create(4, 1, bits, 0, [row]))).Labels);
        Assert.Equal(expected, LabelReader.Read(Bytes("indexed.png", PngBytes.Create(4, 1, bits, 3, [row], palette))).Labels);
    }

    [Fact]
    public void A_window_of_labels_is_cut_from_the_whole_and_the_values_are_those_of_the_whole()
    {
        const int Width = 150, Height = 90;
        var random = new Random(7);
        byte[] bytes = new byte[Width * Height], colours = new byte[Width * Height * 3];
        random.NextBytes(bytes);
        Array.ConvertAll(bytes, b => (byte)(b % 3)).CopyTo(colours, 17);
        ushort[] words = Array.ConvertAll(bytes, b => (ushort)(b * 257));
        byte[][] Rows(int each) => [.. bytes.Take(each * Height).Chunk(each)];
        string tiled = _folder.At("tiled.tif"), striped = _folder.At("striped.tif");
        using (Image image = Image.NewFromMemory(bytes, Width, Height, 1, Enums.BandFormat.Uchar))
        {
            image.Tiffsave(tiled, tile: true, tileWidth: 32, tileHeight: 16);
            image.Tiffsave(striped);
        }

        string[] files =
        [
            tiled, striped, Bytes("grey.png", PngBytes.Create(Width, Height, 8, 0, Rows(Width))), Bytes("two.png", PngBytes.Create(Width, Height, 2, 0, Rows((Width + 3) / 4))),
            Bytes("indexed.png", PngBytes.Create(Width, Height, 8, 3, Rows(Width), new byte[256 * 3])),
            Save("wide.png", words, Width, Height, 1, Enums.BandFormat.Ushort, Enums.Interpretation.Grey16), Save("colours.png", colours, Width, Height, 3, Enums.BandFormat.Uchar, Enums.Interpretation.Srgb),
        ];
        foreach (string path in files)
        {
            LabelMap whole = LabelReader.Read(path);
            Assert.Equal(whole.Values(), LabelReader.Values(path));
            foreach (PixelWindow window in new PixelWindow[] { new(0, 0, 1, 1), new(100, 60, 50, 30), new(33, 17, 64, 40), new(0, 0, Width, Height) })
            {
                Assert.Equal(whole.Cut(window).Labels, LabelReader.Read(path, window).Labels);
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => LabelReader.Read(tiled, new PixelWindow(0, 0, Width, Height + 1)));
        Expect.Refused(() => LabelReader.ReadBinary(tiled, new PixelWindow(0, 0, 9, 9)), "tiled.tif", "indexed");
        string mask = Save("mask.jpg", Array.ConvertAll(bytes, _ => (byte)255), Width, Height, 1, Enums.BandFormat.Uchar, Enums.Interpretation.Bw);
        Assert.Equal(12, LabelReader.ReadBinary(mask, new PixelWindow(5, 6, 3, 4)).Area);
        Expect.Refused(() => LabelReader.Read(mask, new PixelWindow(0, 0, 9, 9)), "mask.jpg", "JPEG");
    }

    [Fact]
    public void Coloured_labels_get_the_same_number_in_every_file()
    {
        string path = Save("colours.png", new byte[] { 0, 0, 0, 1, 2, 3, 5, 5, 5 }, 3, 1, 3, Enums.BandFormat.Uchar, Enums.Interpretation.Srgb);

        Assert.Equal([0, 0x010203, 5], LabelReader.Read(path).Labels);
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        var image = new RgbImage(new ImageSize(2, 2), [1, 2, 3, 4, 5, 6, 7, 8, 9, 250, 251, 252]);
        BinaryMask mask = Masks.Draw("#.", ".#");
        var labels = new LabelMap(new ImageSize(1, 3), [0, 300, 65535]);

        ImageWriter.WriteRgbPng(_folder.At("sub", "image.png"), image);
        ImageWriter.WriteMaskPng(_folder.At("mask.png"), mask);
        ImageWriter.WriteLabelPng16(_folder.At("labels.png"), labels);

        Assert.Equal(image.Pixels, ImageReader.ReadRgb(_folder.At("sub", "image.png")).Pixels);
        Assert.Equal([255, 0, 0, 255], LabelReader.Read(_folder.At("mask.png")).Labels);
        Assert.Equal(mask.Pixels, LabelReader.ReadBinary(_folder.At("mask.png")).Pixels);
        Assert.Equal(labels.Labels, LabelReader.Read(_folder.At("labels.png")).Labels);
        Assert.Equal(SampleKind.UInt16, ImageReader.ReadHeader(_folder.At("labels.png")).StoredAs);
        Assert.DoesNotContain(Directory.EnumerateFiles(_folder.FullPath), f => f.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public void A_rewritten_file_is_read_anew()
    {
        string path = _folder.At("image[page=2].png");
        ImageWriter.WriteRgbPng(path, new RgbImage(new ImageSize(1, 1), [1, 2, 3]));
        _ = ImageReader.ReadRgb(path);
        ImageWriter.WriteRgbPng(path, new RgbImage(new ImageSize(1, 1), [4, 5, 6]));

        Assert.Equal([4, 5, 6], ImageReader.ReadRgb(path).Pixels);
    }

    [Fact]
    public void Sixteen_bit_and_float_pictures_keep_their_numbers()
    {
        string png16 = Save("a.png", new ushort[] { 0, 1000, 65535 }, 3, 1, 1, Enums.BandFormat.Ushort, Enums.Interpretation.Grey16);
        string int16 = Save("b.tif", new short[] { -5, 0, 3000 }, 3, 1, 1, Enums.BandFormat.Short, Enums.Interpretation.Bw);
        string float32 = Save("c.tif", new[] { -1.5f, 0.25f, 1e6f, 2, 3, 4 }, 3, 1, 2, Enums.BandFormat.Float, Enums.Interpretation.Multiband);

        Raster a = ImageReader.ReadRaster(png16), b = ImageReader.ReadRaster(int16), c = ImageReader.ReadRaster(float32);

        Assert.Equal((SampleKind.UInt16, 1), (a.StoredAs, a.Channels));
        Assert.Equal([0, 1000, 65535], a.Samples);
        Assert.Equal(SampleKind.Int16, b.StoredAs);
        Assert.Equal([-5, 0, 3000], b.Samples);
        Assert.Equal((SampleKind.Float32, 2), (c.StoredAs, c.Channels));
        Assert.Equal([-1.5f, 0.25f, 1e6f, 2, 3, 4], c.Samples);
        Expect.Refused(() => ImageReader.ReadRgb(png16), png16, "8-bit", "preprocessing");
    }

    [Fact]
    public void A_missing_number_is_refused_by_its_place()
    {
        string path = Save("nan.tif", new[] { 0f, 1, 2, float.NaN }, 2, 2, 1, Enums.BandFormat.Float, Enums.Interpretation.Bw);

        Expect.Refused(() => ImageReader.ReadRaster(path), path, "x=1, y=1", "NaN");
    }

    [Fact]
    public void Labels_that_are_no_whole_numbers_are_refused_by_their_place()
    {
        string fraction = Save("f.tif", new[] { 0f, 1.5f }, 2, 1, 1, Enums.BandFormat.Float, Enums.Interpretation.Bw);
        string negative = Save("n.tif", new short[] { 0, -1 }, 2, 1, 1, Enums.BandFormat.Short, Enums.Interpretation.Bw);

        Expect.Refused(() => LabelReader.Read(fraction), fraction, "x=1, y=0", "1.5");
        Expect.Refused(() => LabelReader.Read(negative), negative, "-1");
    }

    [Fact]
    public void Several_values_are_no_binary_mask()
    {
        string path = _folder.At("labels.png");
        ImageWriter.WriteLabelPng16(path, new LabelMap(new ImageSize(1, 3), [0, 1, 2]));

        Expect.Refused(() => LabelReader.ReadBinary(path), path, "1, 2", "indexed");
    }

    [Fact]
    public void A_JPEG_can_be_a_black_and_white_mask_but_not_labels()
    {
        string path = _folder.At("mask.jpg");
        byte[] pixels = [.. Enumerable.Range(0, 32 * 32).Select(i => i % 32 < 16 ? (byte)0 : (byte)255)];
        using (Image image = Image.NewFromMemory(pixels, 32, 32, 1, Enums.BandFormat.Uchar))
            image.Jpegsave(path);

        Assert.Equal(512, LabelReader.ReadBinary(path).Area);
        Expect.Refused(() => LabelReader.Read(path), path, "JPEG", "PNG");
    }

    [Fact]
    public void A_hostile_size_is_refused_before_memory_is_taken()
    {
        string path = Bytes("huge.png", PngBytes.Create(1_000_000, 1_000_000, 8, 0, [[0]]));
        string wide = Bytes("wide.png", PngBytes.Create(40_000, 1, 8, 0, [new byte[40_000]]));

        Expect.Refused(() => ImageReader.ReadRgb(path), path, "1000000x1000000");
        Expect.Refused(() => LabelReader.Read(path), path, "1000000x1000000");
        Expect.Refused(() => ImageReader.ReadRaster(wide), wide, "40000x1", "32768");
        Assert.Equal(40_000, ImageReader.ReadRaster(wide, new ReadLimits { MaximumSide = 50_000 }).Samples.Length);
    }

    [Theory]
    [InlineData("tiny_image.png", 40)]
    [InlineData("tiny_image.png", 9000)]
    public void A_truncated_picture_is_refused_by_name(string golden, int length)
    {
        string path = Bytes("cut.png", File.ReadAllBytes(RepositoryFiles.Golden(golden))[..length]);

        Expect.Refused(() => ImageReader.ReadRgb(path), path, "truncated");
    }

    [Fact]
    public void A_truncated_JPEG_and_a_truncated_TIFF_are_refused_by_name()
    {
        using Image image = Image.NewFromFile(RepositoryFiles.Golden("tiny_image.png"));
        byte[] jpeg = image.JpegsaveBuffer();
        byte[] tiff = image.TiffsaveBuffer();
        string cutJpeg = Bytes("cut.jpg", jpeg[..(jpeg.Length / 2)]);
        string cutTiff = Bytes("cut.tif", tiff[..(tiff.Length / 2)]);

        Expect.Refused(() => ImageReader.ReadRgb(cutJpeg), cutJpeg, "truncated");
        Expect.Refused(() => ImageReader.ReadRgb(cutTiff), cutTiff, "truncated");
    }

    [Fact]
    public void A_truncated_indexed_mask_is_refused_by_name()
    {
        byte[] whole = PngBytes.Create(4, 1, 8, 3, [[0, 1, 2, 3]], [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3]);
        string path = Bytes("cut.png", whole[..^20]);

        Expect.Refused(() => LabelReader.Read(path), path, "truncated");
    }

    [Fact]
    public void What_is_no_picture_is_refused_by_name()
    {
        string text = Bytes("notes.png", "just text, no picture at all"u8.ToArray());
        string vector = Bytes("a.svg", "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"u8.ToArray());
        string empty = Bytes("empty.png", []);

        Expect.Refused(() => ImageReader.ReadRgb(text), text, "PNG, JPEG, TIFF or WebP");
        Expect.Refused(() => ImageReader.ReadRgb(vector), vector, "PNG, JPEG, TIFF or WebP");
        Expect.Refused(() => ImageReader.ReadRgb(empty), empty, "empty");
        Expect.Refused(() => ImageReader.ReadRgb(_folder.At("none.png")), _folder.At("none.png"), "no such file");
        Expect.Refused(() => ImageReader.ReadRgb(_folder.FullPath), _folder.FullPath, "folder");
    }

    [Fact]
    public void A_file_of_several_pictures_is_refused_rather_than_cut_to_the_first()
    {
        string path = _folder.At("stack.tif");
        using (Image image = Image.NewFromMemory(new byte[16], 2, 8, 1, Enums.BandFormat.Uchar))
        using (Image paged = image.Mutate(m => m.Set(GValue.GIntType, "page-height", 4)))
            paged.Tiffsave(path);

        Expect.Refused(() => ImageReader.ReadRgb(path), path, "2 pictures");
    }

    [Fact]
    public void Overviews_behind_the_picture_are_passed_over()
    {
        string path = _folder.At("pyramid.tif");
        byte[] pixels = new byte[600 * 400];
        new Random(1).NextBytes(pixels);
        using (Image image = Image.NewFromMemory(pixels, 600, 400, 1, Enums.BandFormat.Uchar))
            image.Tiffsave(path, pyramid: true, tile: true);

        Assert.Equal(pixels, LabelReader.Read(path).Labels.Select(l => (byte)l));
    }

    [Fact]
    public void Labels_too_large_for_the_file_are_refused()
    {
        string path = _folder.At("labels.png");

        Expect.Refused(() => ImageWriter.WriteLabelPng16(path, new LabelMap(new ImageSize(1, 1), [70_000])), path, "70000");
        Assert.False(File.Exists(path));
    }

    private string Bytes(string name, byte[] bytes)
    {
        string path = _folder.At(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private string Save<T>(string name, T[] samples, int width, int height, int bands, Enums.BandFormat format, Enums.Interpretation interpretation)
        where T : unmanaged
    {
        string path = _folder.At(name);
        using Image raw = Image.NewFromMemory(samples, width, height, bands, format);
        using Image image = raw.Copy(interpretation: interpretation);
        image.WriteToFile(path);
        return path;
    }
}
