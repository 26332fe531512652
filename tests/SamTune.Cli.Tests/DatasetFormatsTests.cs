using System.Globalization;
using System.Text.Json;
using SamTune.Data.Datasets;
using SamTune.Data.Manifests;
using SamTune.Imaging;
using SamTune.Imaging.Nifti;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

/// <summary>The same pictures and masks in every layout that a command takes.</summary>
public sealed class DatasetFormatsTests : IDisposable
{
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");

    private readonly TemporaryFolder _folder = new();
    private readonly string _data;

    public DatasetFormatsTests() => _data = DiscFolder.Write(_folder, count: 3);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Scores_are_the_same_in_every_layout()
    {
        string expected = await Dice(_data);

        Assert.Equal(expected, await Dice(Coco()));
        Assert.Equal(expected, await Dice($"{Manifest()}:test"));
        Assert.Equal(expected, await Dice($"{Voc()}:val"));
    }

    [Fact]
    public async Task A_manifest_with_several_parts_asks_for_one()
    {
        string path = Manifest();

        (await Evaluate(path)).AssertRefused(path, "other, test", ":other");
        (await Evaluate(path + ":val")).AssertRefused(path, "'val'", "other, test");
        (await Evaluate(_data + ":val")).AssertRefused(_data, "check the path");
        (await Evaluate(_folder.At("none.json"))).AssertRefused("none.json");
    }

    [Fact]
    public async Task A_DICOM_folder_is_an_image()
    {
        string series = RepositoryFiles.At("tests", "SamTune.Data.Tests", "Dicom", "data", "mr_head_pd"), labels = _folder.At("labels.nii");
        VolumeGeometry grid = SamTune.Data.Dicom.DicomSeries.Read(series).Geometry;
        var voxels = new byte[grid.Size.VoxelCount];
        Array.Fill(voxels, (byte)1, (int)(5.4 * 256 * 256), 256 * 30);
        NiftiWriter.WriteLabels(labels, grid, voxels);

        CommandLineRun run = await CommandLineRun.Of("evaluate", "--image", series, "--labels", labels, "--axis", "2", "--base", s_base, "--prompts", "box", "--out", _folder.At("report"), "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(1, run.Json.GetProperty("pictures").GetInt32());
        (await CommandLineRun.Of("evaluate", "--image", series, "--series", "9", "--labels", labels, "--base", s_base, "--out", _folder.At("report"))).AssertRefused(series, "no series 9");
    }

    private async Task<CommandLineRun> Evaluate(string data)
        => await CommandLineRun.Of("evaluate", data, "--base", s_base, "--prompts", "box", "--out", _folder.At("report", Path.GetRandomFileName()), "--json");

    private async Task<string> Dice(string data)
    {
        CommandLineRun run = await Evaluate(data);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(3, run.Json.GetProperty("pictures").GetInt32());
        return run.Json.GetProperty("dice")[0].GetProperty("dice").GetDouble().ToString("R", CultureInfo.InvariantCulture);
    }

    private string Coco()
    {
        ImageFolderDataset data = ImageFolderDataset.Open(_data);
        var content = new
        {
            images = data.Samples.Select((s, i) => new { id = i, file_name = s.Id + ".png", height = 48, width = 48 }),
            categories = new[] { new { id = 1, name = "disc" } },
            annotations = data.Samples.Select((_, i) => new { id = i, image_id = i, category_id = 1, segmentation = new { size = new[] { 48, 48 }, counts = RunLength.Encode(data.Load(i).Objects[0].Mask).ToCompressedString() } }),
        };
        File.WriteAllText(Path.Combine(_data, "instances.json"), JsonSerializer.Serialize(content));
        return Path.Combine(_data, "instances.json");
    }

    private string Manifest()
    {
        ImageFolderDataset data = ImageFolderDataset.Open(_data), other = ImageFolderDataset.Open(DiscFolder.Write(_folder, "more", count: 1));
        string path = Path.Combine(_data, "data.jsonl");
        ManifestWriter.Write(path, "discs", [new ManifestPart(data, "test"), new ManifestPart(new ConcatDataset([other], "all"), "other")]);
        return path;
    }

    private string Voc()
    {
        string root = _folder.At("voc");
        foreach ((string from, string to) in new[] { ("images", "JPEGImages"), ("masks", "SegmentationClass") })
        {
            Directory.CreateDirectory(Path.Combine(root, to));
            foreach (string file in Directory.GetFiles(Path.Combine(_data, from)))
                File.Copy(file, Path.Combine(root, to, Path.GetFileName(file)));
        }

        // Void is 255, which is what these masks have on the disc; VOC's classes are small numbers.
        foreach (string file in Directory.GetFiles(Path.Combine(root, "SegmentationClass")))
        {
            LabelMap labels = SamTune.Imaging.Codecs.LabelReader.Read(file);
            SamTune.Imaging.Codecs.ImageWriter.WriteLabelPng16(file, new LabelMap(labels.Size, [.. labels.Labels.Select(l => l == 0 ? 0 : 1)]));
        }

        Directory.CreateDirectory(Path.Combine(root, "ImageSets", "Segmentation"));
        File.WriteAllLines(Path.Combine(root, "ImageSets", "Segmentation", "val.txt"), ["p0", "p1", "p2"]);
        File.WriteAllLines(Path.Combine(root, "ImageSets", "Segmentation", "train.txt"), ["p0"]);
        return root;
    }
}
