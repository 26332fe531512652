using SamTune.Adaptation;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Imaging.Filters;
using SamTune.Modeling;
using SamTune.Modeling.Preprocessing;
using SamTune.Modeling.Prompts;
using SamTune.Training.Losses;
using static TorchSharp.torch;

namespace SamTune.Training.Batches;

/// <summary>Forward pass of a batch with its losses: first the prompts, then rounds of corrections.</summary>
internal sealed class PromptedForward(Sam model, IFineTuning method, TrainingOptions options)
{
    /// <summary>Mean loss over objects by their weights, and over rounds, differentiable; and the mean Dice of the last round's thresholded masks, without a gradient; both in the caller's dispose scope and on the model's device.</summary>
    public (Tensor Loss, Tensor Dice) Run(Tensor embeddings, TrainingBatch batch, Random random, int? correctiveRounds = null)
    {
        using var scope = NewDisposeScope();
        using MaskTargets targets = MaskTargets.Build([.. batch.Objects.Select(o => (o.Frame, o.Truth, o.Missing))], model.Device);
        PromptedObject[] objects = [.. batch.Objects];
        var losses = new List<Tensor>();
        Tensor iou;
        for (int round = 0; ; round++)
        {
            (Tensor lowRes, Tensor loss, iou) = Round(embeddings, objects, targets);
            losses.Add(loss);
            if (round == (correctiveRounds ?? options.CorrectiveRounds))
            {
                break;
            }

            objects = Correct(objects, lowRes, Enlarge(lowRes), random);
        }

        return (stack(losses).mean().MoveToOuterDisposeScope(), (2 * iou / (1 + iou)).mean().MoveToOuterDisposeScope());
    }

    private (Tensor LowRes, Tensor Loss, Tensor Iou) Round(Tensor embeddings, PromptedObject[] objects, MaskTargets targets)
    {
        using PromptBatch prompts = PromptBatchBuilder.Build([.. objects.Select(o => (o.Image, o.Frame, o.Prompt))], model.Device);
        (Tensor allMasks, Tensor allIou) = model.DecodeMasks(embeddings, prompts, method.Adaptation);
        var masks = options.Multimask ? allMasks : allMasks.narrow(1, 0, 1);
        (Tensor logits, Tensor truth, Tensor valid) = options.LowResLoss
            ? (masks, Reduce(targets.Masks), Reduce(targets.Valid))
            : (Enlarge(masks), targets.Masks, targets.Valid);
        var trueIou = SegmentationLosses.TrueIou(logits, truth.round(), valid);
        var perMask = options.Loss.PerMask(logits, truth, valid);
        var loss = perMask.narrow(1, 0, 1) + options.Loss.Iou * (allIou.narrow(1, 0, masks.shape[1]) - trueIou).square().mean([1], keepdim: true);
        if (options.Multimask)
        {
            // Only a lone click is ambiguous, and only the alternative that fits best learns from it.
            var ambiguous = DeviceCopy.To(tensor([.. objects.Select(o => o.Prompt.IsAmbiguous ? 1f : 0f)], objects.Length, 1), model.Device);
            loss = loss + ambiguous * perMask.narrow(1, 1, masks.shape[1] - 1).min(1, keepdim: true).values;
        }

        return (allMasks.narrow(1, 0, 1), WeightedMean(loss, objects), trueIou.narrow(1, 0, 1));
    }

    // Losses are (P, 1). Without MixUp all weights are 1 and this is the plain mean, to the bit.
    private Tensor WeightedMean(Tensor losses, PromptedObject[] objects)
    {
        if (objects.All(o => o.Weight == 1))
        {
            return losses.mean();
        }

        var shares = DeviceCopy.To(tensor(objects.Select(o => (float)o.Weight).ToArray(), [objects.Length, 1]), model.Device);
        return (losses * shares).sum() / shares.sum();
    }

    private Tensor Enlarge(Tensor lowRes) =>
        nn.functional.interpolate(lowRes, [model.InputSide, model.InputSide], mode: InterpolationMode.Bilinear, align_corners: false);

    // Low-res logits have a quarter of the input's side.
    private static Tensor Reduce(Tensor full) => nn.functional.avg_pool2d(full, 4);

    private static PromptedObject[] Correct(PromptedObject[] objects, Tensor lowRes, Tensor logits, Random random)
    {
        // Thresholded where it is computed: bytes are a quarter to copy.
        float[] low = TensorCopy.ToArray(lowRes);
        byte[] full = Thresholded(logits);
        int lowPlane = low.Length / objects.Length, side = objects[0].Frame.InputSide;
        return [.. objects.Select((o, i) =>
        {
            if (!o.Corrected)
            {
                return o;
            }

            (int height, int width) = o.Frame.Resized;
            var predicted = new byte[height * width];
            for (int y = 0; y < height; y++)
            {
                for (int x = 0; x < width; x++)
                {
                    predicted[y * width + x] = full[i * side * side + y * side + x];
                }
            }

            // No click where there is nothing to see.
            BinaryMask? missing = o.Missing is { } none ? NearestResize.Apply(none, o.Frame.Resized) : null;
            BinaryMask truth = NearestResize.Apply(o.Truth, o.Frame.Resized).Without(missing), found = new BinaryMask(o.Frame.Resized, predicted).Without(missing);
            PointPrompt? click = PromptSampler.RandomCorrectiveClick(truth, found, random);
            return click is not { } point ? o : o with
            {
                Prompt = o.Prompt with
                {
                    Points = [.. o.Prompt.Points, ToOriginal(point, o.Frame)],
                    LowResMask = low[(i * lowPlane)..((i + 1) * lowPlane)],
                },
            };
        })];
    }

    private static byte[] Thresholded(Tensor logits)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        return (logits > 0).to(uint8).cpu().data<byte>().ToArray();
    }

    private static PointPrompt ToOriginal(PointPrompt point, InputFrame frame) => point with
    {
        X = (float)((point.X + 0.5) * frame.Original.Width / frame.Resized.Width - 0.5),
        Y = (float)((point.Y + 0.5) * frame.Original.Height / frame.Resized.Height - 0.5),
    };
}
