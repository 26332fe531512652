using System.Text.Json;
using SamTune.Evaluation.Comparison;

namespace SamTune.Cli.Tests;

/// <param name="quickstart">A run that all tests look at.</param>
public sealed class QuickstartTests(QuickstartFixture quickstart) : IClassFixture<QuickstartFixture>
{
    private static readonly string[] s_methods = ["prompt", "lora", "adapters", "full"];

    private ComparisonReport Report => ComparisonJson.Read(Path.Combine(quickstart.Out, "report.json"));

    [Fact]
    public void The_table_has_every_method_and_the_last_line_says_where_the_report_is()
    {
        Assert.Equal((0, ""), (quickstart.Run.ExitCode, quickstart.Run.Error));
        string[] lines = quickstart.Run.Output.TrimEnd().Split('\n');
        foreach (string method in s_methods.Prepend("zero-shot"))
        {
            string row = Assert.Single(lines, l => l.StartsWith($"| {method} ", StringComparison.Ordinal));
            Assert.Equal(14, row.Split('|').Length);
        }

        Assert.Contains(lines, l => l.StartsWith("Trivial scores, other subjects: box filled 0.", StringComparison.Ordinal));
        Assert.Equal(8, lines.Count(l => l.Contains(OrderCheck.AboveZeroShot, StringComparison.Ordinal) || l.Contains(OrderCheck.AbovePromptTuning, StringComparison.Ordinal)));
        Assert.Equal($"Report: {Path.Combine(quickstart.Out, "report.html")}", lines[^1].Trim());
    }

    [Fact]
    public void The_artifacts_exist_and_reproduce_and_the_report_knows_their_sizes()
    {
        ComparisonReport report = Report;
        Assert.Equal(s_methods, report.Methods.Select(m => m.Method));
        Assert.Equal([320, 8192, 33280, report.Base.Parameters], report.Methods.Select(m => m.TrainedParameters));
        Assert.All(report.Methods, method =>
        {
            Assert.True(method.ArtifactReproduces);
            Assert.Equal(new FileInfo(Path.Combine(quickstart.Out, method.Artifact)).Length, method.ArtifactBytes);
            Assert.Equal(3, method.Steps);
            Assert.Equal([0, 1, 2, 3], method.Curve.Select(p => p.Step));
            Assert.Equal(method.Curve.Select(p => p.Seconds).Order(), method.Curve.Select(p => p.Seconds));
            Assert.True(method.Seconds > 0 && method.PeakMemoryBytes > 50 << 20);
            Assert.Equal(OperatingSystem.IsLinux(), method.TrainingMemoryBytes != null);
            Assert.InRange(method.TrainingMemoryBytes ?? 0, 0, method.PeakMemoryBytes - 1);
        });
        Assert.Equal("cpu", report.Cost.Device);
        Assert.True(report.Methods[^1].TrainingMemoryBytes is null or > 0);
    }

    [Fact]
    public void Slices_of_the_training_head_and_other_subjects_stand_apart_beside_trivial_scores()
    {
        ComparisonReport report = Report;
        Assert.True(report.IsQuick);
        Assert.Equal(["colin27_t1"], report.Sets.Where(s => s.Subject == SubjectKind.Same).Select(s => s.Group).Distinct());
        Assert.Equal(["itk_t1", "macaque_inia19_t1"], report.Sets.Where(s => s.Subject == SubjectKind.Other).Select(s => s.Group).Distinct());
        Assert.Equal(8, report.Sets.Count);

        // 5 models, 2 prompts; 8 sets and 2 means.
        Assert.Equal(5 * 2 * (8 + 2), report.Scores.Count);
        Assert.All(report.Scores, s => Assert.InRange(s.Dice.Mean, 0, 1));
        Assert.Equal(3 * (8 + 2), report.Trivial.Count);
        Assert.Contains(report.Trivial, t => t is { Name: "nearest mask copied", Set: null, Subject: SubjectKind.Other });
        Assert.All(report.Protocol.Tasks, t => Assert.True(t.TrainingPictures > 0 && t.ValidationPictures > 0));
    }

    [Fact]
    public void The_report_comes_as_HTML_and_Markdown_with_its_pictures()
    {
        string html = File.ReadAllText(Path.Combine(quickstart.Out, "report.html")), markdown = File.ReadAllText(Path.Combine(quickstart.Out, "report.md"));
        Assert.All(Report.Pictures, picture =>
        {
            Assert.Contains(Convert.ToBase64String(File.ReadAllBytes(Path.Combine(quickstart.Out, picture.File))), html, StringComparison.Ordinal);
            Assert.Contains(picture.File, markdown, StringComparison.Ordinal);
        });
        Assert.Contains(Report.Pictures, p => p.Role == PictureRole.LearningCurves);
        Assert.Contains(Report.Pictures, p => p.Role == PictureRole.Examples);
        Assert.Equal(s_methods, Report.Pictures.Where(p => p.Role == PictureRole.Relevance).Select(p => p.Method));
        Assert.Equal(s_methods, Report.Relevance.Select(r => r.Method));
        Assert.All(Report.Relevance, r => Assert.Contains(r.Reading.Replace("&", "&amp;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal), html, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_scores_and_a_finished_folder_is_not_trained_again()
    {
        CommandLineRun again = await CommandLineRun.Of([.. quickstart.Arguments(quickstart.At("again")), "--json"]);
        Assert.Equal((0, ""), (again.ExitCode, again.Error));
        Assert.Equal(File.ReadAllText(Path.Combine(quickstart.At("again"), "report.json")), again.Output.TrimEnd());
        Assert.Equal(Report.Scores, ComparisonJson.Read(Path.Combine(quickstart.At("again"), "report.json")).Scores);

        CommandLineRun resumed = await CommandLineRun.Of(quickstart.Arguments(quickstart.At("again")));
        Assert.Equal(0, resumed.ExitCode);
        Assert.DoesNotContain(" step ", resumed.Output, StringComparison.Ordinal);
        ComparisonReport report = ComparisonJson.Read(Path.Combine(quickstart.At("again"), "report.json"));
        Assert.Equal(Report.Scores, report.Scores);
        using JsonDocument first = JsonDocument.Parse(again.Output);
        Assert.Equal(first.RootElement.GetProperty("methods").EnumerateArray().Select(m => m.GetProperty("seconds").GetDouble()), report.Methods.Select(m => m.Seconds));
    }

    [Fact]
    public async Task A_folder_of_another_base_is_refused()
    {
        string other = quickstart.At("other.safetensors");
        using (Modeling.Sam model = Testing.TestModels.Tiny())
        {
            Modeling.Loading.SamLoader.Save(model, other);
        }

        string[] arguments = [.. quickstart.Arguments(quickstart.Out).Select(a => a == quickstart.Base ? other : a)];
        CommandLineRun run = await CommandLineRun.Of([.. arguments, "--json"]);
        run.AssertRefused("run.json", "another folder after --out");
    }

    [Fact]
    public async Task A_missing_base_is_named()
    {
        CommandLineRun run = await CommandLineRun.Of("quickstart", "--quick", "--json", "--base", quickstart.At("nowhere.safetensors"), "--out", quickstart.At("never"));
        run.AssertRefused("nowhere.safetensors");
        Assert.False(Directory.Exists(quickstart.At("never")));
    }
}
