using SamTune.Imaging.Nifti;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

/// <summary>Volumes of four dimensions: nothing at the first time, a scan at the second.</summary>
public sealed class TimePointTests : IDisposable
{
    private const int HeaderLength = 352;
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");
    private readonly TemporaryFolder _folder = new();
    private readonly string _scan, _labels, _series;

    public TimePointTests()
    {
        (_scan, _labels, _series) = (_folder.At("scan.nii"), _folder.At("labels.nii"), _folder.At("series.nii"));
        SmallVolume.Write(_scan, _labels);
        byte[] scan = File.ReadAllBytes(_scan);
        byte[] series = [.. scan[..HeaderLength], .. new byte[scan.Length - HeaderLength], .. scan[HeaderLength..]];
        // dim[0] and dim[4] of nifti1.h.
        (series[40], series[48]) = (4, 2);
        File.WriteAllBytes(_series, series);
        Assert.Equal(2, NiftiVolume.CountTimePoints(_series));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_data_set_of_one_time_scores_as_that_volume_alone()
    {
        Task<CommandLineRun> Evaluate(string image, params string[] more) => CommandLineRun.Of(
            ["evaluate", image, "--labels", _labels, "--base", s_base, "--prompts", "box", "--clicks", "0", "--out", _folder.At(Path.GetRandomFileName()), "--json", .. more]);

        CommandLineRun alone = await Evaluate(_scan), second = await Evaluate(_series, "--time-point", "1");

        Assert.True(alone.ExitCode == 0 && second.ExitCode == 0, alone.Error + second.Error);
        Assert.Equal(alone.Json.GetProperty("dice").GetRawText(), second.Json.GetProperty("dice").GetRawText());
        (await Evaluate(_series)).AssertRefused("2 time points", "--time-point", "0 to 1");
        (await Evaluate(_series, "--time-point", "2")).AssertRefused("time point 2", "0 to 1");
        (await Evaluate(_scan, "--time-point", "1")).AssertRefused("time point 1", "0 alone");
        (await Evaluate(_series, "--time-point", "-1")).AssertRefused("--time-point", "-1");
    }

    [Fact]
    public async Task A_check_looks_at_the_time_that_is_asked_for()
    {
        CommandLineRun first = await CommandLineRun.Of("dataset", "check", _series, "--labels", _labels, "--time-point", "0", "--json");
        CommandLineRun second = await CommandLineRun.Of("dataset", "check", _series, "--labels", _labels, "--time-point", "1", "--json");

        Assert.Contains(first.Json.GetProperty("problems").EnumerateArray(), p => p.GetProperty("code").GetString() == "constant");
        Assert.Equal(0, second.Json.GetProperty("errors").GetInt32());
        Assert.Equal(2, Assert.Single(second.Json.GetProperty("files").GetProperty("volumes").EnumerateArray()).GetProperty("timePoints").GetInt32());
        Assert.True(second.Json.GetProperty("files").GetProperty("highest").GetDouble() > 300);
    }

    [Fact]
    public async Task A_prediction_is_of_one_time()
    {
        Task<CommandLineRun> Predict(string image, string name, params string[] more) => CommandLineRun.Of(
            ["predict", image, "--base", s_base, "--box", "2,4,20,22", "--slice", "4", "--stop-iou", "-1", "--out", _folder.At(name), .. more]);

        CommandLineRun alone = await Predict(_scan, "alone"), second = await Predict(_series, "second", "--time-point", "1");

        Assert.True(alone.ExitCode == 0 && second.ExitCode == 0, alone.Error + second.Error);
        Assert.Equal(NiftiVolume.Read(_folder.At("alone", "labels.nii.gz")).Samples(), NiftiVolume.Read(_folder.At("second", "labels.nii.gz")).Samples());
        (await Predict(_series, "none")).AssertRefused("2 time points", "--time-point");
    }
}
