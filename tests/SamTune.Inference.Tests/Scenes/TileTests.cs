using CsCheck;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Inference.Automatic;
using SamTune.Inference.Scenes;

namespace SamTune.Inference.Tests.Scenes;

public sealed class TileTests
{
    [Fact]
    public void Tiles_are_whole_and_the_last_of_a_row_ends_with_the_scene()
    {
        var grid = new TileGrid(new ImageSize(250, 100), TilingOptions.Square(100, 20));
        Assert.Equal([new(0, 0, 100, 100), new(0, 80, 100, 100), new(0, 150, 100, 100)], Enumerable.Range(0, grid.Count).Select(i => grid[i]));
        Assert.Equal([80, 150, 250], Enumerable.Range(0, 3).Select(grid.FinishedAfter));
        Assert.Equal(new PixelWindow(0, 0, 60, 40), new TileGrid(new ImageSize(40, 60), TilingOptions.Square(100, 20))[0]);
    }

    [Fact]
    public void Tiles_cover_every_pixel_and_overlap_as_much_as_asked() =>
        Gen.Select(Gen.Int[1, 300], Gen.Int[16, 90], Gen.Double[0, 0.5]).Sample((side, tile, share) =>
        {
            int overlap = (int)(share * tile);
            var grid = new TileGrid(new ImageSize(1, side), TilingOptions.Square(tile, overlap));
            Assert.Equal(0, grid[0].X);
            Assert.Equal(side, grid[grid.Count - 1].Right);
            for (int i = 1; i < grid.Count; i++)
            {
                Assert.InRange(grid[i].X, grid[i - 1].X + 1, grid[i - 1].Right - overlap);
            }
        });

    [Fact]
    public void A_box_goes_to_the_tile_that_holds_it_farthest_from_its_inner_edges()
    {
        var grid = new TileGrid(new ImageSize(100, 260), TilingOptions.Square(100, 20));
        // Tiles at columns 0, 80 and 160.
        Assert.Equal([0], For(grid, 82, 10, 90, 20));
        Assert.Equal([1], For(grid, 95, 10, 97, 20));
        Assert.Equal([0], For(grid, 0, 0, 70, 99));
        Assert.Equal([2], For(grid, 200, 0, 259, 99));
        // At the edge of the scene nothing is cut off.
        Assert.Equal([0], For(grid, 0, 10, 98, 20));
    }

    [Fact]
    public void A_box_that_no_tile_holds_whole_goes_to_all_that_hold_enough_of_it()
    {
        var grid = new TileGrid(new ImageSize(100, 260), TilingOptions.Square(100, 20));
        Assert.Equal([0, 1], For(grid, 50, 0, 130, 99));
        // The last tile holds 4 of its columns, less than a twentieth of a tile.
        Assert.Equal([0, 1], For(grid, 56, 0, 163, 99));
        Assert.Equal([0, 1, 2], TileChoice.For(Box(56, 0, 163, 99), grid, 0.01));
        Assert.Equal([0, 1, 2], For(grid, -50, -50, 400, 400));
        Assert.Empty(For(grid, 300, 0, 310, 10));

        PromptSet local = TileChoice.Within(Box(55, 3, 164, 99) with { Points = [new(70, 5, true), new(100, 6, false), new(200, 7, true)] }, grid[1]);
        Assert.Equal(new BoundingBox(0, 3, 84, 99), local.Box);
        Assert.Equal([new PointPrompt(20, 6, false)], local.Points);
    }

    [Fact]
    public void Clicks_go_where_those_on_the_object_lie_and_clicks_beside_it_alone_go_nowhere()
    {
        var grid = new TileGrid(new ImageSize(100, 260), TilingOptions.Square(100, 20));
        Assert.Equal([2], TileChoice.For(new PromptSet { Points = [new(200, 50, true), new(10, 50, false)] }, grid, 0.05));
        Assert.Empty(TileChoice.For(new PromptSet { Points = [new(200, 50, false)] }, grid, 0.05));
    }

    [Fact]
    public void Weights_of_neighbours_add_up_to_one_across_their_overlap_and_are_one_inside()
    {
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(1, LogitBlend.Weight(80 + i, 100, 20) + LogitBlend.Weight(i, 100, 20), 1e-6f);
        }

