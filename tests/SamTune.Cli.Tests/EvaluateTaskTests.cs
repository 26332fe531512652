using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class EvaluateTaskTests
{
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");
    private static readonly string s_mri = RepositoryFiles.At("data", "mri");

    [Fact]
    public async Task A_task_is_measured_on_its_test_slices_beside_the_trivial_methods()
    {
        using var folder = new TemporaryFolder();
        CommandLineRun run = await CommandLineRun.Of(
            "evaluate", s_mri, "--task", "colin27_cerebellum_axial", "--base", s_base, "--prompts", "box", "--clicks", "0", "--out", folder.At("report"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(6, run.Json.GetProperty("pictures").GetInt32());
        Assert.Equal("box", Assert.Single(run.Json.GetProperty("dice").EnumerateArray()).GetProperty("prompt").GetString());
        Dictionary<string, double> trivial = run.Json.GetProperty("trivial").EnumerateArray().ToDictionary(t => t.GetProperty("method").GetString()!, t => t.GetProperty("dice").GetDouble());

        // As the task list has them; Otsu there works on 256 bins instead of whole levels.
        Assert.Equal(0.771, trivial["box filled"], 5e-4);
        Assert.Equal(0.821, trivial["Otsu in the box"], 7e-3);
        Assert.InRange(trivial["nearest mask copied"], 0.5, 0.95);
        Assert.Contains("nearest mask copied", await File.ReadAllTextAsync(folder.At("report", "report.md"), TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_without_training_slices_has_nothing_to_copy_and_an_unknown_one_is_refused()
    {
        using var folder = new TemporaryFolder();
        string[] rest = ["--base", s_base, "--prompts", "box", "--clicks", "0", "--out", folder.At("report"), "--json"];
        CommandLineRun run = await CommandLineRun.Of(["evaluate", s_mri, "--task", "macaque_caudate_axial", .. rest]);
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal(["box filled", "Otsu in the box"], run.Json.GetProperty("trivial").EnumerateArray().Select(t => t.GetProperty("method").GetString()!));
        (await CommandLineRun.Of(["evaluate", s_mri, "--task", "no_such", .. rest])).AssertRefused("no_such", "colin27_brain_axial");
        (await CommandLineRun.Of(["evaluate", "--task", "macaque_caudate_axial", .. rest])).AssertRefused("--task: DATA is missing");
    }
}
