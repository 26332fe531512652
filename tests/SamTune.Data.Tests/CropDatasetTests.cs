using CsCheck;
using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Data.Tests;

public sealed class CropDatasetTests
{
    private static readonly ImageSize s_size = new(60, 80);

    [Fact]
    public void Squares_lie_in_their_part_reach_its_edges_and_show_the_picture_and_the_mask_that_are_there()
    {
        using var folder = new TemporaryFolder();
        (string image, string mask) = Write(folder, (x, y) => (x + y) % 3 == 0);
        Gen.Select(Gen.Int[0, 20], Gen.Int[0, 20], Gen.Int[8, 40], Gen.Int[8, 60], Gen.Int[1, 9]).Sample(
            (y, x, height, width, stride) =>
            {
                const int Side = 8;
                var part = new PixelWindow(x, y, width, height);
                CropDataset squares = CropDataset.Open("squares", image, mask, part, new CropOptions { Side = Side, Stride = stride }, PreprocessingSpec.Rgb);
                Sample[] samples = [.. Enumerable.Range(0, squares.Samples.Count).Select(squares.Load)];

                // The picture's red and green are each pixel's column and row.
                (int X, int Y)[] corners = [.. samples.Select(s => ((int)s.Image.Pixels[0], (int)s.Image.Pixels[1]))];
                Assert.Equal((x, y, x + width - Side, y + height - Side), (corners.Min(c => c.X), corners.Min(c => c.Y), corners.Max(c => c.X), corners.Max(c => c.Y)));
                Assert.Equal(corners.Length, corners.Distinct().Count());
                Sample sample = samples[samples.Length / 2];
                (int left, int top) = corners[samples.Length / 2];
                Assert.Equal(new ImageSize(Side, Side), sample.Image.Size);
                byte[] expected = [.. from row in Enumerable.Range(top, Side) from column in Enumerable.Range(left, Side) select (column + row) % 3 == 0 ? (byte)1 : (byte)0];
                Assert.Equal(expected, Assert.Single(sample.Objects).Mask.Pixels);
                Assert.Equal((left + Side - 1, top + Side - 1), (sample.Image.Pixels[^3], sample.Image.Pixels[^2]));
            },
            iter: 50);
    }

    [Fact]
    public void Squares_that_show_no_edge_are_left_out_and_pieces_are_objects_of_their_own()
    {
        using var folder = new TemporaryFolder();
        (string image, string mask) = Write(folder, (x, _) => x < 30 || x is >= 36 and < 40);
        var cut = new CropOptions { Side = 20, Stride = 10, Objects = new ObjectOptions { SplitComponents = true, MinimumArea = 2 } };
        CropDataset squares = CropDataset.Open("squares", image, mask, new PixelWindow(0, 0, 80, 60), cut, PreprocessingSpec.Rgb);
        Assert.Equal([20, 30], squares.Samples.Select(s => int.Parse(s.Id[^4..])).Distinct().Order());
        Assert.Equal([200, 80], squares.Load(0).Objects.Select(o => o.Mask.Area));
        Assert.Single(squares.Samples.Select(s => s.Group).Distinct());
    }

    [Fact]
    public void Values_of_a_mask_are_objects_of_their_own()
    {
        using var folder = new TemporaryFolder();
        (string image, _) = Write(folder, (_, _) => true);
        var labels = new int[s_size.PixelCount];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = i % s_size.Width < 10 ? 1 : i % s_size.Width < 15 ? 2 : 0;
        }

        ImageWriter.WriteLabelPng16(folder.At("cells.png"), new LabelMap(s_size, labels));
        CropDataset squares = CropDataset.Open("squares", image, folder.At("cells.png"), new PixelWindow(0, 0, 80, 60), new CropOptions { Side = 20, Stride = 20 }, PreprocessingSpec.Rgb);
        Assert.Equal(3, squares.Samples.Count);
        Assert.Equal([200, 100], squares.Load(0).Objects.Select(o => o.Mask.Area));
    }

    [Fact]
    public void A_part_outside_the_picture_and_one_without_an_edge_are_refused()
    {
        using var folder = new TemporaryFolder();
        (string image, string mask) = Write(folder, (x, _) => x < 30);
        void Refused(PixelWindow part, CropOptions cut, string said) => Assert.Contains(
            said, Assert.Throws<InputException>(() => CropDataset.Open("squares", image, mask, part, cut, PreprocessingSpec.Rgb)).Message, StringComparison.Ordinal);
        Refused(new PixelWindow(1, 0, 80, 60), new CropOptions { Side = 20, Stride = 20 }, "does not lie in the mask");
        Refused(new PixelWindow(40, 0, 40, 60), new CropOptions { Side = 20, Stride = 20 }, "no square of 20 pixels");
        Refused(new PixelWindow(0, 0, 80, 60), new CropOptions { Side = 90, Stride = 20 }, "no square of 90 pixels");
        Refused(new PixelWindow(0, 0, 80, 60), new CropOptions { Side = 0 }, "side 0");
        Refused(new PixelWindow(0, 0, 80, 60), new CropOptions { LeastShare = 0.6, MostShare = 0.5 }, "shares 0.6 to 0.5");
    }

    private static (string Image, string Mask) Write(TemporaryFolder folder, Func<int, int, bool> isObject)
    {
        var pixels = new byte[s_size.PixelCount * 3];
        var mask = new byte[s_size.PixelCount];
        for (int i = 0; i < mask.Length; i++)
        {
            int x = i % s_size.Width, y = i / s_size.Width;
            (pixels[i * 3], pixels[(i * 3) + 1], mask[i]) = ((byte)x, (byte)y, isObject(x, y) ? (byte)1 : (byte)0);
        }

        ImageWriter.WriteRgbPng(folder.At("picture.png"), new RgbImage(s_size, pixels));
        ImageWriter.WriteMaskPng(folder.At("outline.png"), new BinaryMask(s_size, mask));
        return (folder.At("picture.png"), folder.At("outline.png"));
    }
}
