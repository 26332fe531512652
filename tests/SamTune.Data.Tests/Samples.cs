using SamTune.Data.Datasets;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Data.Tests;

/// <summary>Small pictures, and what it means for samples to be the same.</summary>
internal static class Samples
{
    /// <summary>A colour picture that is different everywhere.</summary>
    public static RgbImage Picture(int height, int width, int seed = 0)
        => new(new ImageSize(height, width), [.. Enumerable.Range(0, 3 * height * width).Select(i => (byte)((i * 37) + seed))]);

    /// <summary>Writes a colour picture.</summary>
    public static void WritePicture(string path, int height, int width, int seed = 0) => ImageWriter.WriteRgbPng(path, Picture(height, width, seed));

    /// <summary>Writes an indexed PNG of 8 bits, as VOC's label pictures are.</summary>
    public static void WriteIndexed(string path, params byte[][] rows)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        byte[] palette = [.. Enumerable.Range(0, 768).Select(i => (byte)(i * 5))];
        File.WriteAllBytes(path, PngBytes.Create(rows[0].Length, rows.Length, bits: 8, colourType: 3, rows, palette));
    }

    /// <summary>Fails when two data sets do not give the same samples.</summary>
    public static void Same(ISegmentationDataset expected, ISegmentationDataset found)
    {
        Assert.Equal(expected.Samples, found.Samples);
        Assert.Equal(expected.Classes.OrderBy(c => c.Key), found.Classes.OrderBy(c => c.Key));
        for (int i = 0; i < expected.Samples.Count; i++)
        {
            Sample one = expected.Load(i), other = found.Load(i);
            Assert.Equal((one.Info, one.Image.Size, one.Spacing), (other.Info, other.Image.Size, other.Spacing));
            Assert.Equal(one.Image.Pixels, other.Image.Pixels);
            Assert.Equal(one.Objects.Select(o => o.ClassId), other.Objects.Select(o => o.ClassId));
            Assert.All(one.Objects.Zip(other.Objects), pair => Assert.Equal(pair.First.Mask.Pixels, pair.Second.Mask.Pixels));
        }
    }
}
