namespace SamTune.Data.Datasets;

/// <summary>A data set whose pictures are files of their own, so that a manifest can name them instead of storing copies.</summary>
public interface IImageFiles : IPreprocessedDataset
{
    /// <summary>The file of a picture; null where the picture is a part of a file or was brought to another size.</summary>
    /// <param name="index">Position in <see cref="ISegmentationDataset.Samples"/>.</param>
    string? ImagePath(int index);
}
