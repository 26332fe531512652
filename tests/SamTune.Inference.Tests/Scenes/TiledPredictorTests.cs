using SamTune.Data.Preprocessing;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Imaging.Scenes;
using SamTune.Inference.Automatic;
using SamTune.Inference.Scenes;
using SamTune.Modeling;
using SamTune.Testing;

namespace SamTune.Inference.Tests.Scenes;

public sealed class TiledPredictorTests
{
    private static readonly Preprocessor s_rgb = new(PreprocessingSpec.Rgb);
    private static readonly TilingOptions s_tiles = TilingOptions.Square(64, 16);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void An_object_inside_one_tile_equals_the_plain_prediction_on_that_tile()
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        var scene = new PreparedScene(new Pattern(new ImageSize(150, 200)), s_rgb, Cancel);
        // Tiles begin at columns 0, 48, 96, 136 and rows 0, 48, 86.
        PromptSet prompt = new() { Box = new BoundingBox(60, 60, 90, 88), Points = [new PointPrompt(70, 70, true)] };
        (int[] labels, IReadOnlyList<SceneObject> objects) = Predict(predictor, scene, s_tiles, prompt);

        var tile = new PixelWindow(48, 48, 64, 64);
        PredictedMask plain = Plain(predictor, scene, tile, new PromptSet { Box = new BoundingBox(12, 12, 42, 40), Points = [new PointPrompt(22, 22, true)] });
        BinaryMask mask = plain.ToBinaryMask();
        Assert.True(mask.Area > 0);
        for (int p = 0; p < labels.Length; p++)
        {
            int x = p % 200 - tile.X, y = p / 200 - tile.Y;
            Assert.Equal(x is >= 0 and < 64 && y is >= 0 and < 64 && mask[y, x] ? 1 : 0, labels[p]);
        }

