using System.Text.Json;
using SamTune.Evaluation.Relevance;
using SamTune.Evaluation.Statistics;
using SamTune.Testing;

namespace SamTune.Evaluation.Tests.Relevance;

public sealed class RelevanceReadingTests
{
    [Fact]
    public void Every_sentence_names_its_figure_and_changes_with_it()
    {
        RelevanceReport report = Made("full", 0.25, 0.2, [0.01, 0.02], 0.04);
        IReadOnlyList<RelevanceSentence> reading = RelevanceReading.Of(report);
        Assert.Equal(
            ["embedding_shift.inside.mean", "updates[1].relative", "encoder_attention.inside.change.mean", "decoder_attention.inside.change.mean", "embedding_shift.outside.mean"],
            reading.Select(s => s.Figure));
        Assert.Equal([0.25, 0.02, 0.04, 0.04, 0.2], reading.Select(s => s.Value));
        Assert.Contains("0.2500 (1 - cosine) inside the object and 0.2000 outside", reading[0].Text, StringComparison.Ordinal);
        Assert.Contains("2.00 % of the weights' norm in block 1, the most changed, and 1.00 % in block 0", reading[1].Text, StringComparison.Ordinal);
        Assert.Contains("34.0 % of attention to the object, 30.0 % before (+4.00 points", reading[2].Text, StringComparison.Ordinal);
        IReadOnlyList<RelevanceSentence> other = RelevanceReading.Of(Made("full", 0.5, 0.1, [0.03, 0.001], -0.04));
        Assert.All(reading.Zip(other), pair => Assert.NotEqual(pair.First.Text, pair.Second.Text));
        Assert.Contains("gathers at the object (5.0 times", other[0].Text, StringComparison.Ordinal);
        Assert.Contains("less to the object", other[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_that_does_not_do_what_is_said_of_it_is_said_so()
    {
        Assert.Contains("restructuring everywhere that is said", Last("full", 0.25, 0.2, [0.01, 0.02], 0), StringComparison.Ordinal);
        Assert.Contains("here it did not: outside the object the embedding moved 0.20 times", Last("full", 0.25, 0.05, [0.01, 0.02], 0), StringComparison.Ordinal);
        Assert.Contains("changed unevenly", Last("full", 0.25, 0.2, [0.0001, 0.02], 0), StringComparison.Ordinal);
        Assert.Contains("left the encoder's view as it was", Last("full", 0, 0, [0, 0], 0.1), StringComparison.Ordinal);
        Assert.Contains("layer by layer that is said of the method: block 1 holds 40.0 %", Last("lora", 0.1, 0.1, [0.015, 0.02, 0.015], 0), StringComparison.Ordinal);
        Assert.Contains("block 1 alone holds 80.0 %", Last("adapters", 0.1, 0.1, [0.0025, 0.02, 0.0025], 0), StringComparison.Ordinal);
        Assert.Contains("the update of every block of the encoder is 0", Last("lora", 0, 0, [0, 0], 0.1), StringComparison.Ordinal);
        Assert.Contains("with the same embedding it looks elsewhere, by +3.00 points", Last("prompt", 0, 0, [0, 0], 0.03), StringComparison.Ordinal);
        Assert.Contains("and the interval holds 0", Last("prompt", 0, 0, [0, 0], 0), StringComparison.Ordinal);
        Assert.Contains("the encoder's view moved too, by 0.1000", Last("prompt", 0.1, 0.1, [0, 0], 0.03), StringComparison.Ordinal);
    }

    [Fact]
    public void A_change_whose_interval_holds_0_is_no_change_and_no_change_at_all_is_named_as_such()
    {
        RelevanceReport report = Made("lora", 0.1, 0.1, [0.01, 0.01], 0.04);
        PairedChange unsure = new(0.3, 0.31, BootstrapInterval.OfMean([-0.1, 0.12, 0.01]));
        report = report with { EncoderAttention = report.EncoderAttention with { Inside = unsure } };
        Assert.Contains("no change can be told", RelevanceReading.Of(report)[2].Text, StringComparison.Ordinal);
        Assert.Contains("exactly as before", RelevanceReading.Of(Made("lora", 0, 0, [0, 0], 0))[2].Text, StringComparison.Ordinal);
        Assert.Contains("same to the last bit", RelevanceReading.Of(Made("lora", 0, 0, [0, 0], 0))[0].Text, StringComparison.Ordinal);
    }

    public static TheoryData<string, bool, double> Reports() => new MatrixTheoryData<string, bool, double>(["full", "lora", "adapters", "prompt", "output"], [false, true], [0, 0.25]);

    [Theory]
    [MemberData(nameof(Reports))]
    public void Every_path_of_a_reading_leads_to_its_number_in_the_JSON_file(string method, bool fillsThePictures, double shift)
    {
        RelevanceReport report = method == "output"
            ? Made("adapters", shift, shift, [0, 0], 0.03)
            : Made(method, shift, shift, [shift / 10, shift / 20], 0.03);
        report = report with
        {
            EmbeddingShift = fillsThePictures ? report.EmbeddingShift with { Outside = null } : report.EmbeddingShift,
            Updates = method == "output" ? [.. report.Updates, new LayerUpdate(LayerUpdate.OutputAdapter, LayerUpdateKind.AddedFeatures, 0.3, 1)] : report.Updates,
        };
        using var folder = new TemporaryFolder();
        RelevanceFiles.WriteJson(folder.At("explain.json"), [report]);
        using var json = JsonDocument.Parse(File.ReadAllText(folder.At("explain.json")));
        JsonElement[] reading = [.. json.RootElement[0].GetProperty("reading").EnumerateArray()];
        Assert.Equal(5, reading.Length);
        Assert.All(reading, sentence => Assert.Equal(
            sentence.GetProperty("value").GetDouble(), FigurePath.Resolve(json.RootElement[0], sentence.GetProperty("figure").GetString()!)));
    }

    [Fact]
    public void Where_the_object_fills_the_pictures_nothing_is_said_of_the_rest()
    {
        RelevanceReport report = Made("full", 0.25, 0.2, [0.01, 0.02], 0.04);
        RelevanceSentence verdict = RelevanceReading.Of(report with { EmbeddingShift = report.EmbeddingShift with { Outside = null } })[^1];
        Assert.Contains("cannot be told, for the object fills the pictures: at it the embedding moved by 0.2500", verdict.Text, StringComparison.Ordinal);
    }

    private static string Last(string method, double inside, double outside, double[] blocks, double attention) =>
        RelevanceReading.Of(Made(method, inside, outside, blocks, attention))[^1].Text;

    private static RelevanceReport Made(string method, double inside, double outside, double[] blocks, double attention)
    {
        var shift = new RegionSummary(BootstrapInterval.OfMean([inside]), BootstrapInterval.OfMean([outside]));
        var mass = new PairedChange(0.3, 0.3 + attention, BootstrapInterval.OfMean([attention]));
        var change = new AttentionChange(mass, mass);
        var map = new RelevanceMap(1, [(float)inside]);
        return new RelevanceReport
        {
            Name = method,
            Method = method,
            EmbeddingShift = shift,
            EmbeddingRelativeShift = shift,
            EncoderAttention = change,
            DecoderAttention = change,
            Blocks = [],
            Updates =
            [
                .. blocks.Select((b, i) => new LayerUpdate($"block {i}", LayerUpdateKind.Weights, b, 1)),
                new LayerUpdate("decoder", LayerUpdateKind.Weights, 0, 1),
                .. method == "prompt" ? [new LayerUpdate("prompt tokens", LayerUpdateKind.PromptTokens, 2, 1)] : Array.Empty<LayerUpdate>(),
            ],
            Samples = [new SampleRelevance("a", 1, inside, outside, map, map, map)],
        };
    }
}
