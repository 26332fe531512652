using CsCheck;
using SamTune.Data.Augmentation;
using SamTune.Data.Checking;
using SamTune.Data.Coco;
using SamTune.Data.Datasets;
using SamTune.Data.Domains;
using SamTune.Data.Manifests;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Maps;
using SamTune.Imaging.Scenes;
using SamTune.Testing;

namespace SamTune.Data.Tests.Domains;

/// <summary>Folders of GeoTIFF scenes with masks, opened with the satellite profile.</summary>
public sealed class SceneFolderTests : IDisposable
{
    private const short NoData = -9999;

    private static readonly string[] s_bands = ["Blue", "Green", "Red", "NIR"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_larger_scene_becomes_tiles_that_cover_it_at_the_recipe_s_resolution()
    {
        // Tiles of 64 pixels at 0.3 m cover 19.2 m: 32 pixels at 0.6 m.
        Write("town", new ImageSize(48, 80), 0.6, (x, y, b) => (short)((100 * b) + x), (x, y) => x >= 40 && y < 20);
        ImageFolderDataset dataset = Open(Spec(tile: 64));
        Assert.Equal(["town/r00000c00000", "town/r00000c00032", "town/r00000c00048", "town/r00016c00000", "town/r00016c00032", "town/r00016c00048"], dataset.Samples.Select(s => s.Id));
        Assert.All(dataset.Samples, s => Assert.Equal("town", s.Group));
        Sample second = dataset.Load(1);
        Assert.Equal((new ImageSize(64, 64), new PixelSpacing(300, 300)), (second.Image.Size, second.Spacing));

        // Columns 40 to 63 and rows 0 to 19 of the scene, twice as many at 0.3 m.
        Assert.Equal((48 * 40, new BoundingBox(16, 0, 63, 39)), (second.Objects.Single().Mask.Area, second.Objects.Single().Mask.Bounds()));
        Assert.Empty(dataset.Load(3).Objects);
        Assert.Null(dataset.ResolutionMessage);
        dataset.Check();
    }

    [Fact]
    public void Tiles_are_mapped_with_the_scene_s_percentiles_without_nodata()
    {
        // Columns are 0..99 in each band, shifted by band; the last row holds no measurement.
        Write("town", new ImageSize(65, 100), 0.3, (x, y, b) => y == 64 ? NoData : (short)((1000 * b) + x), (x, y) => x < 50);
        ImageFolderDataset dataset = Open(Spec(tile: 50) with { LowPercentile = 0, HighPercentile = 100 });
        Assert.Equal(4, dataset.Samples.Count);
        RgbImage right = dataset.Load(1).Image;
        Assert.Equal([.. Enumerable.Range(50, 3).SelectMany(x => Enumerable.Repeat((byte)((x / 99.0 * 255) + 0.5), 3))], right.Pixels[..9]);
        Sample lower = dataset.Load(2);
        Assert.All(lower.Image.Pixels[^150..], p => Assert.Equal(0, p));

        // What is not there is no object either, though the mask says so.
        Assert.Null(dataset.Load(1).Missing);
        Assert.Equal([.. Enumerable.Range(0, 2500).Select(i => i >= 2450 ? (byte)1 : (byte)0)], lower.Missing!.Pixels);
        Assert.Equal(2450, Assert.Single(lower.Objects).Mask.Area);
    }

    [Fact]
    public void Pixels_without_data_are_scaled_cut_and_varied_with_their_picture()
    {
        // At 0.6 m, so twice as many at 0.3 m; the left half holds no measurement, the object lies across.
        Write("town", new ImageSize(20, 20), 0.6, (x, y, b) => x < 10 ? NoData : (short)((x * 7) + y), (x, y) => x >= 5 && y < 12);
        Sample sample = Open(Spec(tile: 64)).Load(0);
        Assert.Equal(40 * 20, sample.Missing!.Area);
        Assert.Equal(24 * 20, Assert.Single(sample.Objects).Mask.Area);
        Sample marked = sample with { Objects = [new ObjectMask(1, sample.Missing)] };
        for (int seed = 0; seed < 5; seed++)
        {
            Sample varied = Augmenter.Apply(marked, AugmentationSpec.Presets["satellite"], new Random(seed));
            Assert.Equal(varied.Objects.SelectMany(o => o.Mask.Pixels), varied.Missing!.Area > 0 ? varied.Missing.Pixels : []);
        }

        CropDataset squares = CropDataset.Open(
            "squares", _folder.At("images", "town.tif"), _folder.At("masks", "town.png"), new PixelWindow(0, 0, 20, 20), new CropOptions { Side = 12, Stride = 8, LeastShare = 0, MostShare = 1 },
            Spec(tile: 64) with { Scene = new SceneSettings(MetresPerPixel: 0.6) { TileSide = 16 } });
        Assert.Equal([10 * 12, 2 * 12, 10 * 12, 2 * 12], Enumerable.Range(0, squares.Samples.Count).Select(i => squares.Load(i).Missing?.Area ?? 0));
        Assert.Equal([2 * 12, 10 * 12, 2 * 4, 10 * 4], Enumerable.Range(0, squares.Samples.Count).Select(i => squares.Load(i).Objects.Sum(o => o.Mask.Area)));
    }

    [Fact]
    public void Near_infrared_comes_along_as_a_band_and_through_every_variation()
    {
        Write("town", new ImageSize(40, 40), 0.3, (x, y, b) => (short)((x * 7 * (b + 1)) + y), (x, y) => x > y);
        Sample sample = Open(Spec(tile: 64) with { Scene = new SceneSettings(NearInfrared.FourChannels) }).Load(0);
        Assert.Equal(40 * 40, Assert.Single(sample.Image.ExtraBands).Length);

        // The fourth band of a picture whose colours are all that band stays equal to them, whatever is drawn.
        byte[] band = sample.Image.ExtraBands[0];
        var grey = new RgbImage(sample.Image.Size, [.. band.SelectMany(v => new[] { v, v, v })]) { ExtraBands = [band] };
        foreach ((string name, AugmentationSpec spec) in AugmentationSpec.Presets)
        {
            AugmentationSpec quiet = spec with { NoiseDeviation = 0 };
            for (int seed = 0; seed < 5; seed++)
            {
                RgbImage varied = Augmenter.Apply(sample with { Image = grey }, quiet, new Random(seed)).Image;
                Assert.Equal(varied.Pixels.Where((_, i) => i % 3 == 0), varied.ExtraBands[0]);
            }

            Assert.NotNull(name);
        }

        RgbImage small = PillowResize.Bilinear(grey, new ImageSize(17, 23));
        Assert.Equal(small.Pixels.Where((_, i) => i % 3 == 2), small.ExtraBands[0]);
        Assert.Equal([.. grey.Cut(new PixelWindow(3, 4, 5, 6)).Pixels.Where((_, i) => i % 3 == 1)], grey.Cut(new PixelWindow(3, 4, 5, 6)).ExtraBands[0]);
    }

    [Fact]
    public void Tiles_cover_every_pixel_once_or_more_and_lie_inside() =>
        (from height in Gen.Int[1, 90]
         from width in Gen.Int[1, 90]
         from tile in Gen.Int[16, 64]
         from metres in Gen.Double[0.1, 1.2]
         select (height, width, tile, metres)).Sample(
            t =>
            {
                string path = _folder.At($"{Path.GetRandomFileName()}.tif");
                GeoTiffWriter.Write(path, Header(new ImageSize(t.height, t.width), t.metres, bands: 3), new short[t.height * t.width * 3]);
                var scene = new SceneFile(path, new Preprocessor(Spec(t.tile)));
                var covered = new bool[t.height, t.width];
                IReadOnlyList<PixelWindow> tiles = scene.Tiles();
                Assert.Single(tiles.Select(w => w.Size).Distinct());
                foreach (PixelWindow window in tiles)
                {
                    window.RequireInside(scene.Size);
                    for (int y = window.Y; y < window.Bottom; y++)
                    {
                        for (int x = window.X; x < window.Right; x++)
                            covered[y, x] = true;
                    }
                }

                Assert.DoesNotContain(false, covered.Cast<bool>());
            },
            iter: 40,
            threads: 1);

    [Fact]
    public void Coarse_scenes_keep_their_resolution_and_say_so()
    {
        Write("field", new ImageSize(40, 40), 28.5, (x, y, b) => (short)(x + b), (x, y) => x < 9);
        ImageFolderDataset dataset = Open(Spec(tile: 64));
        Assert.Contains("95 times", dataset.ResolutionMessage, StringComparison.Ordinal);
        Assert.Equal((new ImageSize(40, 40), "field", new PixelSpacing(28_500, 28_500)), (dataset.Load(0).Image.Size, dataset.Samples[0].Id, dataset.Load(0).Spacing));

        // The recipe that is saved says what they came to, so that finer scenes are brought to it and these stay as they are.
        Assert.Equal(28.5, dataset.Preprocessing.Scene!.MetresPerPixel, 1e-6);
        ImageFolderDataset again = Open(dataset.Preprocessing);
        Assert.Null(again.ResolutionMessage);
        Assert.Equal(dataset.Load(0).Image.Pixels, again.Load(0).Image.Pixels);
        Assert.Equal((40, 40), (dataset.Preprocessing.Scene.TileSide, again.Preprocessing.Scene!.TileSide));
        Write("fine", new ImageSize(40, 40), 9.5, (x, y, b) => (short)(x + b), (x, y) => x < 9);
        Assert.Equal(0.3, Open(Spec(tile: 64)).Preprocessing.Scene!.MetresPerPixel);
    }

    [Fact]
    public void A_sidecar_s_resolution_and_bands_stand_above_the_file_s()
    {
        Write("town", new ImageSize(32, 32), 0.6, (x, y, b) => (short)(100 * b), (x, y) => x < 9);
        File.WriteAllText(_folder.At("tasks.json"), """
            {"image": "images/town.tif", "bands": ["nir", "red", "green", "blue"], "pixel_m": 0.3, "tasks": {"roof": {"mask": "masks/town.png"}}, "tiles": {"train": [{"row": 0, "col": 0, "size": 32}]}}
            """);
        PreprocessingSpec spec = Spec(tile: 64) with { Mapping = IntensityMapping.Window, WindowLow = 0, WindowHigh = 300 };
        SceneTileDataset tiles = SceneTaskFile.Read(_folder.At("tasks.json")).Open("roof", "train", spec);
        Sample sample = tiles.Load(0);

        // Where the file says something else, or nothing, the recipe must say it in prediction.
        Assert.Equal(spec with { Scene = spec.Scene! with { TileSide = 32, Bands = "nir,red,green,blue" } }, tiles.Preprocessing);
        Assert.Equal((new ImageSize(32, 32), new PixelSpacing(300, 300)), (sample.Image.Size, sample.Spacing));
        Assert.Equal([85, 170, 255], sample.Image.Pixels[..3]);
    }

    [Fact]
    public void Scenes_smaller_than_a_tile_make_it_as_large_as_the_largest_of_them()
    {
        // 0.7 m a pixel: 48 pixels are 112 at 0.3 m.
        Write("a", new ImageSize(40, 48), 0.7, (x, y, b) => (short)(x * (b + 1)), (x, y) => x < 9);
        Write("b", new ImageSize(30, 30), 0.7, (x, y, b) => (short)(x * (b + 1)), (x, y) => x < 9);
        ImageFolderDataset chips = Open(Spec(tile: 1024));
        Assert.Equal(112, chips.Preprocessing.Scene!.TileSide);
        ImageFolderDataset again = Open(chips.Preprocessing);
        Assert.Equal(["a", "b"], again.Samples.Select(s => s.Id));
        Assert.Equal(chips.Preprocessing, again.Preprocessing);
        Assert.Equal(chips.Load(0).Image.Pixels, again.Load(0).Image.Pixels);

        // A scene that is cut says nothing about the tile but what the recipe says.
        Assert.Equal(64, Open(Spec(tile: 64)).Preprocessing.Scene!.TileSide);
    }

    [Fact]
    public void Tiles_of_the_side_that_covers_a_part_are_no_smaller_than_it() =>
        Gen.Select(Gen.Int[1, 2000], Gen.Int[1, 2000], Gen.Double[0.05, 2], Gen.Double[0.05, 2], Gen.Double[0.05, 2]).Sample((height, width, x, y, target) =>
        {
            var settings = new SceneSettings(MetresPerPixel: target);
            var own = new GroundResolution(x, y);
            int side = SceneTiles.SideThatCovers(settings, own, new ImageSize(height, width));
            (int tileHeight, int tileWidth) = SceneTiles.SideInScene(settings with { TileSide = side }, own);
            Assert.True(tileHeight >= height && tileWidth >= width);
            Assert.Equal(Math.Max(height, width), SceneTiles.SideThatCovers(settings, null, new ImageSize(height, width)));
        });

    [Fact]
    public void An_8_bit_scene_is_taken_as_it_is_in_tiles_at_its_own_resolution()
    {
        var size = new ImageSize(24, 1040);
        Directory.CreateDirectory(_folder.At("images"));
        Directory.CreateDirectory(_folder.At("masks"));
        byte[] samples = [.. Enumerable.Range(0, (int)size.PixelCount * 3).Select(i => (byte)(i * 7 % 251))];
        GeoTiffWriter.Write(_folder.At("images", "photo.tif"), Header(size, 0.08, bands: 3) with { StoredAs = SampleKind.UInt8, NoData = null, BandNames = ["Band 1", "Band 2", "Band 3"] }, samples);
        ImageWriter.WriteMaskPng(_folder.At("masks", "photo.png"), new BinaryMask(size, [.. Enumerable.Range(0, (int)size.PixelCount).Select(i => i % 1040 > 900 ? (byte)1 : (byte)0)]));
        IPreprocessedDataset dataset = DatasetSource.Open(_folder.FullPath).Choose("train").Dataset;
        Assert.Equal(["photo/r00000c00000", "photo/r00000c00016"], dataset.Samples.Select(s => s.Id));
        Assert.Equal((IntensityMapping.Rgb, "red,green,blue", 1024), (dataset.Preprocessing.Mapping, dataset.Preprocessing.Scene!.Bands, dataset.Preprocessing.Scene.TileSide));
        Assert.Equal(0.08, dataset.Preprocessing.Scene.MetresPerPixel, 1e-9);
        RgbImage second = dataset.Load(1).Image;
        Assert.Equal(new ImageSize(24, 1024), second.Size);
        Assert.Equal(samples.AsSpan(16 * 3, 300).ToArray(), second.Pixels[..300]);
        Assert.Null(dataset.ResolutionMessage);

        // One band is grey, whatever it is called.
        GeoTiffWriter.Write(_folder.At("grey.tif"), Header(new ImageSize(4, 5), 0.08, bands: 1) with { StoredAs = SampleKind.UInt8, NoData = null, BandNames = ["Gray"] }, [.. Enumerable.Range(0, 20).Select(i => (byte)i)]);
        using GeoTiffRasterSource grey = GeoTiffRasterSource.Open(_folder.At("grey.tif"));
        Assert.Equal([0, 0, 0, 1, 1, 1], new PreparedScene(grey, new Preprocessor(DomainProfile.ForScene(grey.Header)), TestContext.Current.CancellationToken).Read(PixelWindow.Whole(grey.Size)).Pixels[..6]);
    }

    [Fact]
    public void A_recipe_of_8_bits_as_they_are_refuses_samples_of_more()
    {
        Write("town", new ImageSize(20, 20), 0.6, (x, y, b) => (short)(x * 40), (x, y) => x < 9);
        ImageFolderDataset dataset = Open(Spec(tile: 64) with { Mapping = IntensityMapping.Rgb });
        Assert.Contains("Int16", Assert.Throws<InputException>(() => dataset.Load(0)).Message, StringComparison.Ordinal);
        Assert.Contains("Int16", Assert.Throws<InputException>(() => new Preprocessor(dataset.Preprocessing).Read(_folder.At("images", "town.tif"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_manifest_of_tiles_stores_their_pictures_and_refuses_to_lose_a_band()
    {
        Write("town", new ImageSize(48, 80), 0.6, (x, y, b) => (short)((100 * b) + x), (x, y) => x >= 40);
        ImageFolderDataset dataset = Open(Spec(tile: 64));
        ManifestWriter.Write(_folder.At("m.jsonl"), "towns", [new ManifestPart(dataset)], cancel: TestContext.Current.CancellationToken);
        ManifestDataset back = ManifestDataset.Open(_folder.At("m.jsonl"));
        for (int i = 0; i < dataset.Samples.Count; i++)
        {
            Assert.Equal(dataset.Load(i).Image.Pixels, back.Load(i).Image.Pixels);
            Assert.Equal(dataset.Load(i).Objects.Select(o => o.Mask.Pixels), back.Load(i).Objects.Select(o => o.Mask.Pixels));
        }

        ImageFolderDataset four = Open(Spec(tile: 64) with { Scene = new SceneSettings(NearInfrared.FourChannels) });
        Assert.Contains("does not hold", Assert.Throws<InputException>(() => ManifestWriter.Write(_folder.At("n.jsonl"), "towns", [new ManifestPart(four)], cancel: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_for_a_tile_does_not_grow_with_the_scene_and_scenes_may_be_larger_than_pictures()
    {
        long Allocated(int height)
        {
            Write("town", new ImageSize(height, 128), 0.3, (x, y, b) => (short)((x * (b + 1)) + (y % 7)), (x, y) => (x / 16 + y / 16) % 2 == 0);
            ImageFolderDataset dataset = ImageFolderDataset.Open(
                _folder.FullPath, new ImageFolderOptions { Preprocessing = Spec(tile: 64), Limits = new ReadLimits { MaximumPixels = 128 * 128 } });
            dataset.Check();
            _ = dataset.Load(0);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Sample last = dataset.Load(dataset.Samples.Count - 1);
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal(8 * 16 * 16, Assert.Single(last.Objects).Mask.Area);
            return taken;
        }

        // Sixteen times the scene; its mask as labels alone would take 1 MB more.
        long small = Allocated(128), large = Allocated(2048);
        Assert.InRange(large, 1, small + 200_000);
    }

    [Fact]
    public void Scenes_that_cannot_be_used_are_named_before_a_pixel_is_decoded()
    {
        Write("town", new ImageSize(20, 20), 0.3, (x, y, b) => 1, (x, y) => x < 9);
        string path = _folder.At("images", "town.tif");
        byte[] whole = File.ReadAllBytes(path);
        File.WriteAllBytes(path, whole[..30]);
        Assert.Contains("town.tif", Assert.Throws<InputException>(() => Open(Spec(64))).Message, StringComparison.Ordinal);
        File.WriteAllBytes(path, [.. "not a picture at all"u8]);
        Assert.Contains("town.tif", Assert.Throws<InputException>(() => Open(Spec(64))).Message, StringComparison.Ordinal);
        GeoTiffWriter.Write(path, Header(new ImageSize(21, 20), 0.3, 4), new short[21 * 20 * 4]);
        Assert.Contains("20x20", Assert.Throws<InputException>(() => Open(Spec(64)).Check()).Message, StringComparison.Ordinal);
        Assert.Contains("tileSide", Assert.Throws<InputException>(() => Open(Spec(4))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64, 0.6, "0.6 m", "0.3 m")]
    [InlineData(16, 0.3, "20x20", "16x16")]
    public void Layouts_that_take_pictures_whole_refuse_scenes_they_would_have_to_resize_or_tile(int tile, double metres, params string[] said)
    {
        Write("town", new ImageSize(20, 20), metres, (x, y, b) => (short)x, (x, y) => x < 9);
        File.WriteAllText(_folder.At("instances.json"), """
            {"images": [{"id": 1, "file_name": "town.tif", "height": 20, "width": 20}], "categories": [{"id": 1, "name": "roof"}],
             "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "segmentation": [[2, 1, 5, 1, 5, 3, 2, 3]]}]}
            """);
        File.WriteAllText(_folder.At("data.jsonl"), """
            {"samtune_manifest": 1, "name": "roofs", "classes": {"1": "roof"}}
            {"id": "town", "image": "images/town.tif", "objects": [{"class": 1, "mask": "masks/town.png"}]}
            """);
        var coco = new CocoOptions { Preprocessing = Spec(tile) };
        var manifest = new ManifestOptions { Preprocessing = Spec(tile) };
        string[] everywhere = ["town.tif", "takes pictures whole", "images/ and masks/", "tasks.json"];

        Expect.Refused(() => CocoDataset.Open(_folder.At("instances.json"), coco), [.. everywhere, "instances.json", .. said]);
        Expect.Refused(() => ManifestDataset.Open(_folder.At("data.jsonl"), manifest), [.. everywhere, "data.jsonl", .. said]);
        SceneSettings fitting = new() { TileSide = 64, MetresPerPixel = metres };
        Assert.Equal(new ImageSize(20, 20), CocoDataset.Open(_folder.At("instances.json"), coco with { Preprocessing = Spec(tile) with { Scene = fitting } }).Load(0).Image.Size);
        Assert.Equal(new ImageSize(20, 20), ManifestDataset.Open(_folder.At("data.jsonl"), manifest with { Preprocessing = Spec(tile) with { Scene = fitting } }).Load(0).Image.Size);
    }

    private static PreprocessingSpec Spec(int tile) => DomainProfile.Find("satellite")!.Spec with { Scene = new SceneSettings { TileSide = tile } };

    private static GeoTiffHeader Header(ImageSize size, double metres, int bands) => new()
    {
        Size = size,
        BandNames = s_bands[..bands],
        StoredAs = SampleKind.Int16,
        NoData = NoData,
        Transform = GeoTransform.NorthUp(500_000, 5_000_000, metres, metres),
        GeoKeys = GeoKeys.Of(CoordinateReferenceSystem.FromEpsg(32633)),
        BlockSize = new ImageSize(16, 16),
    };

    private ImageFolderDataset Open(PreprocessingSpec spec) => ImageFolderDataset.Open(_folder.FullPath, new ImageFolderOptions { Preprocessing = spec });

    private void Write(string name, ImageSize size, double metres, Func<int, int, int, short> sample, Func<int, int, bool> mask)
    {
        Directory.CreateDirectory(_folder.At("images"));
        Directory.CreateDirectory(_folder.At("masks"));
        short[] samples = [.. from y in Enumerable.Range(0, size.Height) from x in Enumerable.Range(0, size.Width) from b in Enumerable.Range(0, 4) select sample(x, y, b)];
        GeoTiffWriter.Write(_folder.At("images", $"{name}.tif"), Header(size, metres, 4), samples);
        byte[] pixels = [.. from y in Enumerable.Range(0, size.Height) from x in Enumerable.Range(0, size.Width) select mask(x, y) ? (byte)1 : (byte)0];
        ImageWriter.WriteMaskPng(_folder.At("masks", $"{name}.png"), new BinaryMask(size, pixels));
    }
}
