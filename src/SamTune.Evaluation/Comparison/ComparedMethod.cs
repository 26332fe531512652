namespace SamTune.Evaluation.Comparison;

/// <summary>What training one method took.</summary>
public sealed record ComparedMethod
{
    /// <summary>The method's name on the command line: prompt, lora, adapters or full.</summary>
    public required string Method { get; init; }

    /// <summary>Full learning rate.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Values trained.</summary>
    public required long TrainedParameters { get; init; }

    /// <summary>The artifact's file, beside the report.</summary>
    public required string Artifact { get; init; }

    /// <summary>Its size.</summary>
    public required long ArtifactBytes { get; init; }

    /// <summary>Whether the artifact, loaded onto a fresh base, predicts the same logits to the bit.</summary>
    public required bool ArtifactReproduces { get; init; }

    /// <summary>Steps trained.</summary>
    public required int Steps { get; init; }

    /// <summary>Seconds trained, validations included.</summary>
    public required double Seconds { get; init; }

    /// <summary>Largest resident memory of the process while training: base, libraries and what the process did before included.</summary>
    public required long PeakMemoryBytes { get; init; }

    /// <summary>What the training took of it: the peak less what the process held with the base loaded, before the first step; null where the system cannot tell (elsewhere than on Linux).</summary>
    public required long? TrainingMemoryBytes { get; init; }

    /// <summary>Validations, that before the first step first.</summary>
    public required IReadOnlyList<CurvePoint> Curve { get; init; }

    /// <summary>How soon the method had 95 % of its own gain.</summary>
    public required GainReach Reach { get; init; }
}
