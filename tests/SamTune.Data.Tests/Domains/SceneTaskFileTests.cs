using SamTune.Data.Datasets;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Data.Tests.Domains;

/// <summary>Files that describe tasks on a scene, as they should not be.</summary>
public sealed class SceneTaskFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.At("tasks.json");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"row": -1, "col": 0, "size": 8}""", "row -1")]
    [InlineData("""{"row": 0, "col": -3, "size": 8}""", "col -3")]
    [InlineData("""{"row": 0, "col": 0, "size": 0}""", "size 0")]
    [InlineData("""{"row": 0, "col": 0, "size": -8}""", "size -8")]
    [InlineData("""{"row": 0, "col": 0}""", "size")]
    [InlineData("""{"row": 0.5, "col": 0, "size": 8}""", "row")]
    [InlineData("null", "'train'", "null")]
    public void A_tile_that_is_none_is_refused_when_the_file_is_read(string tile, params string[] said)
    {
        Write(tiles: $$"""{"train": [{{tile}}]}""");
        Expect.Refused(() => SceneTaskFile.Read(FilePath), [FilePath, .. said]);
    }

    [Theory]
    [InlineData(0, 13, 8)]
    [InlineData(9, 0, 8)]
    [InlineData(2_147_483_000, 0, 2_147_483_000)]
    [InlineData(0, 0, 2_147_483_647)]
    public void A_tile_that_ends_outside_the_scene_is_refused_before_memory_is_taken(int row, int column, int size)
    {
        ImageWriter.WriteRgbPng(_folder.At("town.png"), new RgbImage(new ImageSize(16, 20), new byte[16 * 20 * 3]));
        ImageWriter.WriteMaskPng(_folder.At("roof.png"), new BinaryMask(new ImageSize(16, 20), new byte[16 * 20]));
        Write(tiles: $$"""{"train": [{"row": 8, "col": 12, "size": 8}, {"row": {{row}}, "col": {{column}}, "size": {{size}}}]}""");

        SceneTileDataset dataset = SceneTaskFile.Read(FilePath).Open("roof", "train");

        Assert.Empty(dataset.Load(0).Objects);
        Expect.Refused(() => dataset.Load(1), "town.png", $"row {row}, column {column} of {size}", "20x16");
    }

    [Theory]
    [InlineData("""{"image": null, "tasks": {"roof": {"mask": "roof.png"}}, "tiles": {}}""", "image")]
    [InlineData("""{"image": "town.png", "tasks": {"roof": null}, "tiles": {}}""", "'roof'")]
    [InlineData("""{"image": "town.png", "tasks": {"roof": {"mask": null}}, "tiles": {}}""", "mask")]
    [InlineData("""{"image": "town.png", "tasks": {"roof": {}}, "tiles": {}}""", "mask")]
    [InlineData("""{"image": "town.png", "tasks": null, "tiles": {}}""", "tasks")]
    [InlineData("""{"image": "town.png", "tasks": {}, "tiles": {"train": null}}""", "'train'")]
    [InlineData("""{"image": "town.png", "tasks": {}, "tiles": {}, "pixel_m": -0.5}""", "pixel_m is -0.5")]
    [InlineData("""{"image": "town.png", "tasks": {}, "tiles": {}, "pixel_m": 1e999}""", "pixel_m")]
    [InlineData("""{"image": "town.png", "tasks": {}, "tiles": {}, "bands": ["red", null]}""", "bands")]
    [InlineData("""{"image": "town.png", "tasks": {}""", "image, tasks with their masks")]
    [InlineData("null", "null")]
    public void What_is_missing_is_named(string json, string said)
    {
        File.WriteAllText(FilePath, json);
        Expect.Refused(() => SceneTaskFile.Read(FilePath), FilePath, said);
    }

    [Fact]
    public void A_mask_of_another_size_and_a_task_or_part_that_is_not_there_are_refused()
    {
        ImageWriter.WriteRgbPng(_folder.At("town.png"), new RgbImage(new ImageSize(16, 20), new byte[16 * 20 * 3]));
        ImageWriter.WriteMaskPng(_folder.At("roof.png"), new BinaryMask(new ImageSize(16, 19), new byte[16 * 19]));
        Write(tiles: """{"train": [{"row": 0, "col": 0, "size": 8}], "test": []}""");
        var file = SceneTaskFile.Read(FilePath);

        Expect.Refused(() => file.Open("roof", "train").Load(0), "roof.png", "19x16", "20x16");
        Expect.Refused(() => file.Open("road", "train"), FilePath, "'road'", "roof");
        Expect.Refused(() => file.Open("roof", "test"), FilePath, "'test'", "train");
        Expect.Refused(() => SceneTaskFile.Read(_folder.At("none.json")), "none.json");
    }

    private void Write(string tiles) => File.WriteAllText(FilePath, """{"image": "town.png", "pixel_m": 0.3, "tasks": {"roof": {"mask": "roof.png"}}, "tiles": """ + tiles + "}");
}
