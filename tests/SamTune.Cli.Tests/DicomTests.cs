using System.Text.Json;
using SamTune.Imaging.Nifti;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

/// <summary>Folders of DICOM files where commands take volumes, through the installed dcm2niix.</summary>
public sealed class DicomTests : IDisposable
{
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");
    private static readonly string s_series = RepositoryFiles.At("tests", "SamTune.Data.Tests", "Dicom", "data", "mr_head_pd");
    private static readonly VolumeGeometry s_grid = Data.Dicom.DicomSeries.Read(s_series).Geometry;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_with_labels_is_a_data_set_whether_it_is_named_by_place_or_by_flag()
    {
        string labels = Labels();
        string[] more = ["--labels", labels, "--axis", "2", "--base", s_base, "--prompts", "box", "--clicks", "0", "--json"];

        CommandLineRun flag = await CommandLineRun.Of(["evaluate", "--image", s_series, .. more, "--out", _folder.At("a")]);
        CommandLineRun place = await CommandLineRun.Of(["evaluate", s_series, .. more, "--out", _folder.At("b")]);

        Assert.True(flag.ExitCode == 0 && place.ExitCode == 0, flag.Error + place.Error);
        Assert.Equal(1, flag.Json.GetProperty("pictures").GetInt32());
        Assert.Equal(flag.Json.GetProperty("dice").GetRawText(), place.Json.GetProperty("dice").GetRawText());
        (await CommandLineRun.Of(["evaluate", s_series, .. more, "--series", "9", "--out", _folder.At("c")])).AssertRefused(s_series, "no series 9");
        string discs = DiscFolder.Write(_folder);
        (await CommandLineRun.Of(["evaluate", discs, .. more, "--out", _folder.At("c")])).AssertRefused("--labels", discs);
    }

    [Fact]
    public async Task Advice_for_a_folder_names_the_folder_and_not_the_file_it_was_converted_to()
    {
        CommandLineRun run = await CommandLineRun.Of("advise", s_series, "--labels", Labels(slices: 12), "--axis", "2", "--base", s_base, "--json");

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.StartsWith($"samtune train {s_series} --labels {_folder.At("labels.nii")} --axis 2", run.Json.GetProperty("command").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_predicted_as_a_volume_onto_its_own_grid()
    {
        string[] box = ["--base", s_base, "--box", "60,60,180,190", "--slice", "5", "--axis", "2"];

        CommandLineRun run = await CommandLineRun.Of(["predict", s_series, .. box, "--out", _folder.At("out"), "--json"]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(s_series, run.Json.GetProperty("volume").GetString());
        NiftiVolume labels = NiftiVolume.Read(_folder.At("out", "labels.nii.gz"));
        Assert.True(labels.Geometry.IsSameGridAs(s_grid));
        Data.Dicom.DicomSeries.ConvertToNifti(s_series, _folder.At("head.nii"));
        Assert.Equal(0, (await CommandLineRun.Of(["predict", _folder.At("head.nii"), .. box, "--out", _folder.At("same")])).ExitCode);
        Assert.Equal(NiftiVolume.Read(_folder.At("same", "labels.nii.gz")).Samples(), labels.Samples());
        (await CommandLineRun.Of(["predict", s_series, .. box, "--series", "9", "--out", _folder.At("none")])).AssertRefused("no series 9");
        (await CommandLineRun.Of("predict", DiscFolder.Write(_folder), "--base", s_base, "--out", _folder.At("none"))).AssertRefused("without DICOM files");
        Assert.False(Directory.Exists(_folder.At("none")));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_check_says_what_a_folder_without_masks_is_and_what_is_missing(bool inSubfolders)
    {
        string root = inSubfolders ? _folder.FullPath : s_series;
        foreach (string file in inSubfolders ? Directory.GetFiles(s_series) : [])
        {
            foreach (string patient in new[] { "p1", "p2" })
            {
                Directory.CreateDirectory(_folder.At(patient));
                File.Copy(file, _folder.At(patient, Path.GetFileName(file)));
                await File.WriteAllTextAsync(_folder.At(patient, "README.md"), "not DICOM", TestContext.Current.CancellationToken);
            }
        }

        CommandLineRun run = await CommandLineRun.Of("dataset", "check", root, "--json");

        Assert.Equal(Hosting.ExitCode.BadInput, run.ExitCode);
        Assert.Empty(run.Error);
        JsonElement problem = Assert.Single(run.Json.GetProperty("problems").EnumerateArray());
        Assert.Equal(("error", "no-masks"), (problem.GetProperty("severity").GetString(), problem.GetProperty("code").GetString()));
        Assert.Contains("--labels", problem.GetProperty("message").GetString(), StringComparison.Ordinal);
        JsonElement[] volumes = [.. run.Json.GetProperty("files").GetProperty("volumes").EnumerateArray()];
        Assert.Equal(inSubfolders ? 2 : 1, volumes.Length);
        Assert.All(volumes, v => Assert.Equal(
            ("256x256x12", 2, "FSE PD AXIAL OBL", "MR"),
            (v.GetProperty("size").GetString(), v.GetProperty("series").GetInt32(), v.GetProperty("description").GetString(), v.GetProperty("modality").GetString())));
        CommandLineRun text = await CommandLineRun.Of("dataset", "check", root);
        Assert.Contains("256x256x12", text.Output, StringComparison.Ordinal);
        Assert.Contains("[no-masks]", text.Output, StringComparison.Ordinal);
        (await CommandLineRun.Of("train", root, "--base", s_base, "--out", _folder.At("run"))).AssertRefused(root, "without masks", "--labels");
        (await CommandLineRun.Of("train", "--image", root, "--base", s_base, "--out", _folder.At("run"))).AssertRefused(root, "without masks", "--labels");
    }

    [Fact]
    public async Task A_check_for_a_script_answers_for_every_place()
    {
        await File.WriteAllTextAsync(_folder.At("notes.txt"), "none", TestContext.Current.CancellationToken);
        foreach (string place in new[] { _folder.FullPath, _folder.At("nowhere") })
        {
            CommandLineRun run = await CommandLineRun.Of("dataset", "check", place, "--json");

            Assert.Equal(Hosting.ExitCode.BadInput, run.ExitCode);
            Assert.Equal((place, 1), (run.Json.GetProperty("root").GetString(), run.Json.GetProperty("errors").GetInt32()));
            Assert.Contains(place, run.Json.GetProperty("problems")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        }
    }

    // The voxels of a box on some slices.
    private string Labels(int slices = 1)
    {
        var voxels = new byte[s_grid.Size.VoxelCount];
        for (int slice = 0; slice < slices; slice++)
            Array.Fill(voxels, (byte)1, (int)((slice + (slices == 1 ? 5.4 : 0.4)) * 256 * 256), 256 * 30);
        NiftiWriter.WriteLabels(_folder.At("labels.nii"), s_grid, voxels);
        return _folder.At("labels.nii");
    }
}
