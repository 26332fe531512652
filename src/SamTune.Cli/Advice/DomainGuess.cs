using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;

namespace SamTune.Cli.Advice;

/// <summary>What kind of imagery a data set is, where its recipe does not say.</summary>
internal static class DomainGuess
{
    /// <summary>The recipe's domain, else what the files are: volumes are scans, tiles are of a satellite. Null for pictures, which may be anything.</summary>
    public static string? Of(ISegmentationDataset dataset, PreprocessingSpec? spec) => spec?.Domain ?? dataset switch
    {
        NiftiSliceDataset volumes => volumes.Preprocessing.Domain ?? "mri",
        SceneTileDataset => "satellite",
        SubsetDataset subset => Of(subset.Whole, spec),
        _ => null,
    };
}
