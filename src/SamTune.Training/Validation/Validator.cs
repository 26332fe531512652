using SamTune.Adaptation;
using SamTune.Data;
using SamTune.Data.Datasets;
using SamTune.Modeling;
using SamTune.Training.Batches;
using SamTune.Training.State;
using static TorchSharp.torch;

namespace SamTune.Training.Validation;

/// <summary>Loss and Dice on held-out pictures with exact prompts, the same at every call.</summary>
internal sealed class Validator(Sam model, IFineTuning method, ISegmentationDataset dataset, TrainingOptions options, ImageEmbedder embedder)
{
    public ValidationPoint Run(int step)
    {
        using var guard = no_grad();
        method.SetMode(training: false, seed: 0);
        var forward = new PromptedForward(model, method, options);
        double loss = 0, dice = 0;
        int objects = 0;
        using var batches = new BatchQueue(i => TrainingBatch.ForValidation(dataset, [(int)i], model, options.ValidationPrompts), 0, dataset.Samples.Count);
        for (int i = 0; i < dataset.Samples.Count; i++)
        {
            TrainingBatch batch = batches.Take();
            if (batch.Objects.Count == 0)
            {
                continue;
            }

            using var pause = FinalizerPause.Start();
            using var scope = NewDisposeScope();

            (Tensor batchLoss, Tensor batchDice) = forward.Run(embedder.Embed(batch).Embeddings, batch, DerivedRandom.Create(options.Seed, "validation", i), correctiveRounds: 0);
            loss += batchLoss.item<float>() * batch.Objects.Count;
            dice += batchDice.item<float>() * batch.Objects.Count;
            objects += batch.Objects.Count;
        }

        return new ValidationPoint(step, loss / Math.Max(1, objects), dice / Math.Max(1, objects));
    }
}
