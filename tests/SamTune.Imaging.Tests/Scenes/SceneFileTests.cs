using SamTune.Imaging.Codecs;
using SamTune.Imaging.Scenes;
using SamTune.Testing;

namespace SamTune.Imaging.Tests.Scenes;

public sealed class SceneFileTests
{
    [Fact]
    public void Windows_of_a_file_equal_those_of_the_picture_in_memory_in_any_order()
    {
        using var folder = new TemporaryFolder();
        var size = new ImageSize(90, 70);
        var picture = new RgbImage(size, [.. Enumerable.Range(0, 90 * 70 * 3).Select(i => (byte)(i * 31 % 251))]);
        ImageWriter.WriteRgbPng(folder.At("a.png"), picture);
        using FileRasterSource file = FileRasterSource.Open(folder.At("a.png"));
        var memory = new MemoryRasterSource(ImageReader.ReadRaster(folder.At("a.png")), "a");
        Assert.Equal((size, size), (file.Size, memory.Size));
        foreach (PixelWindow window in new PixelWindow[] { new(0, 0, 30, 20), new(40, 0, 30, 20), new(10, 15, 20, 40), new(0, 20, 70, 10), new(5, 80, 5, 10), new(0, 3, 70, 87), new(0, 0, 1, 1) })
        {
            Raster expected = memory.Read(window), found = file.Read(window);
            Assert.Equal((expected.Size, 3, SampleKind.UInt8), (found.Size, found.Channels, found.StoredAs));
            Assert.Equal(expected.Samples, found.Samples);
            Assert.Equal(picture.Cut(window).Pixels.Select(p => (float)p), found.Samples);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => file.Read(new PixelWindow(60, 0, 11, 1)));
        Assert.Throws<ArgumentOutOfRangeException>(() => memory.Read(new PixelWindow(0, 90, 1, 1)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Labels_written_strip_by_strip_read_back_as_they_were(bool isWide)
    {
        using var folder = new TemporaryFolder();
        var size = new ImageSize(150, 41);
        int[] labels = [.. Enumerable.Range(0, 150 * 41).Select(i => i % 7 == 0 ? (isWide ? 70_000 + i : i) : 0)];
        AtomicFile.Write(folder.At("labels.tif"), stream =>
        {
            using var writer = new LabelTiffWriter(stream, size, isWide);
            foreach ((int y, int rows) in new[] { (0, 100), (100, 1), (101, 49) })
            {
                writer.Write(new LabelStrip(y, new LabelMap(new ImageSize(rows, 41), labels[(y * 41)..((y + rows) * 41)])));
            }

            writer.Complete();
        });
        Raster read = ImageReader.ReadRaster(folder.At("labels.tif"));
        Assert.Equal((size, 1, isWide ? SampleKind.UInt32 : SampleKind.UInt16), (read.Size, read.Channels, read.StoredAs));
        Assert.Equal(labels.Select(l => (float)l), read.Samples);
    }

    [Fact]
    public void Rows_out_of_order_missing_rows_and_labels_too_large_are_refused()
    {
        using var stream = new MemoryStream();
        using var writer = new LabelTiffWriter(stream, new ImageSize(4, 3), isWide: false);
        LabelStrip Strip(int y, int rows, int label) => new(y, new LabelMap(new ImageSize(rows, 3), [.. Enumerable.Repeat(label, rows * 3)]));
        Assert.Throws<ArgumentException>(() => writer.Write(Strip(1, 1, 1)));
        Assert.Throws<ArgumentException>(() => writer.Write(Strip(0, 5, 1)));
        Assert.Throws<ArgumentException>(() => writer.Write(Strip(0, 1, 65_536)));
        Assert.Throws<InvalidOperationException>(writer.Complete);
    }

    [Fact]
    public void A_truncated_file_is_refused_by_name_and_rows()
    {
        using var folder = new TemporaryFolder();
        ImageWriter.WriteRgbPng(folder.At("a.png"), new RgbImage(new ImageSize(200, 200), [.. Enumerable.Range(0, 200 * 200 * 3).Select(i => (byte)(i * i % 253))]));
        byte[] bytes = File.ReadAllBytes(folder.At("a.png"));
        File.WriteAllBytes(folder.At("cut.png"), bytes[..(bytes.Length / 2)]);
        using FileRasterSource file = FileRasterSource.Open(folder.At("cut.png"));
        Assert.Contains("cut.png", Assert.Throws<InputException>(() => file.Read(new PixelWindow(0, 150, 10, 50))).Message, StringComparison.Ordinal);
    }
}
