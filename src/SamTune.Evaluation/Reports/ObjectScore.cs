namespace SamTune.Evaluation.Reports;

/// <summary>One prediction of one object, scored: a row of the CSV file.</summary>
public sealed record ObjectScore
{
    /// <summary>Identity of the picture within its data set.</summary>
    public required string SampleId { get; init; }

    /// <summary>Patient, volume or scene the picture belongs to; intervals draw whole groups.</summary>
    public required string Group { get; init; }

    /// <summary>Position of the object among its picture's objects, from 0.</summary>
    public required int ObjectIndex { get; init; }

    /// <summary>Class id of the data set.</summary>
    public required int ClassId { get; init; }

    /// <summary>Class name of the data set.</summary>
    public required string ClassName { get; init; }

    /// <summary>What the model was told, in words: "none", "box", "1 point", "3 clicks".</summary>
    public required string PromptKind { get; init; }

    /// <summary>Dice coefficient, 0..1.</summary>
    public required double Dice { get; init; }

    /// <summary>Intersection over union, 0..1.</summary>
    public required double IntersectionOverUnion { get; init; }

    /// <summary>Normalised surface Dice, 0..1, at the report's tolerance.</summary>
    public required double SurfaceDice { get; init; }

    /// <summary>Millimetres (pixels where the picture has no scale); positive infinity when exactly one mask is empty.</summary>
    public required double HausdorffDistance95 { get; init; }

    /// <summary>The model's own estimate of its intersection over union, as the head gave it; null where there is none.</summary>
    public double? PredictedIou { get; init; }

    /// <summary>Pixels of the true object.</summary>
    public required int TruthArea { get; init; }

    /// <summary>Pixels of the prediction; 0 is an empty prediction.</summary>
    public required int PredictedArea { get; init; }

    /// <summary>Clicks given, 0 for a box or no prompt.</summary>
    public int Clicks { get; init; }

    /// <summary>
    /// How far each side of the prompted box was moved outwards, as a fraction of the box's own width or height: 0 is tight, negative cuts
    /// into the object; null when no box was given.
    /// </summary>
    public double? BoxLooseness { get; init; }
}
