using CsCheck;
using SamTune.Imaging;
using SamTune.Inference.Automatic;

namespace SamTune.Inference.Tests.Automatic;

public sealed class CropLayoutTests
{
    [Fact]
    public void Clicks_stand_in_the_middles_of_equal_cells_row_by_row()
    {
        PointPrompt[] points = PointGrid.Over(new ImageSize(30, 60), 3);
        Assert.Equal([(10, 5), (30, 5), (50, 5), (10, 15), (30, 15), (50, 15), (10, 25), (30, 25), (50, 25)], points.Select(p => ((int)p.X, (int)p.Y)));
        Assert.All(points, p => Assert.True(p.IsForeground));
    }

    [Fact]
    public void Clicks_of_any_grid_lie_inside_the_picture_and_as_far_from_its_edges_as_half_of_their_distance() =>
        Gen.Select(Gen.Int[1, 12], Gen.Int[1, 2000], Gen.Int[1, 2000]).Sample((perSide, width, height) =>
        {
            PointPrompt[] points = PointGrid.Over(new ImageSize(height, width), perSide);
            float[] columns = [.. points.Select(p => p.X).Distinct()], rows = [.. points.Select(p => p.Y).Distinct()];
            Assert.Equal((perSide * perSide, perSide, perSide), (points.Distinct().Count(), columns.Length, rows.Length));
            foreach ((float[] places, int side) in new[] { (columns, width), (rows, height) })
            {
                Assert.All(places.Index(), p => Assert.Equal((p.Index + 0.5) * side / perSide, p.Item, 1e-3));
                Assert.All(places.Zip(places.Reverse()), pair => Assert.Equal(side, pair.First + pair.Second, 1e-3f));
            }
        });

    [Fact]
    public void Layers_have_fewer_clicks_by_the_downscale_of_each()
    {
        var options = new AutomaticMaskOptions { PointsPerSide = 32, CropPointsDownscale = 3, CropLayers = 2 };
        Assert.Equal([32, 10, 3], Enumerable.Range(0, 3).Select(options.PointsOf));
    }

    [Fact]
    public void Crops_of_two_layers_lie_where_the_arithmetic_puts_them()
    {
        // Layer 1: overlap trunc(0.34133 x 1000) = 341, crops of ceil((341 + 1500) / 2) = 921 by ceil((341 + 1000) / 2) = 671, one every 580 and 330 pixels.
        // Layer 2: overlap trunc(0.34133 x 1000 / 2) = 170, crops of ceil((510 + 1500) / 4) = 503 by ceil((510 + 1000) / 4) = 378, one every 333 and 208 pixels.
        IReadOnlyList<(PixelWindow Window, int Layer)> crops = CropLayout.Crops(new ImageSize(1000, 1500), 2, 512.0 / 1500);
        Assert.Equal(1 + 4 + 16, crops.Count);
        Assert.Equal((new PixelWindow(0, 0, 1500, 1000), 0), crops[0]);
        Assert.Equal(
            [(new PixelWindow(0, 0, 921, 671), 1), (new PixelWindow(0, 330, 921, 670), 1), (new PixelWindow(580, 0, 920, 671), 1), (new PixelWindow(580, 330, 920, 670), 1)],
            crops.Skip(1).Take(4));
        Assert.Equal((new PixelWindow(0, 0, 503, 378), 2), crops[5]);
        Assert.Equal((new PixelWindow(999, 624, 501, 376), 2), crops[20]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 2)]
    [InlineData(97, 64)]
    public void Crops_of_a_layer_cover_every_pixel_and_none_is_empty(int width, int height)
    {
        foreach (var layer in CropLayout.Crops(new ImageSize(height, width), 3, 0.3).GroupBy(c => c.Layer))
        {
            Assert.All(layer, c => c.Window.RequireInside(new ImageSize(height, width)));
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    Assert.Contains(layer, c => c.Window.Intersect(new PixelWindow(x, y, 1, 1)) != null);
                }
            }
        }
    }

    [Theory]
    [InlineData(120, 150, 200, 250, false)]
    [InlineData(121, 150, 200, 250, false)]
    [InlineData(119, 150, 200, 250, true)]
    [InlineData(130, 150, 280, 250, true)]
    [InlineData(130, 150, 279, 250, false)]
    [InlineData(130, 15, 200, 250, false)]
    [InlineData(130, 150, 200, 380, true)]
    public void A_box_within_twenty_pixels_of_an_edge_of_its_crop_is_cut_off_unless_the_picture_ends_there(float x0, float y0, float x1, float y1, bool expected)
    {
        // The crop begins at the upper edge of the picture and at column 99; it ends at column 300 and row 400.
        var crop = new PixelWindow(99, 0, 201, 400);
        Assert.Equal(expected, CropLayout.IsCutOff(new BoundingBox(x0, y0, x1, y1), crop, new ImageSize(1000, 1000)));
        Assert.False(CropLayout.IsCutOff(new BoundingBox(x0, y0, x1, y1), new PixelWindow(0, 0, 1000, 1000), new ImageSize(1000, 1000)));
    }
}
