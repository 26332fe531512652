using SamTune.Imaging;

namespace SamTune.Data.Prompts;

/// <summary>
/// What the model is told about one object, in pixel coordinates of the original picture. All parts may be absent: the empty prompt.
/// </summary>
public sealed record PromptSet
{
    /// <summary>The empty prompt: the model segments what it was trained for, unprompted.</summary>
    public static PromptSet None { get; } = new();

    /// <summary>Clicks, in the order given.</summary>
    public IReadOnlyList<PointPrompt> Points { get; init; } = [];

    /// <summary>Box around the object, if any.</summary>
    public BoundingBox? Box { get; init; }

    /// <summary>
    /// Low-res logits of an earlier prediction for the same picture, (S/4, S/4) row-major for a model input of S pixels; null when there is
    /// none.
    /// </summary>
    public float[]? LowResMask { get; init; }

    /// <summary>Whether it is a lone click, which may mean a whole or one of its parts.</summary>
    public bool IsAmbiguous => Points.Count == 1 && Box is null && LowResMask is null;
}
