namespace SamTune.Data.Datasets;

/// <summary>A data set in up to three parts that share no sample.</summary>
/// <param name="Train">What is learned from; never empty.</param>
/// <param name="Validation">What decides when to stop; may be empty.</param>
/// <param name="Test">What is measured once; may be empty.</param>
/// <param name="Warning">What a reader of the numbers must know, such as that the parts come from one patient; null when there is
/// nothing.</param>
public sealed record DatasetSplit(ISegmentationDataset Train, ISegmentationDataset Validation, ISegmentationDataset Test, string? Warning);
