using CsCheck;
using SamTune.Data.Datasets;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Filters;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Maps;
using SamTune.Imaging.Scenes;
using SamTune.Inference.Automatic;
using SamTune.Inference.Scenes;
using SamTune.Modeling;
using SamTune.Testing;

namespace SamTune.Inference.Tests.Scenes;

/// <summary>What the model sees of a scene in training it sees in prediction.</summary>
public sealed class TrainedTileTests : IDisposable
{
    private const int Side = 64;

    // Rows of 0.6 m: 32 of them are 64 pixels at 0.3 m.
    private const double DegreesOfARow = 0.6 / 111_270;

    private static readonly ImageSize s_size = new(70, 120);
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(32633, 32)]
    // At 52 degrees north a degree of longitude is about 0.62 of one of latitude, so a tile that is square on the ground has more columns.
    [InlineData(4326, 52)]
    public void A_tile_is_predicted_from_the_picture_that_training_makes_of_it(int epsg, int columns)
    {
        string path = Write(epsg);
        ImageFolderDataset dataset = ImageFolderDataset.Open(
            _folder.FullPath, new ImageFolderOptions { Preprocessing = DomainProfile.Find("satellite")!.Spec with { Scene = new SceneSettings { TileSide = Side } } });
        RgbImage trained = dataset.Load(0).Image;
        Assert.InRange(trained.Size.Width, Side - 1, Side + 1);
        Assert.InRange(trained.Size.Height, Side - 1, Side + 1);

        using IRasterSource source = RasterSource.Open(path);
        (int height, int width) = SceneTiles.SideInScene(dataset.Preprocessing.Scene!, source.Resolution);
        Assert.Equal(32, height);
        Assert.InRange(width, columns - 1, columns + 1);
        var scene = new PreparedScene(source, new Preprocessor(dataset.Preprocessing), Cancel);
        Assert.Equal(trained.Pixels, scene.Read(new PixelWindow(0, 0, width, height)).Pixels);

        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        TilingOptions tiles = new() { Rows = new TileAxis(height, 4), Columns = new TileAxis(width, 4) };
        var labels = new int[s_size.PixelCount];
        SceneObject found = Assert.Single(new TiledPredictor(predictor, tiles).Predict(
            scene, [new PromptSet { Box = new BoundingBox(4, 3, 23, 18), Points = [new PointPrompt(10, 9, true)] }], s => s.Labels.Labels.CopyTo(labels, s.Y * s_size.Width), cancel: Cancel));

        predictor.SetImage(trained);
        float x = trained.Size.Width / (float)width, y = trained.Size.Height / (float)height;
        PredictedMask answer = predictor.Predict(
            new PromptSet { Box = new BoundingBox(4 * x, 3 * y, (24 * x) - 1, (19 * y) - 1), Points = [new PointPrompt((10.5f * x) - 0.5f, (9.5f * y) - 0.5f, true)] }, multimask: false).Best;
        float[] logits = RasterResize.Linear(new Raster(answer.Size, 1, answer.Logits, SampleKind.Float32), new ImageSize(height, width)).Samples;
        Assert.Contains(logits, l => l > 0);
        Assert.Equal(answer.PredictedIou, found.PredictedIou, 1e-5);
        for (int p = 0; p < labels.Length; p++)
        {
            (int column, int row) = (p % s_size.Width, p / s_size.Width);
            float logit = column < width && row < height ? logits[(row * width) + column] : -1;
            Assert.True(Math.Abs(logit) < 1e-3 || (logit > 0) == (labels[p] == 1), $"pixel {column}, {row}");
        }
    }

    [Fact]
    public void Everything_is_found_in_the_pictures_of_training_and_lies_in_the_scene()
    {
        using IRasterSource source = RasterSource.Open(Write(4326));
        var scene = new PreparedScene(source, new Preprocessor(DomainProfile.Find("satellite")!.Spec with { Scene = new SceneSettings { TileSide = 1024 } }), Cancel);
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        var options = new AutomaticMaskOptions { PointsPerSide = 4, PredictedIouThreshold = 0, StabilityThreshold = 0.02, BoxOverlapThreshold = 0.995 };
        SceneMasks masks = new TiledMaskGenerator(predictor, TilingOptions.Default, options).Generate(scene, cancel: Cancel);
        IReadOnlyList<AutomaticMask> plain = new AutomaticMaskGenerator(predictor, options).Generate(scene.Read(PixelWindow.Whole(s_size)), cancel: Cancel);
        Assert.NotEmpty(plain);
        Assert.Equal(plain.Count, masks.Objects.Count);
        (double x, double y) = (s_size.Width / (double)plain[0].Segmentation.Size.Width, s_size.Height / (double)plain[0].Segmentation.Size.Height);
        Assert.True(x < 0.9 && y < 0.6);
        foreach ((AutomaticMask mask, SceneObject found) in plain.Zip(masks.Objects))
        {
            Assert.InRange(found.Area, (mask.Area * x * y * 0.8) - 8, (mask.Area * x * y * 1.2) + 8);
            Assert.InRange(found.Box!.Value.X0, (mask.Box.X0 * x) - 2, (mask.Box.X0 * x) + 2);
            Assert.InRange(found.Box!.Value.Y1, (mask.Box.Y1 * y) - 2, (mask.Box.Y1 * y) + 2);
        }
    }

    [Fact]
    public void The_empty_prompt_goes_to_every_tile_and_their_answers_are_blended()
    {
        using IRasterSource source = RasterSource.Open(Write(32633));
        var scene = new PreparedScene(source, new Preprocessor(DomainProfile.Find("satellite")!.Spec with { Scene = new SceneSettings { TileSide = Side } }), Cancel);
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        var labels = new int[s_size.PixelCount];
        SceneObject found = Assert.Single(new TiledPredictor(predictor, TilingOptions.Square(40, 0)).Predict(scene, [PromptSet.None], s => s.Labels.Labels.CopyTo(labels, s.Y * s_size.Width), cancel: Cancel));

        // Rows 0 to 39 and 30 to 69: without an overlap asked for, those of both are the mean of both.
        Assert.Equal((6, found.Area), (found.Tiles, labels.Count(l => l == 1)));
        Assert.InRange(found.PredictedIou, 0, 2);
        predictor.SetImage(scene.Read(new PixelWindow(40, 0, 40, 40)));
        PredictedMask answer = predictor.Predict(PromptSet.None, multimask: false).Best;
        float[] logits = RasterResize.Linear(new Raster(answer.Size, 1, answer.Logits, SampleKind.Float32), new ImageSize(40, 40)).Samples;
        for (int p = 0; p < 30 * 40; p++)
        {
            Assert.True(Math.Abs(logits[p]) < 1e-3 || (logits[p] > 0) == (labels[(p / 40 * s_size.Width) + 40 + (p % 40)] == 1), $"pixel {p % 40}, {p / 40}");
        }
    }

    [Fact]
    public void A_box_holds_the_same_ground_in_the_picture_and_a_click_is_on_the_same_place() =>
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[1, 90], Gen.Int[1, 90], Gen.Int[0, 1000]).Sample((height, width, pictureHeight, pictureWidth, seed) =>
        {
            var random = new Random(seed);
            int x0 = random.Next(width), x1 = random.Next(x0, width), y0 = random.Next(height), y1 = random.Next(y0, height);
            var view = new TileView(new PixelWindow(7, 9, width, height), new ImageSize(pictureHeight, pictureWidth));
            PromptSet prompt = view.ToPicture(new PromptSet { Box = new BoundingBox(x0, y0, x1, y1), Points = [new PointPrompt(x0, y1, true)] });
            double across = pictureWidth / (double)width, down = pictureHeight / (double)height;
            BoundingBox box = prompt.Box!.Value;
            Assert.True(box.X0 >= 0 && box.Y0 >= 0 && box.X1 <= pictureWidth - 1 && box.Y1 <= pictureHeight - 1 && box.X0 <= box.X1 && box.Y0 <= box.Y1);

            // From the left edge of the first pixel to the right edge of the last.
            Assert.True((x1 + 1 - x0) * across < 1 || Math.Abs((box.X1 + 1 - box.X0) - ((x1 + 1 - x0) * across)) < 1e-3);
            Assert.True((y1 + 1 - y0) * down < 1 || Math.Abs(box.Y0 - (y0 * down)) < 1e-3);
            Assert.Equal(Math.Clamp(((x0 + 0.5) * across) - 0.5, 0, pictureWidth - 1), prompt.Points[0].X, 1e-3);
            Assert.Equal(Math.Clamp(((y1 + 0.5) * down) - 0.5, 0, pictureHeight - 1), prompt.Points[0].Y, 1e-3);
        });

    [Fact]
    public void A_mask_that_was_enlarged_with_its_picture_comes_back_as_it_was() =>
        Gen.Select(Gen.Int[2, 20], Gen.Int[2, 20], Gen.Int[2, 4], Gen.Int[0, 1000]).Sample((height, width, factor, seed) =>
        {
            var random = new Random(seed);
            int x = random.Next(width), y = random.Next(height), right = random.Next(x, width), bottom = random.Next(y, height);
            var size = new ImageSize(height, width);
            var mask = new BinaryMask(size, [.. Enumerable.Range(0, height * width).Select(i => i % width >= x && i % width <= right && i / width >= y && i / width <= bottom ? (byte)1 : (byte)0)]);
            var picture = new ImageSize(height * factor, width * factor);
            BinaryMask back = new TileView(PixelWindow.Whole(size), picture).ToTile(NearestResize.Apply(mask, picture));
            Assert.Equal(mask.Bounds(), back.Bounds());
        });

    private string Write(int epsg)
    {
        string path = _folder.At("images", "town.tif");
        Directory.CreateDirectory(_folder.At("images"));
        Directory.CreateDirectory(_folder.At("masks"));
        short[] samples =
        [
            .. from y in Enumerable.Range(0, s_size.Height) from x in Enumerable.Range(0, s_size.Width) from b in Enumerable.Range(0, 3)
               select (short)((((x / 17) + (y / 13)) % 2 * 1200) + (((x * 7) + (y * 13) + (b * 31)) % 900)),
        ];
        GeoTiffWriter.Write(
            path,
            new GeoTiffHeader
            {
                Size = s_size,
                BandNames = ["red", "green", "blue"],
                StoredAs = SampleKind.Int16,
                GeoKeys = GeoKeys.Of(CoordinateReferenceSystem.FromEpsg(epsg)),
                Transform = epsg == 4326 ? GeoTransform.NorthUp(13, 52, DegreesOfARow, DegreesOfARow) : GeoTransform.NorthUp(500_000, 5_000_000, 0.6, 0.6),
            },
            samples);
        ImageWriter.WriteMaskPng(_folder.At("masks", "town.png"), new BinaryMask(s_size, [.. Enumerable.Range(0, (int)s_size.PixelCount).Select(i => i % 120 < 60 ? (byte)1 : (byte)0)]));
        return path;
    }
}
