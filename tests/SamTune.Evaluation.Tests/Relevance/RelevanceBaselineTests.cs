using System.Text.Json;
using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Data.Datasets;
using SamTune.Evaluation.Relevance;
using SamTune.Evaluation.Reports;
using SamTune.Modeling;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Evaluation.Tests.Relevance;

public sealed class RelevanceBaselineTests
{
    [Theory]
    [InlineData("full")]
    [InlineData("lora")]
    [InlineData("adapters")]
    public void A_method_that_learned_nothing_changes_nothing_at_all(string method)
    {
        MethodConfig config = method switch { "full" => new FullConfig(), "lora" => new LoraConfig(), _ => new AdapterConfig() };
        using var adapted = new Adapted(config);
        RelevanceReport report = Report(adapted, 3);
        Assert.All(report.Samples, s => Assert.All([.. s.Shift.Values, .. s.EncoderAttention.Values, .. s.DecoderAttention.Values], v => Assert.Equal(0, v)));
        Assert.Equal((0, 0), (report.EmbeddingShift.Inside.Mean, report.EmbeddingRelativeShift.Outside!.Upper));
        foreach (BlockRelevance block in report.Blocks)
        {
            Assert.Equal((0, 0), (block.OutputShift.Inside.Mean, block.OutputShift.Outside!.Mean));
            Assert.Equal((0, 0, 0), (block.FromObject.Inside.Change.Lower, block.FromObject.Outside.Change.Upper, block.FromPicture.Inside.Change.Mean));
            Assert.InRange(block.FromObject.Inside.Before, 1e-3, 1);
        }

        Assert.Equal(["patches", "block 0", "block 1", "block 2", "block 3", "neck", "prompt encoder", "decoder"], report.Updates.Select(u => u.Layer));
        Assert.All(report.Updates, u => Assert.Equal(0, u.Relative));
    }

    [Fact]
    public void The_update_of_LoRA_is_what_merging_adds_to_the_weights()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using var adapted = new Adapted(new LoraConfig { Rank = 4, Targets = ["image_encoder.blocks.2.attn.qkv.v", "decoder.mlp"] }, (name, p) => Adapted.Fill(name, p, 0.1f));
        RelevanceReport report = Report(adapted, 2);
        using Sam merged = TestModels.Tiny(), original = TestModels.Tiny();
        ((IMergeable)adapted.Method).Merge(merged);
        var change = Weight(merged, 2) - Weight(original, 2);
        LayerUpdate block = report.Updates.Single(u => u.Layer == "block 2");
        Assert.Equal(change.norm().item<float>(), block.UpdateNorm, 1e-5 * block.UpdateNorm);
        Assert.Equal(Weight(original, 2).narrow(0, 128, 64).norm().item<float>(), block.BaseNorm, 1e-5 * block.BaseNorm);
        Assert.Equal(block.UpdateNorm / block.BaseNorm, block.Relative);
        Assert.Equal(["block 2", "decoder"], report.Updates.Where(u => u.Relative > 0).Select(u => u.Layer));

