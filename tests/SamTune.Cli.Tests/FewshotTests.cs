using System.Globalization;
using System.Text.Json;
using SamTune.Cli.Fewshot;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;
using SamTune.Training.State;

namespace SamTune.Cli.Tests;

public sealed class FewshotTests
{
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");

    [Fact]
    public async Task Every_number_of_shots_is_trained_over_seeds_measured_and_not_done_again()
    {
        using var folder = new TemporaryFolder();
        string data = DiscFolder.Write(folder, count: 10), run = folder.At("run");
        string[] arguments = ["fewshot", data, "--base", s_base, "--shots", "2,4,50", "--seeds", "2", "--max-steps", "2", "--out", run, "--json"];
        CommandLineRun first = await CommandLineRun.Of(arguments);
        Assert.True(first.ExitCode == 0, first.Error);
        JsonElement report = first.Json;
        JsonElement[] rows = [.. report.GetProperty("rows").EnumerateArray()];
        int pool = report.GetProperty("trainingPictures").GetInt32();
        Assert.Equal(10, pool + report.GetProperty("validationPictures").GetInt32() + report.GetProperty("testPictures").GetInt32());
        Assert.Equal([(2, 2), (4, 4), (50, pool)], rows.Select(r => (r.GetProperty("shots").GetInt32(), r.GetProperty("pictures").GetInt32())));
        Assert.Contains("warning: 50 shots are asked for and", first.Error, StringComparison.Ordinal);
        Assert.Equal(78.8, rows[2].GetProperty("claim").GetDouble());
        Assert.False(rows[0].TryGetProperty("claim", out _));
        Assert.All(rows, r => Assert.Equal([1L, 2L], r.GetProperty("cells").EnumerateArray().Select(c => c.GetProperty("seed").GetInt64())));
        Assert.All(rows, r => Assert.InRange(r.GetProperty("boxDice").GetProperty("mean").GetDouble(), 0, 1));
        Assert.All(rows, r => Assert.True(r.GetProperty("boxDice").GetProperty("halfWidth").GetDouble() >= 0));
        Assert.Equal((4, 16), (report.GetProperty("method").GetProperty("rank").GetInt32(), report.GetProperty("method").GetProperty("alpha").GetInt32()));
        Assert.Equal((100, 5), (report.GetProperty("options").GetProperty("epochs").GetInt32(), report.GetProperty("options").GetProperty("patience").GetInt32()));

        string table = await File.ReadAllTextAsync(folder.At("run", "fewshot.md"), TestContext.Current.CancellationToken);
        Assert.All(["| zero-shot | 0 |", "65.2 %", "78.8 %", $"| 50 | {pool} (all there are) |", "claim under test", "t interval over the seeds", "the seeds share them"], t => Assert.Contains(t, table, StringComparison.Ordinal));
        Assert.Equal(1 + 1 + 6, File.ReadLines(folder.At("run", "fewshot.csv")).Count());
        Assert.Equal(new ImageSize(FewshotCurve.Height, FewshotCurve.Width), ImageReader.ReadRgb(folder.At("run", "curve.png")).Size);
        string[] measured = [.. File.ReadLines(folder.At("run", "fewshot.csv")).Where(l => l.StartsWith("2,2,", StringComparison.Ordinal))];
        Assert.Equal(rows[0].GetProperty("boxDice").GetProperty("mean").GetDouble(), measured.Average(l => double.Parse(l.Split(',')[6], CultureInfo.InvariantCulture)), 1e-12);

        // A second run reads what is there: nothing is trained, and the numbers are the same.
        string log = folder.At("run", "shots-2", "seed-1", "log.jsonl"), result = folder.At("run", "shots-2", "seed-1", "result.json");
        DateTime written = File.GetLastWriteTimeUtc(result), logged = File.GetLastWriteTimeUtc(log);
        CommandLineRun again = await CommandLineRun.Of(arguments);
        Assert.Equal((0, first.Output), (again.ExitCode, again.Output));
        Assert.DoesNotContain("step", again.Error, StringComparison.Ordinal);
        Assert.Equal((written, logged), (File.GetLastWriteTimeUtc(result), File.GetLastWriteTimeUtc(log)));

        // One result lost: that training alone is measured again, from its files, to the same numbers.
        File.Delete(result);
        CommandLineRun mended = await CommandLineRun.Of(arguments);
        Assert.Equal((0, first.Output), (mended.ExitCode, mended.Output));
        Assert.Contains("2 pictures, seed 1:", mended.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("seed 2:", mended.Error, StringComparison.Ordinal);

        CommandLineRun other = await CommandLineRun.Of([.. arguments, "--lr", "0.5"]);
        Assert.Equal(Hosting.ExitCode.BadInput, other.ExitCode);
        Assert.Contains("settings.json: was written for", other.Error, StringComparison.Ordinal);
        await File.WriteAllTextAsync(result, "{}", TestContext.Current.CancellationToken);
        CommandLineRun damaged = await CommandLineRun.Of(arguments);
        Assert.Equal(Hosting.ExitCode.BadInput, damaged.ExitCode);
        Assert.Contains("result.json: is damaged", damaged.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupted_experiment_continues_to_the_same_numbers()
    {
        using var folder = new TemporaryFolder();
        string data = DiscFolder.Write(folder, count: 10);
        string[] Arguments(string run) => ["fewshot", data, "--base", s_base, "--shots", "4", "--seeds", "1", "--max-steps", "12", "--out", folder.At(run), "--json"];
        string log = folder.At("broken", "shots-4", "seed-1", "log.jsonl");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        using var error = new StringWriter();
        Task<int> run = Task.Run(() => Hosting.CommandLineHost.RunAsync(Arguments("broken"), output, error, stop.Token), TestContext.Current.CancellationToken);
        while (!run.IsCompleted && !(File.Exists(log) && new FileInfo(log).Length > 0))
        {
            await Task.Delay(2, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        Assert.Equal(Hosting.ExitCode.Cancelled, await run);
        Assert.Contains("the same command continues", error.ToString(), StringComparison.Ordinal);
        Assert.False(File.Exists(folder.At("broken", "shots-4", "seed-1", "result.json")));
        CommandLineRun continued = await CommandLineRun.Of(Arguments("broken")), whole = await CommandLineRun.Of(Arguments("whole"));
        Assert.True(continued.ExitCode == 0, continued.Error);
        Assert.Equal(whole.Output, continued.Output);
        Assert.Equal(File.ReadAllLines(folder.At("whole", "shots-4", "seed-1", "log.jsonl")), File.ReadAllLines(log));
    }

    [Fact]
    public void Fewer_pictures_of_a_seed_are_among_more_and_validation_and_test_are_never_drawn()
    {
        var dataset = new DiscDataset(20);
        Data.Datasets.DatasetSplit split = Data.Datasets.Splits.HoldOut(dataset, new() { Validation = 0.2, Test = 0.2 });
        FewshotData data = FewshotData.Of(split, TestContext.Current.CancellationToken);
        string[] Ids(int count, long seed) => [.. data.Draw(count, seed).Samples.Select(s => s.Id)];
        Assert.Equal(Ids(8, 1)[..3], Ids(3, 1));
        Assert.NotEqual(Ids(8, 1), Ids(8, 2));
        Assert.Empty(Ids(data.Pool.Samples.Count, 1).Intersect(data.Validation.Samples.Concat(data.Test.Samples).Select(s => s.Id)));
    }

    [Fact]
    public void Findings_say_when_more_pictures_do_not_help()
    {
        static FewshotRow Row(int shots, int pictures, params double[] dice) =>
            FewshotRow.Of(shots, [.. dice.Select((d, i) => new FewshotCell(pictures, i, 10, 5, TrainingEnding.StoppedEarly, new FewshotScores(d, d, d, d)))]);
        IReadOnlyList<string> said = FewshotFindings.Of(
            new FewshotScores(0.6, 0, 0.75, 0), [Row(5, 5, 0.7, 0.71, 0.69), Row(10, 10, 0.69, 0.7, 0.68), Row(50, 40, 0.7, 0.9, 0.68), Row(100, 40, 0.7, 0.9, 0.68)]);
        Assert.Equal(7, said.Count);
        Assert.StartsWith("5 shots helped over no training: box Dice 0.700 against 0.600", said[0], StringComparison.Ordinal);
        Assert.StartsWith("5 shots did not help over no training: 1 point Dice 0.700 against 0.750", said[1], StringComparison.Ordinal);
        Assert.StartsWith("10 shots did not help over 5 shots: box Dice 0.690 against 0.700", said[2], StringComparison.Ordinal);
        Assert.Contains("cannot tell from none", said[4], StringComparison.Ordinal);
        Assert.Contains("the same 40 pictures", said[6], StringComparison.Ordinal);
        Assert.All(FewshotFindings.Of(new FewshotScores(0.6, 0, 0.6, 0), [Row(5, 5, 0.7)]), s => Assert.Contains("one seed", s, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_task_brings_its_own_split()
    {
        using var folder = new TemporaryFolder();
        string mri = Path.Combine(AppContext.BaseDirectory, "data", "mri");
        CommandLineRun run = await CommandLineRun.Of(
            "fewshot", mri, "--task", "colin27_cerebellum_axial", "--base", s_base, "--shots", "2", "--seeds", "1", "--max-steps", "1", "--out", folder.At("run"), "--json");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal([28, 6, 6], new[] { "trainingPictures", "validationPictures", "testPictures" }.Select(k => run.Json.GetProperty(k).GetInt32()));
        Assert.Contains("not on others", run.Json.GetProperty("warning").GetString(), StringComparison.Ordinal);
        (await CommandLineRun.Of("fewshot", mri, "--task", "no_such", "--base", s_base, "--out", folder.At("other"))).AssertRefused("no_such", "colin27_brain_axial");
    }

    [Theory]
    [InlineData("--shots", "0,10")]
    [InlineData("--shots", "ten")]
    [InlineData("--seeds", "0")]
    [InlineData("--val-share", "0")]
    [InlineData("--max-steps", "0")]
    public async Task Settings_that_cannot_be_are_refused_before_anything_is_written(string flag, string value)
    {
        using var folder = new TemporaryFolder();
        CommandLineRun run = await CommandLineRun.Of("fewshot", DiscFolder.Write(folder), "--base", s_base, "--out", folder.At("run"), flag, value);
        Assert.Equal(Hosting.ExitCode.BadInput, run.ExitCode);
        Assert.Empty(run.Output);
        Assert.False(Directory.Exists(folder.At("run")));
    }
}