        SceneObject found = Assert.Single(objects);
        Assert.Equal((mask.Area, 1), (found.Area, found.Tiles));
        Assert.Equal(plain.PredictedIou, found.PredictedIou, 1e-6);
    }

    [Fact]
    public void Without_overlap_the_result_is_the_tiles_side_by_side()
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        var scene = new PreparedScene(new Pattern(new ImageSize(128, 192)), s_rgb, Cancel);
        (int[] labels, _) = Predict(predictor, scene, TilingOptions.Square(64, 0), new PromptSet { Box = new BoundingBox(20, 20, 170, 110) });
        for (int t = 0; t < 6; t++)
        {
            var tile = new PixelWindow(t % 3 * 64, t / 3 * 64, 64, 64);
            var box = new BoundingBox(Math.Max(0, 20 - tile.X), Math.Max(0, 20 - tile.Y), Math.Min(63, 170 - tile.X), Math.Min(63, 110 - tile.Y));
            BinaryMask mask = Plain(predictor, scene, tile, new PromptSet { Box = box }).ToBinaryMask();
            for (int y = 0; y < 64; y++)
            {
                for (int x = 0; x < 64; x++)
                {
                    Assert.Equal(mask[y, x] ? 1 : 0, labels[(tile.Y + y) * 192 + tile.X + x]);
                }
            }
        }
    }

    [Fact]
    public void A_large_object_is_the_blend_of_its_tiles_and_the_lower_label_is_on_top()
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        var scene = new PreparedScene(new Pattern(new ImageSize(64, 112)), s_rgb, Cancel);
        PromptSet large = new() { Box = new BoundingBox(10, 10, 100, 50) }, small = new() { Box = new BoundingBox(20, 20, 40, 40) };
        float[] first = Plain(predictor, scene, new PixelWindow(0, 0, 64, 64), new PromptSet { Box = new BoundingBox(10, 10, 63, 50) }).Logits;
        float[] second = Plain(predictor, scene, new PixelWindow(48, 0, 64, 64), new PromptSet { Box = new BoundingBox(0, 10, 52, 50) }).Logits;
        (int[] labels, IReadOnlyList<SceneObject> objects) = Predict(predictor, scene, s_tiles, large, small);
        for (int p = 0; p < labels.Length; p++)
        {
            (int x, int y) = (p % 112, p / 112);
            double sum = (x < 64 ? LogitBlend.Weight(x, 64, 16) * first[y * 64 + x] : 0) + (x >= 48 ? LogitBlend.Weight(x - 48, 64, 16) * second[y * 64 + x - 48] : 0);
            Assert.True(Math.Abs(sum) < 1e-4 || (sum > 0) == (labels[p] == 1), $"pixel {x}, {y}");
        }

        Assert.Equal([2, 1], objects.Select(o => o.Tiles));
        Assert.Equal(objects[0].Area, labels.Count(l => l == 1));
        Assert.True(objects[1].Area >= labels.Count(l => l == 2));
    }

    [Fact]
    public void Strips_come_from_top_to_bottom_and_cover_the_scene_and_prompts_outside_it_are_refused()
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        var scene = new PreparedScene(new Pattern(new ImageSize(150, 80)), s_rgb, Cancel);
        var tiled = new TiledPredictor(predictor, s_tiles);
        List<(int Y, int Height)> strips = [];
        tiled.Predict(scene, [new PromptSet { Points = [new PointPrompt(70, 140, true)] }], s => strips.Add((s.Y, s.Labels.Size.Height)), cancel: Cancel);
        Assert.Equal([(0, 48), (48, 38), (86, 64)], strips);
        void Refused(string said, params PromptSet[] prompts) => Assert.Contains(
            said, Assert.Throws<InputException>(() => tiled.Predict(scene, prompts, _ => Assert.Fail("nothing is written"), cancel: Cancel)).Message, StringComparison.Ordinal);
        Refused("no prompt");
        Refused("prompt 1", new PromptSet { Box = new BoundingBox(1, 1, 5, 5) }, new PromptSet { Box = new BoundingBox(80, 1, 95, 5) });
        Refused("low-res", new PromptSet { Box = new BoundingBox(1, 1, 5, 5), LowResMask = new float[4] });
    }

    [Fact]
    public void A_scene_of_four_times_the_rows_takes_hardly_more_memory()
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        (long Managed, long Resident) Peak(int height)
        {
            var scene = new PreparedScene(new Pattern(new ImageSize(height, 1024)), s_rgb, Cancel);
            PromptSet[] prompts = [.. Enumerable.Range(0, height / 64).Select(i => new PromptSet { Box = new BoundingBox(20, i * 64 + 10, 300, i * 64 + 60) })];
            long managed = 0, resident = 0;
            new TiledPredictor(predictor, TilingOptions.Square(256, 32)).Predict(
                scene, prompts,
                _ =>
                {
                    managed = Math.Max(managed, GC.GetTotalMemory(forceFullCollection: true));
                    resident = Math.Max(resident, Environment.WorkingSet);
                },
                cancel: Cancel);
            return (managed, resident);
        }

        Peak(1024);
        (long managed, long resident) = Peak(1024);
        (long managedLarge, long residentLarge) = Peak(4096);
        // The larger scene's labels alone are 12 MB more, its logits twice that.
        Assert.True(managedLarge - managed < 3 << 20, $"managed memory grew from {managed >> 10} to {managedLarge >> 10} KiB");
        Assert.True(residentLarge - resident < 64 << 20, $"resident memory grew from {resident >> 20} to {residentLarge >> 20} MiB");
    }

    [Fact]
    public void Everything_in_a_scene_of_one_tile_is_everything_in_the_picture()
    {
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        var options = new AutomaticMaskOptions { PointsPerSide = 4, PredictedIouThreshold = 0, StabilityThreshold = 0.02, BoxOverlapThreshold = 0.995 };
        var scene = new PreparedScene(new Pattern(new ImageSize(64, 60)), s_rgb, Cancel);
        SceneMasks masks = new TiledMaskGenerator(predictor, s_tiles, options).Generate(scene, cancel: Cancel);
        IReadOnlyList<AutomaticMask> plain = new AutomaticMaskGenerator(predictor, options).Generate(scene.Read(new PixelWindow(0, 0, 60, 64)), cancel: Cancel);
        Assert.NotEmpty(plain);
        Assert.Equal(plain.Select((m, i) => new SceneObject(i + 1, m.Area, m.Box, m.PredictedIou, 1)), masks.Objects);
    }

    private static (int[] Labels, IReadOnlyList<SceneObject> Objects) Predict(SamPredictor predictor, PreparedScene scene, TilingOptions options, params PromptSet[] prompts)
    {
        var labels = new int[scene.Size.PixelCount];
        IReadOnlyList<SceneObject> objects = new TiledPredictor(predictor, options)
            .Predict(scene, prompts, s => s.Labels.Labels.CopyTo(labels, s.Y * scene.Size.Width), cancel: Cancel);
        return (labels, objects);
    }

    private static PredictedMask Plain(SamPredictor predictor, PreparedScene scene, PixelWindow tile, PromptSet prompt)
    {
        predictor.SetImage(scene.Read(tile));
        return predictor.Predict(prompt, multimask: false).Best;
    }

    /// <summary>A scene that is computed where it is looked at, so that it takes no memory itself.</summary>
    private sealed class Pattern(ImageSize size) : IRasterSource
    {
        public string Name => "pattern";

        public ImageSize Size => size;

        public GroundResolution? Resolution => null;

        public void Dispose()
        {
        }

        public Raster Read(PixelWindow window)
        {
            window.RequireInside(size);
            var samples = new float[3 * window.Size.PixelCount];
            for (int i = 0; i < samples.Length; i++)
            {
                int x = window.X + i / 3 % window.Width, y = window.Y + i / 3 / window.Width;
                samples[i] = (x / 17 + y / 23) % 2 * 120 + (x * 7 + y * 13 + i % 3 * 31) % 90;
            }

            return new Raster(window.Size, 3, samples, SampleKind.UInt8);
        }
    }
}