        Assert.Equal(1, LogitBlend.Weight(20, 100, 20));
        Assert.Equal(1, LogitBlend.Weight(0, 100, 0));
        Assert.True(LogitBlend.Weight(0, 100, 20) > 0);
    }

    [Fact]
    public void The_blend_is_the_sign_of_the_weighted_mean_and_does_not_depend_on_the_order_of_tiles() =>
        Gen.Select(Gen.Float[-3, 3].Array[4 * 400], Gen.Shuffle(new[] { 0, 1, 2, 3 })).Sample((logits, order) =>
        {
            var grid = new TileGrid(new ImageSize(32, 32), TilingOptions.Square(20, 8));
            bool[] Blend(IEnumerable<int> tiles)
            {
                var blend = new LogitBlend((0, 32), grid.Options);
                // Tiles above must come before rows are taken, so all are added first; rows are made from the top of the first tile on.
                blend.Add(new PixelWindow(0, 0, 1, 1), [0]);
                foreach (int t in tiles)
                {
                    blend.Add(grid[t], logits[(t * 400)..((t + 1) * 400)]);
                }

                var set = new bool[32 * 32];
                foreach (PixelRun run in blend.Take(10).Concat(blend.Take(32)))
                {
                    set.AsSpan(run.Y * 32 + run.Start, run.Length).Fill(true);
                }

                return set;
            }

            bool[] inOrder = Blend([0, 1, 2, 3]), shuffled = Blend(order);
            for (int p = 0; p < inOrder.Length; p++)
            {
                double sum = 0;
                for (int t = 0; t < 4; t++)
                {
                    int x = p % 32 - grid[t].X, y = p / 32 - grid[t].Y;
                    sum += x is >= 0 and < 20 && y is >= 0 and < 20 ? (double)LogitBlend.Weight(x, 20, 8) * LogitBlend.Weight(y, 20, 8) * logits[t * 400 + y * 20 + x] : 0;
                }

                // On the threshold itself rounding decides.
                Assert.True(Math.Abs(sum) < 1e-5 || ((sum > 0) == inOrder[p] && inOrder[p] == shuffled[p]), $"pixel {p}: {sum}");
            }
        }, iter: 30);

    [Fact]
    public void Masks_that_agree_in_the_overlap_are_one_object_and_each_joins_at_most_one_of_a_tile()
    {
        PixelWindow left = new(0, 0, 20, 10), right = new(14, 0, 20, 10);
        TileMask whole = Mask(left, 10, 2, 10, 6), part = Mask(left, 15, 2, 4, 5), apart = Mask(left, 0, 0, 3, 3), across = Mask(right, 0, 2, 12, 6), other = Mask(right, 15, 0, 3, 3);
        Assert.Equal(1, TileMask.OverlapIn(new PixelWindow(14, 0, 6, 10), whole, across), 12);
        Assert.Equal(20.0 / 36, TileMask.OverlapIn(new PixelWindow(14, 0, 6, 10), part, across), 12);
        Assert.Equal(0, TileMask.OverlapIn(new PixelWindow(14, 0, 6, 10), apart, other));

        var merging = new MaskMerging(0.5);
        merging.Add(left, [apart, part, whole]);
        merging.Add(right, [across, other]);
        Assert.Equal([[apart], [part], [whole, across], [other]], merging.Groups());

        var masks = new SceneMasks(new ImageSize(10, 34), merging.Groups());
        // Columns 10 to 25 of rows 2 to 7, the overlap once.
        Assert.Equal(new SceneObject(3, 16 * 6, new BoundingBox(10, 2, 25, 7), 0.5, 2), masks.Objects[2]);
        var labels = new int[340];
        masks.Paint(4, strip => strip.Labels.Labels.CopyTo(labels, strip.Y * 34));
        for (int p = 0; p < labels.Length; p++)
        {
            (int x, int y) = (p % 34, p / 34);
            int expected = x < 3 && y < 3 ? 1 : x is >= 29 and < 32 && y < 3 ? 4 : x is >= 15 and < 19 && y is >= 2 and < 7 ? 2 : x is >= 10 and < 26 && y is >= 2 and < 8 ? 3 : 0;
            Assert.Equal(expected, labels[p]);
        }
    }

    [Fact]
    public void Comparing_with_near_tiles_alone_joins_what_comparing_with_all_joins()
        => Gen.Select(
            Gen.Select(Gen.Int[0, 90], Gen.Int[0, 90], Gen.Int[4, 30], Gen.Int[4, 30]).Array[1, 12],
            Gen.Select(Gen.Int[0, 12], Gen.Int[0, 90], Gen.Int[0, 90], Gen.Int[1, 20], Gen.Int[1, 20]).Array[0, 40]).Sample((tiles, objects) =>
        {
            PixelWindow[] windows = [.. tiles.Select(t => new PixelWindow(t.Item1, t.Item2, t.Item3, t.Item4))];
            // The part of an object that each tile shows, so that neighbours often agree.
            TileMask[][] masks =
            [
                .. windows.Select((w, i) => objects.Where(o => o.Item1 != i).Select(o => w.Intersect(new PixelWindow(o.Item2, o.Item3, o.Item4, o.Item5))).OfType<PixelWindow>()
                    .Select(p => Mask(w, p.X - w.X, p.Y - w.Y, p.Width, p.Height)).ToArray()),
            ];
            var merging = new MaskMerging(0.5);
            foreach ((PixelWindow window, TileMask[] found) in windows.Zip(masks))
            {
                merging.Add(window, found);
            }

            Assert.Equal(ByComparingAll(windows, masks, 0.5), merging.Groups());
        }, iter: 200);

    [Fact]
    public void The_work_for_a_tile_does_not_grow_with_the_scene()
    {
        double Compared(int across, int down)
        {
            var merging = new MaskMerging(0.5);
            for (int i = 0; i < across * down; i++)
            {
                merging.Add(new PixelWindow(56 * (i % across), 56 * (i / across), 64, 64), []);
            }

            return (double)merging.TilesCompared / (across * down);
        }

        // A tile overlaps eight others; half of them come before it.
        Assert.InRange(Compared(20, 20), 1, 8);
        Assert.InRange(Compared(200, 20), 1, 8);
        Assert.InRange(Compared(20, 200), 1, 8);
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        TilingOptions.Default.Validate();
        Assert.Throws<InputException>(TilingOptions.Square(3, 0).Validate);
        Assert.Contains("half a tile", Assert.Throws<InputException>((TilingOptions.Default with { Columns = new TileAxis(100, 51) }).Validate).Message, StringComparison.Ordinal);
        Assert.Throws<InputException>(new TilingOptions { MinimumBoxShare = double.NaN }.Validate);
        Assert.Throws<InputException>(new TilingOptions { MergeOverlap = 0 }.Validate);
    }

    // Each tile with all before it, and groups by searching all masks.
    private static List<List<TileMask>> ByComparingAll(PixelWindow[] tiles, TileMask[][] masks, double minimumOverlap)
    {
        List<List<TileMask>> groups = [];
        for (int i = 0; i < tiles.Length; i++)
        {
            groups.AddRange(masks[i].Select(m => new List<TileMask> { m }));
            for (int j = 0; j < i; j++)
            {
                if (tiles[i].Intersect(tiles[j]) is not { } overlap)
                {
                    continue;
                }

                HashSet<TileMask> joined = [];
                foreach ((TileMask one, TileMask other, double iou) in masks[j].SelectMany(a => masks[i].Select(b => (a, b, TileMask.OverlapIn(overlap, a, b)))).OrderByDescending(p => p.Item3))
                {
                    if (iou < minimumOverlap || joined.Contains(one) || joined.Contains(other))
                    {
                        continue;
                    }

                    joined.UnionWith([one, other]);
                    List<TileMask> first = groups.Find(g => g.Contains(one))!, second = groups.Find(g => g.Contains(other))!;
                    if (first != second)
                    {
                        groups.Remove(second);
                        first.AddRange(second);
                    }
                }
            }
        }

        List<TileMask> order = [.. masks.SelectMany(m => m)];
        return [.. groups.Select(g => g.OrderBy(m => order.IndexOf(m)).ToList()).OrderBy(g => order.IndexOf(g[0]))];
    }

    private static PromptSet Box(float x0, float y0, float x1, float y1) => new() { Box = new BoundingBox(x0, y0, x1, y1) };

    private static IReadOnlyList<int> For(TileGrid grid, float x0, float y0, float x1, float y1) => TileChoice.For(Box(x0, y0, x1, y1), grid, 0.05);

    private static TileMask Mask(PixelWindow tile, int x, int y, int width, int height)
    {
        byte[] pixels = [.. Enumerable.Range(0, tile.Width * tile.Height).Select(i => i % tile.Width >= x && i % tile.Width < x + width && i / tile.Width >= y && i / tile.Width < y + height ? (byte)1 : (byte)0)];
        var mask = new BinaryMask(tile.Size, pixels);
        return TileMask.Of(
            new AutomaticMask { Segmentation = RunLength.Encode(mask), Area = mask.Area, Box = mask.Bounds()!.Value, PredictedIou = 0.5f, StabilityScore = 1, Point = default, Crop = default },
            tile, new TileView(tile, tile.Size))!;
    }
}