        // Blocks before the changed one compute what they did before.
        Assert.Equal([true, true, false, false], report.Blocks.Select(b => b.OutputShift.Inside.Mean == 0));
        Assert.True(report.EmbeddingShift.Inside.Mean > 0);
    }

    [Fact]
    public void One_changed_block_of_full_fine_tuning_shows_only_there()
    {
        using var adapted = new Adapted(new FullConfig(), (name, p) =>
        {
            if (name == "image_encoder.blocks.1.attn.qkv.weight")
            {
                p.mul_(1.5);
            }
        });
        RelevanceReport report = Report(adapted, 2);
        LayerUpdate block = Assert.Single(report.Updates, u => u.Relative > 0);
        Assert.Equal("block 1", block.Layer);
        using Sam original = TestModels.Tiny();
        Assert.Equal(0.5 * Weight(original, 1).norm().item<float>(), block.UpdateNorm, 1e-5 * block.UpdateNorm);
        Assert.Equal([true, false, false, false], report.Blocks.Select(b => b.OutputShift.Inside.Mean == 0));

        // Sharper logits move the attention of this very block.
        Assert.NotEqual(0, report.Blocks[1].FromObject.Inside.Change.Mean);
        Assert.Equal(0, report.Blocks[0].FromObject.Inside.Change.Mean);
    }

    [Fact]
    public void Prompt_tokens_leave_the_encoder_to_the_bit_and_move_the_decoders_attention()
    {
        using var adapted = new Adapted(new PromptTuningConfig { Tokens = 3 }, (_, p) => p.fill_(2));
        RelevanceReport report = Report(adapted, 3);
        Assert.All(report.Samples, s => Assert.All([.. s.Shift.Values, .. s.EncoderAttention.Values], v => Assert.Equal(0, v)));
        Assert.All(report.Samples, s => Assert.Contains(s.DecoderAttention.Values, v => v != 0));
        Assert.NotEqual(0, report.DecoderAttention.Inside.Change.Mean);
        PairedChange inside = report.DecoderAttention.Inside, outside = report.DecoderAttention.Outside;
        Assert.Equal(inside.After - inside.Before, inside.Change.Mean, 1e-9);
        Assert.InRange(inside.After + outside.After, 0.5, 1.00001);

        LayerUpdate tokens = report.Updates[^1];
        Assert.Equal(("prompt tokens", LayerUpdateKind.PromptTokens), (tokens.Layer, tokens.Kind));
        Assert.Equal(Math.Sqrt(4 * 32), tokens.UpdateNorm, 1e-5);
        Assert.All(report.Updates.SkipLast(1), u => Assert.Equal(0, u.Relative));
    }

    [Fact]
    public void Adapters_show_the_share_that_they_add_to_the_features()
    {
        // Down-projections do not matter when up-projections are 0: the bias alone is added, the same vector at each of 64 tokens.
        using var adapted = new Adapted(new AdapterConfig { Bottleneck = 2, Blocks = [0] }, (name, p) =>
        {
            if (name.EndsWith("up.bias", StringComparison.Ordinal))
            {
                p.fill_(0.5);
            }
        });
        RelevanceReport report = Report(adapted, 2);
        LayerUpdate first = report.Updates.Single(u => u.Layer == "block 0");
        Assert.Equal(LayerUpdateKind.AddedFeatures, first.Kind);
        Assert.Equal(Math.Sqrt(2 * 64 * 64 * 0.25), first.UpdateNorm, 1e-3);
        Assert.Equal([first], report.Updates.Where(u => u.Relative > 0));
        Assert.InRange(report.Blocks[0].OutputShift.Inside.Mean / first.Relative, 0.5, 2);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_adapter_on_the_output_shows_the_share_that_it_adds_to_the_embedding(bool withBlocks)
    {
        using var adapted = new Adapted(new AdapterConfig { Bottleneck = 2, Blocks = withBlocks ? [1] : [], Output = true }, (name, p) =>
        {
            if (name.EndsWith("output_adapter.up.bias", StringComparison.Ordinal))
            {
                p.fill_(0.5);
            }
        });
        RelevanceReport report = Report(adapted, 2);
        LayerUpdate output = report.Updates.Single(u => u.Layer == LayerUpdate.OutputAdapter);
        Assert.Equal(LayerUpdateKind.AddedFeatures, output.Kind);
        Assert.Equal(Math.Sqrt(2 * 64 * 32 * 0.25), output.UpdateNorm, 1e-3);
        Assert.Equal([output], report.Updates.Where(u => u.Relative > 0));
        Assert.Equal("neck", report.Updates[report.Updates.ToList().IndexOf(output) - 1].Layer);

        // What is added is what the embedding moved by: the encoder before it is the base's.
        Assert.InRange(report.EmbeddingRelativeShift.Inside.Mean / output.Relative, 0.5, 2);
        Assert.Contains("re-weights the finished embedding", report.Reading[^1].Text, StringComparison.Ordinal);
        Assert.Equal((report.Reading[1].Figure, report.Reading[1].Value), (report.Reading[^1].Figure, output.Relative));
    }

    [Fact]
    public void Comparing_leaves_no_tensor_behind()
    {
        using var adapted = new Adapted(new LoraConfig(), (name, p) => Adapted.Fill(name, p, 0.1f));
        using Sam original = TestModels.Tiny();
        IReadOnlyList<Sample> samples = Adapted.Samples(2);
        void Call() => adapted.Explain(original, samples);
        Call();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.TotalCount;
        for (int i = 0; i < 3; i++)
        {
            Call();
            Assert.Equal(before, Tensor.TotalCount);
        }
    }

    [Fact]
    public void A_base_that_full_fine_tuning_overwrites_and_pictures_without_objects_are_refused()
    {
        using var adapted = new Adapted(new FullConfig());
        IReadOnlyList<Sample> samples = Adapted.Samples(1);
        Assert.Contains("loaded afresh", Assert.Throws<ArgumentException>(() => adapted.Explain(adapted.Model, samples)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => adapted.Explain(adapted.Model, []));
        Assert.Throws<ArgumentException>(() => adapted.Explain(adapted.Model, [samples[0] with { Objects = [] }]));
        using Sam small = TestModels.Tiny(96);
        Assert.Throws<ArgumentException>(() => adapted.Explain(small, samples));
    }

    [Fact]
    public void Reports_are_written_as_JSON_with_a_map_a_line_and_as_Markdown_with_a_row_a_layer()
    {
        using var folder = new TemporaryFolder();
        using var adapted = new Adapted(new LoraConfig(), (name, p) => Adapted.Fill(name, p, 0.1f));
        RelevanceReport report = Report(adapted, 1);
        RelevanceFiles.WriteJson(folder.At("r.json"), [report]);
        string text = File.ReadAllText(folder.At("r.json"));
        JsonElement read = JsonDocument.Parse(text).RootElement[0];
        Assert.Equal(report.Samples[0].Shift.Values, read.GetProperty("samples")[0].GetProperty("shift").GetProperty("values").EnumerateArray().Select(v => v.GetSingle()));
        Assert.Equal(report.EmbeddingShift.Inside.Mean, read.GetProperty("embedding_shift").GetProperty("inside").GetProperty("mean").GetDouble());
        Assert.True(text.Count(c => c == '\n') < 1000);
        RelevanceReport again = JsonSerializer.Deserialize<RelevanceReport[]>(text, ReportJson.Options)![0];
        Assert.Equal(RelevanceReading.Paragraph(report), RelevanceReading.Paragraph(again));

        string page = RelevanceFiles.Markdown("Discs", [report]);
        Assert.Contains(RelevanceReading.Paragraph(report), page, StringComparison.Ordinal);
        Assert.All(report.Updates, u => Assert.Contains($"| {u.Layer}", page, StringComparison.Ordinal));
        Assert.DoesNotContain('\r', page);
    }

    private static RelevanceReport Report(Adapted adapted, int samples)
    {
        using Sam original = TestModels.Tiny();
        return adapted.Explain(original, Adapted.Samples(samples));
    }

    private static TorchSharp.Modules.Parameter Weight(Sam model, int block) =>
        model.named_parameters().Single(p => p.name == $"image_encoder.blocks.{block}.attn.qkv.weight").parameter;
}
