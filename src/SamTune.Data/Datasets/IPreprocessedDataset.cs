using SamTune.Data.Preprocessing;

namespace SamTune.Data.Datasets;

/// <summary>A data set that is read from files by one recipe.</summary>
public interface IPreprocessedDataset : ISegmentationDataset
{
    /// <summary>How files become the pictures of the samples.</summary>
    PreprocessingSpec Preprocessing { get; }

    /// <summary>What a user must be told about the ground resolution of scenes; null for nothing.</summary>
    string? ResolutionMessage => null;
}
