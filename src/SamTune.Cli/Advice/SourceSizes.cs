using SamTune.Training;

namespace SamTune.Cli.Advice;

/// <summary>What a training reads, as far as it takes memory.</summary>
/// <param name="LargestPicture">Pixels of the largest picture; null for as many as the input has.</param>
/// <param name="LargestVolume">Voxels of the largest volume; 0 where pictures are files of their own.</param>
/// <param name="MostObjects">Objects on the picture that has most; null where that is not known.</param>
internal readonly record struct SourceSizes(long? LargestPicture, long LargestVolume, int? MostObjects)
{
    /// <summary>The larger of both.</summary>
    public SourceSizes With(SourceSizes other) => new(
        LargestPicture is { } picture && other.LargestPicture is { } second ? Math.Max(picture, second) : LargestPicture ?? other.LargestPicture,
        Math.Max(LargestVolume, other.LargestVolume),
        MostObjects is { } most && other.MostObjects is { } more ? Math.Max(most, more) : MostObjects ?? other.MostObjects);

    /// <summary>Prompts a picture at most: its objects and those of the picture mixed in, each once more in every corrective round, for the graph of every round is kept until the step's gradient.</summary>
    public int Prompts(TrainingOptions options) =>
        Math.Min(options.ObjectsPerImage, MostObjects ?? int.MaxValue) * (options.Augmentation?.MixUpAlpha > 0 ? 2 : 1) * (1 + options.CorrectiveRounds);
}
