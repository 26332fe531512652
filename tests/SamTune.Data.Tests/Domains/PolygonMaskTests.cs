using CsCheck;
using SamTune.Data.Checking;
using SamTune.Data.Datasets;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Maps;
using SamTune.Testing;

namespace SamTune.Data.Tests.Domains;

/// <summary>Scenes whose masks are polygons in GeoJSON files.</summary>
public sealed class PolygonMaskTests : IDisposable
{
    private static readonly GeoTransform s_transform = GeoTransform.NorthUp(500_000, 5_000_000, 0.3, 0.3);

    private readonly TemporaryFolder _folder = new();

    public PolygonMaskTests()
    {
        Directory.CreateDirectory(_folder.At("images"));
        Directory.CreateDirectory(_folder.At("masks"));
        Directory.CreateDirectory(_folder.At("polygons"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Polygons_teach_the_same_objects_as_the_label_picture_that_they_were_made_from()
        => (from height in Gen.Int[16, 40]
            from width in Gen.Int[16, 40]
            from labels in Gen.Int[0, 3].Array[height * width]
            from inWgs84 in Gen.Bool
            select new { Labels = new LabelMap(new ImageSize(height, width), labels), InWgs84 = inWgs84 }).Sample(
            t =>
            {
                WriteScene("town", t.Labels.Size);
                ImageWriter.WriteLabelPng16(_folder.At("masks", "town.png"), t.Labels);
                WritePolygons(_folder.At("polygons", "town.geojson"), t.Labels, t.InWgs84);
                ImageFolderOptions options = new() { Preprocessing = Spec(tile: 16), MaskMode = MaskMode.Instances };
                var pictures = ImageFolderDataset.Open(_folder.At("images"), _folder.At("masks"), options);
                var polygons = ImageFolderDataset.Open(_folder.At("images"), _folder.At("polygons"), options);
                polygons.Check();
                Assert.Equal(pictures.Samples, polygons.Samples);
                for (int i = 0; i < pictures.Samples.Count; i++)
                {
                    Sample expected = pictures.Load(i), found = polygons.Load(i);
                    Assert.Equal(expected.Image.Pixels, found.Image.Pixels);
                    Assert.Equal(expected.Objects.Select(o => o.Mask.Pixels), found.Objects.Select(o => o.Mask.Pixels));
                }
            },
            iter: 20,
            threads: 1);

    [Fact]
    public void A_polygon_is_an_object_of_the_class_that_it_names_and_the_mode_puts_them_together()
    {
        // 1 and 3 are roofs, 2 is a road, 4 says nothing.
        LabelMap labels = new(new ImageSize(16, 16), [.. Enumerable.Range(0, 256).Select(i => i / 16 < 8 ? (i % 16 < 8 ? 1 : 2) : i % 16 < 8 ? 3 : 4)]);
        WriteScene("town", labels.Size);
        WritePolygons(_folder.At("masks", "town.geojson"), labels, inWgs84: true, new Dictionary<int, string> { [1] = "roof", [2] = "road", [3] = "roof" });
        ImageFolderDataset Open(MaskMode mode, IReadOnlyDictionary<int, string>? classes = null)
            => ImageFolderDataset.Open(_folder.FullPath, new ImageFolderOptions { Preprocessing = Spec(tile: 16), MaskMode = mode, ClassNames = classes });
        string[] Objects(ImageFolderDataset dataset) => [.. dataset.Load(0).Objects.Select(o => $"{dataset.Classes[o.ClassId]} {o.Mask.Area}")];

        ImageFolderDataset each = Open(MaskMode.Auto);
        Assert.Equal(MaskMode.Instances, each.MaskMode);
        Assert.Equal(["object", "road", "roof"], each.Classes.Values);
        Assert.Equal(["roof 64", "road 64", "roof 64", "object 64"], Objects(each));
        Assert.Equal(["object 64", "road 64", "roof 128"], Objects(Open(MaskMode.Indexed)));
        Assert.Equal(["object 256"], Objects(Open(MaskMode.Binary)));
        Assert.Equal([5, 9, 5, 2], Open(MaskMode.Auto, new Dictionary<int, string> { [2] = "object", [5] = "roof", [9] = "road" }).Load(0).Objects.Select(o => o.ClassId));
        Assert.Contains("'object'", Assert.Throws<InputException>(() => Open(MaskMode.Auto, new Dictionary<int, string> { [5] = "roof", [9] = "road" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Polygons_are_found_in_a_folder_of_masks_beside_their_scene_and_in_a_task_file()
    {
        LabelMap labels = new(new ImageSize(20, 20), [.. Enumerable.Range(0, 400).Select(i => i % 20 < 5 ? 1 : i % 20 > 14 ? 2 : 0)]);
        WriteScene("town", labels.Size);
        WritePolygons(_folder.At("masks", "town.geojson"), labels, inWgs84: false);
        Directory.CreateDirectory(_folder.At("beside"));
        File.Copy(_folder.At("images", "town.tif"), _folder.At("beside", "town.tif"));
        File.Copy(_folder.At("masks", "town.geojson"), _folder.At("beside", "town.geojson"));
        Directory.CreateDirectory(_folder.At("tasks"));
        File.WriteAllText(_folder.At("tasks", "tasks.json"), """
            {"image": "../images/town.tif", "pixel_m": 0.3, "tasks": {"roof": {"mask": "../masks/town.geojson"}}, "tiles": {"train": [{"row": 2, "col": 0, "size": 16}]}}
            """);

        Assert.Equal([100, 100], Areas(_folder.FullPath));
        Assert.Equal([100, 100], Areas(_folder.At("beside")));
        Assert.Equal([16 * 6], Areas(_folder.At("tasks")));
        var report = DatasetCheck.Run(DatasetSource.Open(_folder.FullPath), cancel: TestContext.Current.CancellationToken);
        Assert.Equal((0, 1, 1), (report.Errors, report.Files.Images, report.Files.Masks));

        int[] Areas(string path)
        {
            FoundDataset found = DatasetSource.Open(path);
            Assert.Empty(found.Problems);
            return [.. Assert.Single(found.Parts).Dataset.Load(0).Objects.Select(o => o.Mask.Area)];
        }
    }

    [Fact]
    public void Masks_of_two_kinds_and_polygons_without_a_map_are_refused()
    {
        LabelMap labels = new(new ImageSize(16, 16), [.. Enumerable.Range(0, 256).Select(i => i % 2)]);
        WriteScene("town", labels.Size);
        WriteScene("village", labels.Size);
        WritePolygons(_folder.At("masks", "town.geojson"), labels, inWgs84: false);
        ImageWriter.WriteLabelPng16(_folder.At("masks", "village.png"), labels);
        Refused("village.png", "one kind");

        File.Delete(_folder.At("images", "village.tif"));
        File.Delete(_folder.At("masks", "village.png"));
        ImageWriter.WriteRgbPng(_folder.At("images", "town.png"), new RgbImage(labels.Size, new byte[16 * 16 * 3]));
        File.Delete(_folder.At("images", "town.tif"));
        Refused("town.geojson", "no place on the map");

        void Refused(params string[] said)
        {
            string message = Assert.Single(DatasetSource.Open(_folder.FullPath).Problems).Message;
            Assert.All(said, part => Assert.Contains(part, message, StringComparison.Ordinal));
        }
    }

    private static PreprocessingSpec Spec(int tile) => DomainProfile.Find("satellite")!.Spec with { Scene = new SceneSettings { TileSide = tile } };

    private static void WritePolygons(string path, LabelMap labels, bool inWgs84, IReadOnlyDictionary<int, string>? classes = null) => GeoJsonFile.Write(
        path, MaskPolygons.Polygonise(labels).Select(o => new MapFeature(o.Value, classes?.GetValueOrDefault(o.Key))), s_transform, 32633, inWgs84);

    private void WriteScene(string name, ImageSize size) => GeoTiffWriter.Write(
        _folder.At("images", $"{name}.tif"),
        new GeoTiffHeader
        {
            Size = size,
            BandNames = ["red", "green", "blue"],
            StoredAs = SampleKind.UInt16,
            Transform = s_transform,
            GeoKeys = GeoKeys.Of(CoordinateReferenceSystem.FromEpsg(32633)),
            BlockSize = new ImageSize(16, 16),
        },
        [.. Enumerable.Range(0, (int)size.PixelCount * 3).Select(i => (ushort)(i * 37 % 1000))]);
}
