using SamTune.Data;
using SamTune.Data.Augmentation;
using SamTune.Data.Datasets;
using SamTune.Data.Prompts;
using SamTune.Modeling;

namespace SamTune.Training.Batches;

/// <summary>Pictures of one forward pass and their prompted objects, image by image.</summary>
/// <param name="Pictures">The model's inputs.</param>
/// <param name="Objects">Objects, in the order of the pictures.</param>
internal sealed record TrainingBatch(IReadOnlyList<BatchPicture> Pictures, IReadOnlyList<PromptedObject> Objects)
{
    // Below one level of 8 bits the second picture cannot be seen.
    private const double SmallestShare = 1.0 / 255;

    /// <summary>Loads the pictures, varies and mixes them where asked, and simulates the prompts of a training pass.</summary>
    /// <remarks>Makes no tensors, so that it may run on another thread than the model's.</remarks>
    public static TrainingBatch ForTraining(ISegmentationDataset dataset, IReadOnlyList<int> indices, Sam model, TrainingOptions options, long pass) =>
        Create(indices.Count, image => ForTraining(dataset, indices[image], image, model, options, pass * 4096 + image, View(dataset, indices[image], options, pass)));

    /// <summary>Loads the pictures with the exact prompts of a measurement, each object once with each kind.</summary>
    public static TrainingBatch ForValidation(ISegmentationDataset dataset, IReadOnlyList<int> indices, Sam model, IReadOnlyList<PromptKind> kinds) =>
        Create(indices.Count, image =>
        {
            Sample sample = dataset.Load(indices[image]);
            return (new BatchPicture(true, sample.Image),
                [.. sample.Objects.SelectMany(o => kinds.Select(kind => new PromptedObject(image, model.FrameFor(sample.Image.Size), o.Mask, ExactPrompt.Of(o.Mask, kind), false) { Missing = sample.Missing }))]);
        });

    private static TrainingBatch Create(int count, Func<int, (BatchPicture Picture, IReadOnlyList<PromptedObject> Objects)> make)
    {
        (BatchPicture Picture, IReadOnlyList<PromptedObject> Objects)[] made = [.. Enumerable.Range(0, count).Select(make)];
        return new TrainingBatch([.. made.Select(m => m.Picture)], [.. made.SelectMany(m => m.Objects)]);
    }

    private static (BatchPicture Picture, IReadOnlyList<PromptedObject> Objects) ForTraining(
        ISegmentationDataset dataset, int index, int image, Sam model, TrainingOptions options, long position, long? view)
    {
        long variation = view ?? position;
        bool comesAgain = options.Augmentation is null || view is not null;
        Sample own = Load(dataset, index, options, "augmentation", variation);
        Random prompts = DerivedRandom.Create(options.Seed, "prompts", position);
        if (Second(dataset, index, own, options, variation) is not ({ } second, var share))
        {
            return (new BatchPicture(comesAgain, own.Image), [.. Prompted(own, image, model, options.Prompts, options.ObjectsPerImage, prompts, weight: 1)]);
        }

        // Without a prompt nobody could tell which of the two pictures' objects is meant.
        PromptMixture kinds = options.Prompts with { None = 0 };
        return (
            new BatchPicture(comesAgain, own.Image, new MixedPicture(second.Image, share)),
            [
                .. Prompted(own, image, model, kinds, options.ObjectsPerImage, prompts, share),
                .. Prompted(second, image, model, kinds, options.ObjectsPerImage, prompts, 1 - share),
            ]);
    }

    // With a limited number of views the epoch says which one it is, and picture and view alone how it looks; prompts are new in every pass all the same.
    private static long? View(ISegmentationDataset dataset, int index, TrainingOptions options, long pass) => options.Views is { } views
        ? ((long)index * views) + (pass / new EpochOrder(dataset.Samples.Count, options.BatchSize, options.Seed).PassesPerEpoch % views)
        : null;

    private static Sample Load(ISegmentationDataset dataset, int index, TrainingOptions options, string purpose, long position)
    {
        Sample sample = dataset.Load(index);
        return options.Augmentation is { } spec ? Augmenter.Apply(sample, spec, DerivedRandom.Create(options.Seed, purpose, position)) : sample;
    }

    // Any other picture of the data set, with the share of the first. A picture without objects is not mixed: what is left would be scored on its shadow.
    private static (Sample Sample, double Share)? Second(ISegmentationDataset dataset, int index, Sample own, TrainingOptions options, long position)
    {
        if (options.Augmentation is not { MixUpAlpha: > 0 } spec || dataset.Samples.Count < 2 || own.Objects.Count == 0)
        {
            return null;
        }

        Random random = DerivedRandom.Create(options.Seed, "mixup", position);
        double share = MixUp.DrawShare(spec.MixUpAlpha, random);
        if (1 - share < SmallestShare)
        {
            return null;
        }

        int other = (index + 1 + random.Next(dataset.Samples.Count - 1)) % dataset.Samples.Count;
        Sample second = Load(dataset, other, options, "mixup-augmentation", position);
        return second.Objects.Count > 0 ? (second, share) : null;
    }

    private static IEnumerable<PromptedObject> Prompted(Sample sample, int image, Sam model, PromptMixture kinds, int most, Random random, double weight)
    {
        ObjectMask[] objects = [.. sample.Objects];
        random.Shuffle(objects);
        return objects.Take(most).Select(o =>
        {
            PromptKind kind = kinds.Draw(random);
            return new PromptedObject(image, model.FrameFor(sample.Image.Size), o.Mask, PromptSampler.Create(kind, o.Mask, random), kind != PromptKind.None, weight, sample.Missing);
        });
    }
}
