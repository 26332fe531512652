using System.Text.Json;
using SamTune.Checkpoints.Layouts;
using SamTune.Modeling.Prompts;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Modeling.Tests;

public sealed class FullSizeGoldenTests
{
    [Fact]
    public void Vit_b_at_1024_equals_the_reference()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        Goldens golden = Goldens.VitB();
        using Sam model = TestModels.Formula(SamArchitecture.VitB);
        var x = model.ImageEncoder.Embed(tensor(FormulaWeights.Values("input", 3 * 1024 * 1024).Select(v => 2 * v).ToArray(), [1, 3, 1024, 1024]));
        for (int block = 0; block < 12; block++)
        {
            x = model.ImageEncoder.Blocks(x, block, block + 1, NoAdaptation.Instance);
            Near.Assert(golden[$"block{block}.strided"], x[TensorIndex.Colon, TensorIndex.Slice(step: 16), TensorIndex.Slice(step: 16), TensorIndex.Slice(step: 32)], 1e-4, $"block{block}");
        }

        var embedding = model.ImageEncoder.Neck(x);
        Near.Assert(golden["image_embedding.strided"], embedding[TensorIndex.Colon, TensorIndex.Slice(step: 4), TensorIndex.Slice(step: 4), TensorIndex.Slice(step: 4)], 1e-4);
        Near.Assert(golden["image_embedding.row0"], embedding.select(2, 0), 1e-4);
        CheckPrompt(model, golden, embedding, "point", [500, 375, 0, 0], [PromptBatch.Foreground, PromptBatch.Padding]);
        CheckPrompt(model, golden, embedding, "box", [75, 275, 725, 850], [PromptBatch.BoxStart, PromptBatch.BoxEnd]);
    }

    [Fact]
    public void Tiny_model_at_the_full_decoder_width_equals_the_reference()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        Goldens golden = Goldens.Tiny256(), tiny = Goldens.Tiny();
        using Sam model = TestModels.Formula(TestModels.Tiny256Architecture, TestModels.Tiny256Gain);
        Assert.Equal(3_089_520, model.parameters().Sum(p => p.numel()));
        var embedding = model.EncodeImages(tiny["preprocessed"], NoAdaptation.Instance);
        Near.Assert(golden["image_embeddings"], embedding, 1e-4);
        using var box = new PromptBatch(tiny["prompt.c.boxes"].reshape(1, 2, 2), tensor(new long[] { 2, 3 }, [1, 2]), zeros(1, dtype: int64), false);
        (Tensor lowRes, Tensor iou) = model.DecodeMasks(embedding, box, NoAdaptation.Instance);
        Near.AssertRelative(golden["c.low_res.multi"], lowRes.narrow(1, 1, 3), 1e-5 + 5e-5 / 28, "box");
        Near.Assert(golden["c.iou.multi"], iou.narrow(1, 1, 3), 1e-4, "box iou");
        using var point = new PromptBatch(
            cat([tiny["prompt.a.points"], zeros(1, 1, 2)], 1), tensor(new long[] { 1, -1 }, [1, 2]), zeros(1, dtype: int64), false, tiny["prompt.e.mask_input"]);
        (lowRes, iou) = model.DecodeMasks(embedding, point, NoAdaptation.Instance);
        Near.AssertRelative(golden["e.low_res.multi"], lowRes.narrow(1, 1, 3), 1e-5 + 5e-5 / 31, "point and mask");
        Near.Assert(golden["e.iou.multi"], iou.narrow(1, 1, 3), 1e-4, "point and mask iou");
    }

    [Fact]
    public void State_dict_of_vit_b_has_the_published_names_and_shapes()
    {
        using Sam model = new(SamArchitecture.VitB);
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.Golden("vit_b_state_dict_shapes.json")));
        var shapes = expected.RootElement.EnumerateObject().ToDictionary(p => p.Name, p => string.Join('x', p.Value.EnumerateArray()));
        Assert.Equal(314, shapes.Count);
        Assert.Equal(shapes.Select(p => $"{p.Key} {p.Value}").Order(), model.state_dict().Select(p => $"{p.Key} {string.Join('x', p.Value.shape)}").Order());
        Assert.Equal(93_735_472, model.parameters().Sum(p => p.numel()));
    }

    private static void CheckPrompt(Sam model, Goldens golden, Tensor embedding, string name, float[] coordinates, long[] labels)
    {
        using var prompts = new PromptBatch(tensor(coordinates, [1, 2, 2]), tensor(labels, [1, 2]), zeros(1, dtype: int64), false);
        (Tensor lowRes, Tensor iou) = model.DecodeMasks(embedding, prompts, NoAdaptation.Instance);
        var strided = lowRes[TensorIndex.Colon, TensorIndex.Colon, TensorIndex.Slice(step: 4), TensorIndex.Slice(step: 4)];
        Near.Assert(golden[$"{name}.low_res.single.strided"], strided.narrow(1, 0, 1), 2e-5, name);
        Near.Assert(golden[$"{name}.low_res.multi.strided"], strided.narrow(1, 1, 3), 2e-5, name);
        Near.Assert(golden[$"{name}.iou.single"], iou.narrow(1, 0, 1), 2e-6, name);
        Near.Assert(golden[$"{name}.iou.multi"], iou.narrow(1, 1, 3), 2e-6, name);
    }
}
