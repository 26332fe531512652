using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Modeling.Preprocessing;
using SamTune.Modeling.Prompts;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Modeling.Tests;

public sealed class DecoderGoldenTests
{
    private static readonly InputFrame s_frame = new(new ImageSize(96, 120), 128);

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    [InlineData("d")]
    [InlineData("e")]
    [InlineData("f")]
    [InlineData("g")]
    [InlineData("h")]
    public void Every_prompt_kind_equals_the_reference(string prompt)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        Goldens golden = Goldens.Tiny();
        using Sam model = TestModels.Tiny();
        using PromptBatch prompts = prompt == "h" ? ExplicitPadding(golden) : PromptBatchBuilder.Build([(s_frame, PromptsOf(golden, prompt))], CPU);
        if (golden.Names.Contains($"prompt.{prompt}.sparse"))
        {
            Near.Assert(golden[$"prompt.{prompt}.sparse"], model.PromptEncoder.Sparse(prompts, 128), 1e-5, "sparse");
        }

        Near.Assert(golden[$"prompt.{prompt}.dense"], model.PromptEncoder.Dense(prompts, 8), 1e-5, "dense");
        Near.Assert(golden["prompt.dense_pe"], model.PromptEncoder.DensePositions(8), 1e-5, "positions");
        (Tensor lowRes, Tensor iou) = model.DecodeMasks(golden["image_embeddings"], prompts, NoAdaptation.Instance);
        Near.Assert(golden[$"prompt.{prompt}.low_res.single"], lowRes.narrow(1, 0, 1), 2e-4, "single");
        Near.Assert(golden[$"prompt.{prompt}.low_res.multi"], lowRes.narrow(1, 1, 3), 2e-4, "multi");
        Near.Assert(golden[$"prompt.{prompt}.iou.single"], iou.narrow(1, 0, 1), 1e-4, "iou single");
        Near.Assert(golden[$"prompt.{prompt}.iou.multi"], iou.narrow(1, 1, 3), 1e-4, "iou multi");
        if (golden.Names.Contains($"prompt.{prompt}.masks.multi"))
        {
            var masks = MaskPostprocessor.ToOriginal(lowRes, s_frame);
            Near.Assert(golden[$"prompt.{prompt}.masks.single"], masks.narrow(1, 0, 1), 2e-4, "masks single");
            Near.Assert(golden[$"prompt.{prompt}.masks.multi"], masks.narrow(1, 1, 3), 2e-4, "masks multi");
        }
    }

    [Fact]
    public void Ragged_batch_of_images_and_prompts_equals_one_at_a_time()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        Goldens golden = Goldens.Tiny();
        using Sam model = TestModels.Tiny();
        var other = model.EncodeImages(golden["preprocessed"].flip(3), NoAdaptation.Instance);
        var embeddings = cat([golden["image_embeddings"], other], 0);
        List<PromptSet> first = [.. PromptsOf(golden, "a"), .. PromptsOf(golden, "c"), .. PromptsOf(golden, "e"), PromptSet.None];
        List<PromptSet> second = [.. PromptsOf(golden, "d"), .. PromptsOf(golden, "f"), .. PromptsOf(golden, "g")];
        using PromptBatch together = PromptBatchBuilder.Build([(s_frame, first), (s_frame, second)], CPU);
        (Tensor lowRes, Tensor iou) = model.DecodeMasks(embeddings, together, NoAdaptation.Instance);
        Assert.Equal(first.Count + second.Count, lowRes.shape[0]);
        for (int i = 0; i < first.Count + second.Count; i++)
        {
            bool isFirst = i < first.Count;
            using PromptBatch alone = PromptBatchBuilder.Build([(s_frame, [isFirst ? first[i] : second[i - first.Count]])], CPU);
            (Tensor oneLowRes, Tensor oneIou) = model.DecodeMasks(embeddings.narrow(0, isFirst ? 0 : 1, 1), alone, NoAdaptation.Instance);
            Near.Assert(oneLowRes, lowRes.narrow(0, i, 1), 1e-5, $"prompt {i}");
            Near.Assert(oneIou, iou.narrow(0, i, 1), 1e-5, $"prompt {i}");
        }
    }

    // Group h names a padding point itself; the reference appends its own behind it.
    private static PromptBatch ExplicitPadding(Goldens golden) => new(
        cat([golden["prompt.h.points"], zeros(2, 1, 2)], 1), cat([golden["prompt.h.labels"], full([2, 1], PromptBatch.Padding, dtype: int64)], 1),
        zeros(2, dtype: int64), hasAbsent: false);

    private static List<PromptSet> PromptsOf(Goldens golden, string prompt)
    {
        string Key(string part) => $"prompt.{prompt}.{part}";
        var names = golden.Names.ToHashSet();
        float[]? points = names.Contains(Key("points_orig")) ? golden[Key("points_orig")].data<float>().ToArray() : null;
        long[]? labels = points is null ? null : golden[Key("labels")].data<long>().ToArray();
        float[]? boxes = names.Contains(Key("boxes_orig")) ? golden[Key("boxes_orig")].data<float>().ToArray() : null;
        float[]? mask = names.Contains(Key("mask_input")) ? golden[Key("mask_input")].data<float>().ToArray() : null;
        int count = (int)golden[Key("low_res.single")].shape[0], each = (labels?.Length ?? 0) / count;
        return [.. Enumerable.Range(0, count).Select(i => new PromptSet
        {
            Points = [.. Enumerable.Range(i * each, each).Where(k => labels![k] >= 0).Select(k => new PointPrompt(points![2 * k], points[2 * k + 1], labels![k] == 1))],
            Box = boxes is null ? null : new BoundingBox(boxes[4 * i], boxes[4 * i + 1], boxes[4 * i + 2], boxes[4 * i + 3]),
            LowResMask = mask,
        })];
    }
}
