using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SamTune.Evaluation.Comparison;
using SamTune.Imaging;
using SamTune.Testing;

namespace SamTune.Evaluation.Tests.Comparison;

public sealed partial class ComparisonFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_HTML_file_is_well_formed_embeds_every_picture_and_loads_nothing()
    {
        ComparisonReport report = WithPictures();
        ComparisonHtml.Write(_folder.At("report.html"), report);
        string text = File.ReadAllText(_folder.At("report.html"));
        Assert.StartsWith("<!DOCTYPE html>", text, StringComparison.Ordinal);
        XElement html = XDocument.Parse(text).Root!;
        XElement[] All(string name) => [.. html.Descendants().Where(e => e.Name.LocalName == name)];

        Assert.Equal(report.Title, All("title").Single().Value);
        XElement[] images = All("img");
        Assert.Equal(report.Pictures.Count, images.Length);
        foreach ((XElement image, ReportPicture picture) in images.Zip(report.Pictures.OrderBy(p => Array.IndexOf(s_roles, p.Role))))
        {
            const string Prefix = "data:image/png;base64,";
            string source = image.Attribute("src")!.Value;
            Assert.StartsWith(Prefix, source, StringComparison.Ordinal);
            Assert.Equal(File.ReadAllBytes(_folder.At(picture.File)), Convert.FromBase64String(source[Prefix.Length..]));
            Assert.Equal(picture.Alternative, image.Attribute("alt")!.Value);
        }

        Assert.Empty(All("script"));
        Assert.Empty(All("link"));
        Assert.DoesNotMatch(OutsideReference(), text);
        Assert.Equal(["image", "truth", "zero-shot", "LoRA"], All("span").Select(s => s.Value));
        Assert.All(All("table"), table =>
        {
            int columns = table.Descendants().Count(e => e.Name.LocalName == "th" && e.Attribute("scope")!.Value == "col");
            Assert.All(table.Descendants().Where(e => e.Name.LocalName == "tr"), row => Assert.Equal(columns, row.Elements().Count()));
        });
    }

    [Fact]
    public void A_missing_picture_is_named()
    {
        ComparisonReport report = WithPictures();
        File.Delete(_folder.At(report.Pictures[0].File));
        var error = Assert.Throws<InputException>(() => ComparisonHtml.Write(_folder.At("report.html"), report));
        Assert.Contains("examples.png", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("report.html")));
    }

    [Fact]
    public void The_Markdown_file_has_every_method_prompt_subject_task_claim_and_picture()
    {
        ComparisonReport report = WithPictures();
        ComparisonMarkdown.Write(_folder.At("report.md"), report);
        string text = File.ReadAllText(_folder.At("report.md"));
        foreach (string heading in new[] { "### Other subjects, a box", "### Other subjects, 1 point", "### Same subject, a box", "### Same subject, 1 point" })
        {
            string section = text[text.IndexOf(heading, StringComparison.Ordinal)..].Split("\n#")[0];
            Assert.Contains("| zero-shot | 0.400 [", section, StringComparison.Ordinal);
            Assert.Contains("| prompt tuning | 0.500 [", section, StringComparison.Ordinal);
            Assert.Contains("| LoRA | 0.600 [", section, StringComparison.Ordinal);
            Assert.Contains("| adapters | 0.700 [", section, StringComparison.Ordinal);
            Assert.Matches(FullRow(), section);
            Assert.Contains("| box filled (learns nothing) | 0.400 [", section, StringComparison.Ordinal);
        }

        Assert.Contains("| LoRA | 83.7 | +23.4 | 60.0 (+20.0) |", text, StringComparison.Ordinal);
        Assert.Contains("| full fine-tuning | 90.06 | +29.8 |", text, StringComparison.Ordinal);
        Assert.Contains("| adapters | 300 | 30.00 % | 4,323 | yes | 0.001 | 40 | 23.0 | +0.310 | 20 | 11.5 | 369 | 987 |", text, StringComparison.Ordinal);
        Assert.All(report.Sets, s => Assert.Contains($"| {s.Name} | {(s.Subject == SubjectKind.Same ? "same" : "other")} | 3 | 0.400 | 0.500 | 0.600 | 0.700 | 0.800 | 0.400 | 0.100 |", text, StringComparison.Ordinal));
        Assert.All(report.Pictures, p => Assert.Contains($"]({p.File})", text, StringComparison.Ordinal));
        Assert.Contains("| LoRA | 0.0123 [0.0123, 0.0123] | - | +4.56 [+4.56, +4.56] | -7.00 [-7.00, -7.00] |", text, StringComparison.Ordinal);
        Assert.Contains("\n\nIt looks at the object more.\n\n![maps](relevance/lora/contact.png)", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Relevance", ComparisonMarkdown.Render(report with { Relevance = [] }), StringComparison.Ordinal);
        Assert.Contains("From left to right: image, truth, zero-shot, LoRA.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("shortened run", text, StringComparison.Ordinal);
        Assert.Contains("shortened run", ComparisonMarkdown.Render(report with { IsQuick = true }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_says_whether_the_order_holds()
    {
        string holds = ComparisonMarkdown.Render(Comparisons.Report()), fails = ComparisonMarkdown.Render(Comparisons.Report(m => m == "full" ? 0.1 : Comparisons.Claimed(m)));
        Assert.Contains("the expected order holds on every", holds, StringComparison.Ordinal);
        Assert.DoesNotContain("does not hold", holds, StringComparison.Ordinal);
        Assert.Contains("Other subjects, a box: every method is above zero-shot: does not hold (full fine-tuning 0.1000 is not above zero-shot 0.4000).", fails, StringComparison.Ordinal);
        Assert.Contains("the expected order does not hold everywhere", fails, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.4, "Before any training it is not above the claimed zero-shot of 60.3 (other subjects, a box: 40.0; other subjects, 1 point: 40.0; same subject, a box: 40.0; same subject, 1 point: 40.0).")]
    [InlineData(0.7, "Before any training it is above the claimed zero-shot of 60.3 (other subjects, a box: 70.0; other subjects, 1 point: 70.0; same subject, a box: 70.0; same subject, 1 point: 70.0).")]
    public void Whether_the_base_starts_above_the_claimed_zero_shot_is_told_by_its_scores(double zeroShot, string sentence)
    {
        ComparisonReport report = Comparisons.Report(m => m == "zero-shot" ? zeroShot : Comparisons.Claimed(m));
        Assert.Contains(sentence, ComparisonMarkdown.Render(report), StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_above_the_claimed_zero_shot_with_one_prompt_only_is_said_to_be_both()
    {
        ComparisonReport report = Comparisons.Report();
        ComparedScore[] scores = [.. report.Scores.Select(s => s is { Method: "zero-shot", Prompt: "box", Set: null } ? s with { Dice = s.Dice with { Mean = 0.792 } } : s)];
        Assert.Contains(
            "small.safetensors with 1,000 parameters, of 256 pixels. Before any training it is above the claimed zero-shot of 60.3 (other subjects, a box: 79.2; same subject, a box: 79.2) "
            + "and not above the claimed zero-shot of 60.3 (other subjects, 1 point: 40.0; same subject, 1 point: 40.0).",
            ComparisonMarkdown.Render(report with { Scores = scores }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_report_says_on_how_many_pictures_and_groups_relevance_stands()
    {
        ComparisonReport report = Comparisons.Report();
        Assert.Contains("stands on 1 picture in 1 group: brackets are 95 % bootstrap intervals, drawn over the pictures, and with so few of them", ComparisonMarkdown.Render(report), StringComparison.Ordinal);
        Assert.Contains("stands on 4 pictures in 2 groups (volumes): brackets are 95 % bootstrap intervals, drawn over the groups, and with so few of them", With(4, 2), StringComparison.Ordinal);
        Assert.Contains("stands on 30 pictures in 12 groups (volumes): brackets are 95 % bootstrap intervals, drawn over the groups.", With(30, 12), StringComparison.Ordinal);

        string With(int pictures, int groups) => ComparisonMarkdown.Render(report with
        {
            Relevance = [.. report.Relevance.Select(r => r with { EncoderAttention = r.EncoderAttention with { Count = pictures, GroupCount = groups } })],
        });
    }

    [Fact]
    public void Memory_that_the_system_cannot_tell_is_not_made_up()
    {
        ComparisonReport report = Comparisons.Report();
        string known = ComparisonMarkdown.Render(report);
        Assert.Contains("It can be compared between methods.", known, StringComparison.Ordinal);

        string unknown = ComparisonMarkdown.Render(report with { Methods = [.. report.Methods.Select(m => m with { TrainingMemoryBytes = null })] });
        Assert.Contains("| 11.5 | not measured | 987 |", unknown, StringComparison.Ordinal);
        Assert.Contains("cannot be measured on this system", unknown, StringComparison.Ordinal);
        Assert.DoesNotContain("It can be compared between methods.", unknown, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_without_a_gain_reaches_no_share_of_it()
    {
        ComparisonReport report = Comparisons.Report();
        ComparedMethod flat = report.Methods[0] with { Reach = GainReach.Of([new CurvePoint(0, 0, 1, 0.4), new CurvePoint(20, 9, 1, 0.3)]) };
        Assert.Contains("| 0.000 | no gain | no gain |", ComparisonMarkdown.Render(report with { Methods = [flat, .. report.Methods.Skip(1)] }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_JSON_file_reads_back_equal_and_in_snake_case()
    {
        ComparisonReport report = WithPictures();
        ComparisonJson.Write(_folder.At("report.json"), report);
        string text = File.ReadAllText(_folder.At("report.json"));
        Assert.Equal(ComparisonJson.Render(report), text);
        Assert.Equal(text, ComparisonJson.Render(ComparisonJson.Read(_folder.At("report.json"))));
        using var json = JsonDocument.Parse(text);
        Assert.Equal(5, json.RootElement.GetProperty("claims").GetArrayLength());
        Assert.True(json.RootElement.GetProperty("order")[0].GetProperty("holds").GetBoolean());
        Assert.Equal("same", json.RootElement.GetProperty("sets")[0].GetProperty("subject").GetString());
        File.WriteAllText(_folder.At("report.json"), text.Replace("\"seed\"", "\"sead\"", StringComparison.Ordinal));
        Assert.Contains("quickstart", Assert.Throws<InputException>(() => ComparisonJson.Read(_folder.At("report.json"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_claims_are_five_in_rising_order()
    {
        Assert.Equal([60.3, 72.1, 83.7, 85.2, 90.06], PublishedClaim.All.Select(c => c.DicePercent));
        Assert.Equal(Comparisons.Methods, PublishedClaim.All.Select(c => c.Method));
    }

    private static readonly PictureRole[] s_roles = [PictureRole.Scores, PictureRole.LearningCurves, PictureRole.Examples, PictureRole.Relevance];

    private ComparisonReport WithPictures()
    {
        ComparisonReport plain = Comparisons.Report();
        ComparisonCharts.Scores(_folder.At("scores.png"), plain.Scores);
        ComparisonCharts.LearningCurves(_folder.At("curves.png"), plain.Methods, overSeconds: true);
        Directory.CreateDirectory(_folder.At("relevance", "lora"));
        ComparisonCharts.LearningCurves(_folder.At("relevance", "lora", "contact.png"), plain.Methods, overSeconds: false);
        ImageSize size = new(90, 100);
        BinaryMask mask = Masks.Rectangle(size, 80, 2, 10, 20);
        ExampleSheet.Write(_folder.At("examples.png"), [new ExampleRow(new RgbImage(size, new byte[3 * size.PixelCount]), mask, [mask, Masks.Empty(90, 100)])]);
        return plain with
        {
            Pictures =
            [
                new(PictureRole.Examples, "examples.png", "what was \"found\"", "A row a set.", ["image", "truth", "zero-shot", "lora"]),
                new(PictureRole.Scores, "scores.png", "bars", "Bars.", []),
                new(PictureRole.LearningCurves, "curves.png", "lines", "Lines.", []),
                new(PictureRole.Relevance, "relevance/lora/contact.png", "maps", "Maps.", []) { Method = "lora" },
            ],
        };
    }

    [GeneratedRegex(@"(src|href)=""(?!data:)|url\(|@import")]
    private static partial Regex OutsideReference();

    [GeneratedRegex(@"\| full fine-tuning \| 0\.800 \[0\.7\d\d, 0\.[89]\d\d\] \| 0\.\d{3} \[0\.\d{3}, 0\.\d{3}\] \| \+0\.400 \[\+0\.400, \+0\.400\] \|")]
    private static partial Regex FullRow();
}
