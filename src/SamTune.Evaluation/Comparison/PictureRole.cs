namespace SamTune.Evaluation.Comparison;

/// <summary>Where a picture stands in the report.</summary>
public enum PictureRole
{
    /// <summary>Dice by method.</summary>
    Scores,

    /// <summary>Validation Dice over steps or seconds.</summary>
    LearningCurves,

    /// <summary>Pictures with their true masks and what each method found.</summary>
    Examples,

    /// <summary>Where and how each method changed what the model attends to.</summary>
    Relevance,
}
