using System.Text.Json;
using SamTune.Imaging.Nifti;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class VolumePredictionTests
{
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");

    [Fact]
    public async Task A_box_on_one_slice_becomes_labels_on_the_grid_of_the_volume_and_a_report_by_slice()
    {
        using var folder = new TemporaryFolder();
        (string scan, _) = Volume(folder);
        CommandLineRun run = await CommandLineRun.Of(
            "predict", scan, "--base", s_base, "--box", "8,6,30,24", "--box", "2,2,9,9", "--slice", "3", "--stop-iou", "-1", "--out", folder.At("out"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        JsonElement[] objects = [.. run.Json.GetProperty("objects").EnumerateArray()];
        Assert.Equal([1, 2], objects.Select(o => o.GetProperty("label").GetInt32()));
        NiftiVolume labels = NiftiVolume.Read(folder.At("out", "labels.nii.gz"));
        Assert.True(labels.Geometry.IsSameGridAs(NiftiVolume.ReadGeometry(scan)));
        float[] voxels = labels.Samples();
        foreach (JsonElement found in objects)
        {
            int count = voxels.Count(v => v == found.GetProperty("label").GetInt32());
            Assert.Equal(count, found.GetProperty("voxels").GetInt32());
            // 1 x 1.5 x 4 mm.
            Assert.Equal(count * 0.006, found.GetProperty("millilitres").GetDouble(), 9);
            Assert.Contains(found.GetProperty("slices").EnumerateArray(), s => s.GetProperty("slice").GetInt32() == 3);
        }

        Assert.True(File.Exists(folder.At("out", "overlay_0003.png")));
    }

    [Fact]
    public async Task Keyframes_come_from_a_file_and_what_does_not_fit_is_refused_before_anything_is_written()
    {
        using var folder = new TemporaryFolder();
        (string scan, _) = Volume(folder);
        await File.WriteAllTextAsync(folder.At("k.json"), """[{"slice": 1, "box": [8, 6, 30, 24]}, {"slice": 5, "box": [8, 6, 30, 20], "label": 1}]""", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(folder.At("bad.json"), """[{"slice": 1, "bocks": [8, 6, 30, 24]}]""", TestContext.Current.CancellationToken);
        Task<CommandLineRun> Run(params string[] more) => CommandLineRun.Of(["predict", scan, "--base", s_base, "--out", folder.At("out"), .. more]);
        (await Run("--keyframes", folder.At("bad.json"))).AssertRefused("bad.json", "box");
        (await Run("--box", "1,1,5,5")).AssertRefused("--slice");
        (await Run("--box", "1,1,5,5", "--slice", "7")).AssertRefused("slice 7", "0 to 6");
        (await Run("--auto")).AssertRefused("--auto");
        Assert.False(Directory.Exists(folder.At("out")));
        (await CommandLineRun.Of("predict", RepositoryFiles.Golden("tiny_image.png"), "--base", s_base, "--slice", "1", "--out", folder.At("out"))).AssertRefused("--slice", "volumes");

        CommandLineRun run = await Run("--keyframes", folder.At("k.json"), "--axis", "2", "--stop-iou", "-1");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.True(File.Exists(folder.At("out", "overlay_0001.png")) && File.Exists(folder.At("out", "overlay_0005.png")));
    }

    [Fact]
    public async Task Evaluating_a_volume_reports_it_whole_beside_its_slices()
    {
        using var folder = new TemporaryFolder();
        (string scan, string labels) = Volume(folder);
        CommandLineRun run = await CommandLineRun.Of(
            "evaluate", "--image", scan, "--labels", labels, "--base", s_base, "--prompts", "box", "--clicks", "0", "--out", folder.At("report"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        using JsonDocument report = JsonDocument.Parse(await File.ReadAllTextAsync(folder.At("report", "report.json"), TestContext.Current.CancellationToken));
        JsonElement volume = Assert.Single(report.RootElement.GetProperty("volumes").EnumerateArray());
        Assert.Equal(("scan", "box", 5), (volume.GetProperty("volume").GetString(), volume.GetProperty("prompt_kind").GetString(), volume.GetProperty("slices").GetInt32()));
        Assert.InRange(volume.GetProperty("dice").GetDouble(), 0.01, 0.99);
        Assert.True(volume.GetProperty("average_surface_distance").GetDouble() <= volume.GetProperty("hausdorff_distance95").GetDouble());
        Assert.Contains("## Volumes", await File.ReadAllTextAsync(folder.At("report", "report.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private static (string Scan, string Labels) Volume(TemporaryFolder folder)
    {
        var grid = new VolumeGeometry(new VolumeSize(40, 30, 7), new Affine([-1, 0, 0, 20, 0, 1.5, 0, -10, 0, 0, 4, 5]));
        var values = new float[grid.Size.VoxelCount];
        var labels = new byte[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            int x = (i % 40) - 19, y = (i / 40 % 30) - 15, z = ((i / 1200) - 3) * 3;
            labels[i] = (x * x) + (y * y) + (z * z) < 80 ? (byte)1 : (byte)0;
            values[i] = labels[i] != 0 ? 700 + (i % 13) : 100 + (i % 29);
        }

        NiftiWriter.WriteValues(folder.At("scan.nii.gz"), grid, values);
        NiftiWriter.WriteLabels(folder.At("scan_labels.nii.gz"), grid, labels);
        return (folder.At("scan.nii.gz"), folder.At("scan_labels.nii.gz"));
    }
}
