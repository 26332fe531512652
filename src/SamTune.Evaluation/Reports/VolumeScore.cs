namespace SamTune.Evaluation.Reports;

/// <summary>One class of one volume, put together from the slices that were predicted, and scored in three dimensions.</summary>
public sealed record VolumeScore
{
    /// <summary>The volume, as <see cref="ObjectScore.Group"/> names it.</summary>
    public required string Volume { get; init; }

    /// <summary>Class id of the data set.</summary>
    public required int ClassId { get; init; }

    /// <summary>Class name of the data set.</summary>
    public required string ClassName { get; init; }

    /// <summary>What the model was told on each slice.</summary>
    public required string PromptKind { get; init; }

    /// <summary>Slices that hold the class and were predicted.</summary>
    public required int Slices { get; init; }

    /// <summary>Volumetric Dice coefficient, 0..1.</summary>
    public required double Dice { get; init; }

    /// <summary>Intersection over union of the voxels, 0..1.</summary>
    public required double IntersectionOverUnion { get; init; }

    /// <summary>Normalised surface Dice, 0..1, at the report's tolerance.</summary>
    public required double SurfaceDice { get; init; }

    /// <summary>Hausdorff distance at the 95th percentile, in millimetres; positive infinity when the prediction is empty.</summary>
    public required double HausdorffDistance95 { get; init; }

    /// <summary>Average symmetric surface distance, in millimetres; positive infinity when the prediction is empty.</summary>
    public required double AverageSurfaceDistance { get; init; }

    /// <summary>Voxels of the true object.</summary>
    public required int TruthVoxels { get; init; }

    /// <summary>Voxels of the prediction.</summary>
    public required int PredictedVoxels { get; init; }
}
