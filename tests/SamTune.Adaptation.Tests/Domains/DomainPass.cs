using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Preprocessing;
using SamTune.Modeling.Prompts;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Adaptation.Tests.Domains;

/// <summary>Whole passes of the tiny model over pictures that differ from each other.</summary>
internal static class DomainPass
{
    private static readonly InputFrame s_frame = new(new ImageSize(96, 120), 128);

    // Of different kinds and lengths, so that rows are padded.
    private static readonly PromptSet[][] s_prompts =
    [
        [new PromptSet { Points = [new PointPrompt(40, 30, true)] }, new PromptSet { Box = new BoundingBox(20, 15, 85, 70) }],
        [PromptSet.None],
        [new PromptSet { Points = [new PointPrompt(10, 20, true), new PointPrompt(60, 50, false), new PointPrompt(70, 55, true)] }],
    ];

    /// <summary>Pictures, (B, channels, 128, 128), in the caller's scope.</summary>
    public static Tensor Pictures(int count, int channels = 3)
    {
        using var scope = NewDisposeScope();
        var picture = Goldens.Tiny()["preprocessed"];
        var pictures = Enumerable.Range(0, count).Select(i =>
        {
            var turned = picture.roll(17 * i, 2) * (1 - 0.1 * i);
            return channels == 3 ? turned : cat([turned, .. Enumerable.Range(0, channels - 3).Select(c => turned.narrow(1, c % 3, 1).flip(3) * 0.8)], 1);
        });
        return cat([.. pictures], 0).MoveToOuterDisposeScope();
    }

    /// <summary>Low-res logits and estimated IoU of all prompts of all pictures.</summary>
    public static (float[] LowRes, float[] Iou) Run(Sam model, Tensor pictures, IModelAdaptation adaptation, int firstPicture = 0)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        (Tensor lowRes, Tensor iou) = Decode(model, pictures, adaptation, firstPicture);
        return (TensorCopy.ToArray(lowRes), TensorCopy.ToArray(iou));
    }

    /// <summary>The same as one list, to compare to the bit.</summary>
    public static float[] Numbers(Sam model, Tensor pictures, IModelAdaptation adaptation)
    {
        (float[] lowRes, float[] iou) = Run(model, pictures, adaptation);
        return [.. lowRes, .. iou];
    }

    /// <summary>Something to minimise that depends on the whole model, in the caller's scope.</summary>
    public static Tensor Loss(Sam model, Tensor pictures, IModelAdaptation adaptation)
    {
        using var scope = NewDisposeScope();
        (Tensor lowRes, Tensor iou) = Decode(model, pictures, adaptation, 0);
        return (lowRes.square().mean() + iou.square().mean()).MoveToOuterDisposeScope();
    }

    private static (Tensor LowRes, Tensor Iou) Decode(Sam model, Tensor pictures, IModelAdaptation adaptation, int firstPicture)
    {
        (InputFrame, IReadOnlyList<PromptSet>)[] rows =
            [.. Enumerable.Range(firstPicture, (int)pictures.shape[0]).Select(i => (s_frame, (IReadOnlyList<PromptSet>)s_prompts[i % s_prompts.Length]))];
        using PromptBatch prompts = PromptBatchBuilder.Build(rows, CPU);
        return model.DecodeMasks(model.EncodeImages(pictures, adaptation), prompts, adaptation);
    }

    /// <summary>The largest difference of two lists of numbers.</summary>
    public static float Difference(IReadOnlyList<float> first, IReadOnlyList<float> second)
    {
        Assert.Equal(first.Count, second.Count);
        return first.Zip(second, (a, b) => Math.Abs(a - b)).Max();
    }
}
