namespace SamTune.Evaluation.Comparison;

/// <summary>Whether a test set shows the subject that was trained on.</summary>
public enum SubjectKind
{
    /// <summary>Held-out slices of the training subject: they resemble the training slices and support no claim of generalisation.</summary>
    Same,

    /// <summary>Another subject, of which nothing was trained on.</summary>
    Other,
}
