using SamTune.Imaging.Codecs;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Maps;
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
    public void Labels_written_strip_by_strip_read_back_on_the_scene_s_map(bool isWide)
    {
        using var folder = new TemporaryFolder();
        var size = new ImageSize(150, 41);
        var scene = new GeoTiffHeader
        {
            Size = size,
            BandNames = [null],
            StoredAs = SampleKind.Float32,
            Transform = GeoTransform.NorthUp(500_000, 5_000_000, 0.5, 0.5),
            GeoKeys = GeoKeys.Of(CoordinateReferenceSystem.FromEpsg(32633)),
        };
        int[] labels = [.. Enumerable.Range(0, 150 * 41).Select(i => i % 7 == 0 ? (isWide ? 70_000 + i : i) : 0)];
        labels[5] = LabelFile.NoData(isWide);
        LabelFile.Write(folder.At("labels.tif"), size, scene, isWide, marksMissing: true, write =>
        {
            foreach ((int y, int rows) in new[] { (0, 100), (100, 1), (101, 49) })
                write(new LabelStrip(y, new LabelMap(new ImageSize(rows, 41), labels[(y * 41)..((y + rows) * 41)])));
        });
        using GeoTiffReader reader = GeoTiffReader.Open(folder.At("labels.tif"));
        Assert.Equal((scene.Transform, 32633, (double)LabelFile.NoData(isWide)), (reader.Header.Transform, reader.Header.EpsgCode, reader.Header.NoData));
        Raster read = reader.Read(PixelWindow.Whole(size));
        Assert.Equal(isWide ? SampleKind.UInt32 : SampleKind.UInt16, read.StoredAs);
        Assert.Equal(labels.Select((l, i) => i == 5 ? float.NaN : l), read.Samples);
        Assert.Equal(labels[0], ImageReader.ReadRaster(folder.At("labels.tif")).Samples[0]);
    }

    [Fact]
    public void Rows_out_of_order_missing_rows_and_labels_too_large_are_refused_and_no_file_appears()
    {
        using var folder = new TemporaryFolder();
        LabelStrip Strip(int y, int rows, int label) => new(y, new LabelMap(new ImageSize(rows, 3), [.. Enumerable.Repeat(label, rows * 3)]));
        void Write(params LabelStrip[] strips) => LabelFile.Write(folder.At("labels.tif"), new ImageSize(4, 3), scene: null, isWide: false, marksMissing: false, write => Array.ForEach(strips, write));
        Assert.Throws<ArgumentException>(() => Write(Strip(1, 1, 1)));
        Assert.Throws<ArgumentException>(() => Write(Strip(0, 5, 1)));
        Assert.Throws<ArgumentException>(() => Write(Strip(0, 4, 65_536)));
        Assert.Throws<InvalidOperationException>(() => Write(Strip(0, 3, 1)));
        Assert.Empty(Directory.GetFiles(folder.FullPath));
    }

    [Fact]
    public void A_scene_is_opened_by_its_content_and_a_map_is_found_where_there_is_one()
    {
        using var folder = new TemporaryFolder();
        string scene = RepositoryFiles.At("tests", "SamTune.Imaging.Tests", "GeoTiff", "data", "strips_none_uint8.tif");
        ImageWriter.WriteRgbPng(folder.At("a.png"), new RgbImage(new ImageSize(2, 2), new byte[12]));
        GeoTiffWriter.Write(folder.At("plain.tif"), new GeoTiffHeader { Size = new ImageSize(2, 2), BandNames = [null], StoredAs = SampleKind.UInt8 }, new byte[4]);
        using IRasterSource map = RasterSource.Open(scene), picture = RasterSource.Open(folder.At("a.png"));
        Assert.Equal((new GroundResolution(0.5, 0.5), new ImageSize(37, 50)), (map.Resolution, map.Size));
        Assert.Equal((null, new ImageSize(2, 2)), (picture.Resolution, picture.Size));
        Assert.Equal((true, false), (RasterSource.HasGeoreference(scene), RasterSource.HasGeoreference(folder.At("a.png"))));
        Assert.False(RasterSource.HasGeoreference(folder.At("plain.tif")));
        File.WriteAllBytes(folder.At("cut.tif"), File.ReadAllBytes(scene)[..40]);
        Assert.Contains("cut.tif", Assert.Throws<InputException>(() => RasterSource.Open(folder.At("cut.tif"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Windows_of_a_scene_are_the_same_whatever_was_read_before()
    {
        string path = RepositoryFiles.At("tests", "SamTune.Imaging.Tests", "GeoTiff", "data", "tiles_lzw_predictor3_float32_planar.tif");
        using GeoTiffRasterSource source = GeoTiffRasterSource.Open(path);
        using var memory = new MemoryRasterSource(source.Read(PixelWindow.Whole(source.Size)), path);
        foreach (PixelWindow window in new PixelWindow[] { new(30, 20, 20, 17), new(0, 0, 50, 3), new(30, 20, 5, 5), new(3, 1, 40, 30) })
            Assert.Equal(memory.Read(window).Samples, source.Read(window).Samples);
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
