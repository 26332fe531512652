using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Modeling.Preprocessing;
using SamTune.Modeling.Prompts;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Modeling.Tests;

public sealed class DecodingInPartsTests
{
    [Theory]
    [InlineData(1024)]
    [InlineData(512)]
    public void Many_prompts_on_large_maps_get_the_masks_of_one_pass_and_leave_no_tensors(int side)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        using Sam model = TestModels.Tiny(side);
        InputFrame frame = model.FrameFor(new ImageSize(side, side));
        using Tensor embeddings = randn([2, model.Architecture.PromptEmbedDim, model.Grid, model.Grid], generator: generator);
        using Tensor mask = randn([4 * model.Grid * 4 * model.Grid], generator: generator);
        PromptSet[] kinds =
        [
            new() { Points = [new PointPrompt(40, 30, true)] },
            new() { Box = new BoundingBox(20, 15, 85, 70) },
            new() { Points = [new PointPrompt(90, 80, true), new PointPrompt(10, 9, false), new PointPrompt(200, 99, false)], Box = new BoundingBox(50, 45, 185, 170) },
            new() { Points = [new PointPrompt(40, 30, true)], LowResMask = mask.data<float>().ToArray() },
            PromptSet.None,
        ];
        using PromptBatch prompts = PromptBatchBuilder.Build([.. Enumerable.Range(0, 11).Select(i => (i % 2, frame, kinds[i % kinds.Length]))], CPU);
        (Tensor whole, Tensor wholeIou) = model.DecodeMasks(embeddings, prompts, NoAdaptation.Instance);
        Assert.True(whole.requires_grad);

        using var guard = no_grad();
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        (Tensor parts, Tensor partsIou) = model.DecodeMasks(embeddings, prompts, NoAdaptation.Instance);
        Assert.Equal(before + 2, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Near.Assert(whole, parts, 1e-5, "low-res logits");
        Near.Assert(wholeIou, partsIou, 1e-5, "estimated IoU");
    }
}
