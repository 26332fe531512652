using System.Text.Json;
using SamTune.Evaluation.Reports;
using SamTune.Evaluation.Statistics;
using SamTune.Imaging;
using SamTune.Testing;

namespace SamTune.Evaluation.Tests.Reports;

public sealed class ReportFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static EvaluationReport Full { get; } = new()
    {
        Title = "tiny + LoRA",
        SurfaceToleranceMillimetres = 1.5,
        Summary = EvaluationSummary.Of(Scores.Many),
        ClickCurve = ClickCurve.Of([new ClickSeries("a", [0.5, 0.9]), new ClickSeries("b", [0.1, 0.2])]),
        BoxLooseness = BoxLoosenessCurve.Of(Scores.Many),
        Baselines = [new BaselineScore("filled box", BootstrapInterval.OfMean([0.1, 0.2]))],
    };

    [Fact]
    public void A_report_reads_back_equal()
    {
        string path = _folder.At("report.json");
        ReportJson.Write(path, Full);
        EvaluationReport read = ReportJson.Read(path);

        // Lists have no value equality; rows have.
        Assert.Equal(
            (Full.Title, Full.SurfaceToleranceMillimetres, Full.Confidence),
            (read.Title, read.SurfaceToleranceMillimetres, read.Confidence));
        Assert.Equal(Full.Summary.Overall, read.Summary.Overall);
        Assert.Equal(Full.Summary.ByClass, read.Summary.ByClass);
        Assert.Equal(Full.Summary.ByPromptKind, read.Summary.ByPromptKind);
        Assert.Equal(Full.Summary.ByClassAndPromptKind, read.Summary.ByClassAndPromptKind);
        Assert.Equal(Full.ClickCurve!.DiceAfterClick, read.ClickCurve!.DiceAfterClick);
        Assert.Equal(Full.ClickCurve.Targets, read.ClickCurve.Targets);
        Assert.Equal(Full.BoxLooseness!.Points, read.BoxLooseness!.Points);
        Assert.Equal(Full.Baselines, read.Baselines);
    }

    [Fact]
    public void Keys_are_snake_case_and_what_does_not_exist_is_null()
    {
        string path = _folder.At("report.json");
        ReportJson.Write(path, Full with
        {
            Summary = EvaluationSummary.Of([Scores.One(0, hd95: double.PositiveInfinity, predictedArea: 0)]),
            ClickCurve = null,
        });
        using var json = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement overall = json.RootElement.GetProperty("summary").GetProperty("overall");
        Assert.Equal(JsonValueKind.Null, overall.GetProperty("hausdorff_distance95").GetProperty("interval").ValueKind);
        Assert.Equal(1, overall.GetProperty("hausdorff_distance95").GetProperty("not_finite").GetInt32());
        Assert.Equal("value", overall.GetProperty("dice").GetProperty("interval").GetProperty("resampled_by").GetString());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("click_curve").ValueKind);
    }

    [Fact]
    public void A_number_that_is_not_finite_is_a_string_and_reads_back()
    {
        string path = _folder.At("report.json");
        ReportJson.Write(path, Full with { SurfaceToleranceMillimetres = double.PositiveInfinity });
        Assert.Contains("\"Infinity\"", File.ReadAllText(path), StringComparison.Ordinal);
        Assert.Equal(double.PositiveInfinity, ReportJson.Read(path).SurfaceToleranceMillimetres);
    }

    [Fact]
    public void The_same_scores_give_the_same_bytes()
    {
        ReportJson.Write(_folder.At("1.json"), Full);
        ReportJson.Write(_folder.At("2.json"), Full with { Summary = EvaluationSummary.Of(Scores.Many) });
        Assert.Equal(File.ReadAllText(_folder.At("1.json")), File.ReadAllText(_folder.At("2.json")));
    }

    [Theory]
    [InlineData("\"title\"", "\"titel\"")]
    [InlineData("\"count\": 5", "\"count\": \"five\"")]
    [InlineData("\"resampled_by\": \"group\"", "\"resampled_by\": 1")]
    [InlineData("\"overall\": {", "\"overall\": [")]
    [InlineData("\"confidence\"", "\"title\"")]
    public void A_damaged_report_is_refused_by_name(string good, string bad)
    {
        string path = _folder.At("report.json");
        ReportJson.Write(path, Full);
        string text = File.ReadAllText(path);
        int place = text.IndexOf(good, StringComparison.Ordinal);
        Assert.True(place >= 0);
        File.WriteAllText(path, text[..place] + bad + text[(place + good.Length)..]);
        InputException error = Assert.Throws<InputException>(() => ReportJson.Read(path));
        Assert.StartsWith($"{path}: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("{\"title\": \"a\", \"surf")]
    public void A_file_that_is_no_report_is_refused_by_name(string text)
    {
        string path = _folder.At("report.json");
        File.WriteAllText(path, text);
        InputException error = Assert.Throws<InputException>(() => ReportJson.Read(path));
        Assert.StartsWith($"{path}: ", error.Message, StringComparison.Ordinal);
        Assert.StartsWith(_folder.At("absent.json"), Assert.Throws<InputException>(
            () => ReportJson.Read(_folder.At("absent.json"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_holds_one_row_a_selection_with_mean_and_interval()
    {
        string text = MarkdownReport.Render(Full with { ClickCurve = null, BoxLooseness = null, Baselines = [] });
        string[] table = [.. text.Split('\n').Where(l => l.StartsWith('|'))];

        // Heading, rule, overall, 2 prompt kinds, 2 classes, and the 3 pairs that occur.
        Assert.Equal(2 + 1 + 2 + 2 + 3, table.Length);
        BootstrapInterval dice = Full.Summary.Overall.Dice.Interval!;
        Assert.Contains(
            $"| all | all | 5 | 4 | {dice.Mean:0.000} [{dice.Lower:0.000}, {dice.Upper:0.000}] |",
            table[2],
            StringComparison.Ordinal);
        Assert.Contains("Surface Dice at 1.5 mm", table[0], StringComparison.Ordinal);
        Assert.EndsWith("| 1 | 1 |", table[2], StringComparison.Ordinal);
        Assert.All(table, row => Assert.Equal(11, row.Replace("\\|", "", StringComparison.Ordinal).Count(c => c == '|')));
    }

    [Fact]
    public void Clicks_looseness_and_baselines_have_tables_of_their_own()
    {
        string path = _folder.At("report.md");
        MarkdownReport.Write(path, Full);
        string text = File.ReadAllText(path);
        Assert.Equal(MarkdownReport.Render(Full), text);
        Assert.Contains("| 0.85 | 2.00 [2.00, 2.00] | 50.0 % |", text, StringComparison.Ordinal);
        Assert.Contains("| 10 % | 0.800 [0.800, 0.800] |", text, StringComparison.Ordinal);
        Assert.Contains("| filled box | 0.150 [0.100, 0.200] |", text, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
