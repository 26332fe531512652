using System.Runtime.ExceptionServices;
using SamTune.Data;
using SamTune.Data.Datasets;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Preprocessing;

namespace SamTune.Training.Batches;

/// <summary>Pictures of one forward pass and their prompted objects, image by image.</summary>
/// <param name="Indices">Positions in the data set.</param>
/// <param name="Images">8-bit RGB.</param>
/// <param name="Frames">Where each picture lies in the model's input.</param>
/// <param name="Objects">Objects, in the order of the pictures.</param>
internal sealed record TrainingBatch(IReadOnlyList<int> Indices, IReadOnlyList<RgbImage> Images, IReadOnlyList<InputFrame> Frames, IReadOnlyList<PromptedObject> Objects)
{
    /// <summary>Loads the pictures and simulates the prompts of a training pass.</summary>
    public static TrainingBatch ForTraining(ISegmentationDataset dataset, IReadOnlyList<int> indices, Sam model, TrainingOptions options, long pass) =>
        Create(dataset, indices, model, (sample, image) =>
        {
            Random random = DerivedRandom.Create(options.Seed, "prompts", pass * 4096 + image);
            ObjectMask[] objects = [.. sample.Objects];
            random.Shuffle(objects);
            return objects.Take(options.ObjectsPerImage).Select(o =>
            {
                PromptKind kind = options.Prompts.Draw(random);
                return (o.Mask, PromptSampler.Create(kind, o.Mask, random), kind != PromptKind.None);
            });
        });

    /// <summary>Loads the pictures with the exact prompts of a measurement.</summary>
    public static TrainingBatch ForValidation(ISegmentationDataset dataset, IReadOnlyList<int> indices, Sam model, PromptKind kind) =>
        Create(dataset, indices, model, (sample, _) => sample.Objects.Select(o => (o.Mask, ExactPrompt.Of(o.Mask, kind), false)));

    private static TrainingBatch Create(
        ISegmentationDataset dataset, IReadOnlyList<int> indices, Sam model, Func<Sample, int, IEnumerable<(BinaryMask, PromptSet, bool)>> prompts)
    {
        Sample[] samples = Load(dataset, indices);
        InputFrame[] frames = [.. samples.Select(s => model.FrameFor(s.Image.Size))];
        return new TrainingBatch(indices, [.. samples.Select(s => s.Image)], frames, [.. samples.SelectMany((sample, image) =>
            prompts(sample, image).Select(p => new PromptedObject(image, frames[image], p.Item1, p.Item2, p.Item3)))]);
    }

    private static Sample[] Load(ISegmentationDataset dataset, IReadOnlyList<int> indices)
    {
        try
        {
            return [.. indices.AsParallel().AsOrdered().Select(dataset.Load)];
        }
        catch (AggregateException several) when (several.InnerException is { } first)
        {
            // The caller is told what it would be told by one thread.
            ExceptionDispatchInfo.Throw(first);
            throw;
        }
    }
}
