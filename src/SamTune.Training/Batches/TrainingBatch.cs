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
    public static TrainingBatch ForTraining(ISegmentationDataset dataset, IReadOnlyList<int> indices, Sam model, TrainingOptions options, long pass)
    {
        var pictures = new List<BatchPicture>();
        var objects = new List<PromptedObject>();
        for (int image = 0; image < indices.Count; image++)
        {
            long position = pass * 4096 + image;
            Sample own = Load(dataset, indices[image], options, "augmentation", position);
            Random prompts = DerivedRandom.Create(options.Seed, "prompts", position);
            (Sample Sample, double Share)? second = Second(dataset, indices[image], own, options, position);
            if (second is not { } mixed)
            {
                pictures.Add(new BatchPicture(options.Augmentation is null ? indices[image] : null, own.Image));
                objects.AddRange(Prompted(own, image, model, options.Prompts, options.ObjectsPerImage, prompts, weight: 1));
                continue;
            }

            // Without a prompt nobody could tell which of the two pictures' objects is meant.
            PromptMixture kinds = options.Prompts with { None = 0 };
            pictures.Add(new BatchPicture(null, own.Image, new MixedPicture(mixed.Sample.Image, mixed.Share)));
            objects.AddRange(Prompted(own, image, model, kinds, options.ObjectsPerImage, prompts, mixed.Share));
            objects.AddRange(Prompted(mixed.Sample, image, model, kinds, options.ObjectsPerImage, prompts, 1 - mixed.Share));
        }

        return new TrainingBatch(pictures, objects);
    }

    /// <summary>Loads the pictures with the exact prompts of a measurement.</summary>
    public static TrainingBatch ForValidation(ISegmentationDataset dataset, IReadOnlyList<int> indices, Sam model, PromptKind kind)
    {
        Sample[] samples = [.. indices.Select(dataset.Load)];
        return new TrainingBatch(
            [.. samples.Select((s, i) => new BatchPicture(indices[i], s.Image))],
            [.. samples.SelectMany((s, i) => s.Objects.Select(o => new PromptedObject(i, model.FrameFor(s.Image.Size), o.Mask, ExactPrompt.Of(o.Mask, kind), false)))]);
    }

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
            return new PromptedObject(image, model.FrameFor(sample.Image.Size), o.Mask, PromptSampler.Create(kind, o.Mask, random), kind != PromptKind.None, weight);
        });
    }
}
