namespace SamTune.Data.Prompts;

/// <summary>What the model is told about an object.</summary>
public enum PromptKind
{
    /// <summary>Nothing: the model finds what it was trained for.</summary>
    None,

    /// <summary>A box around the object.</summary>
    Box,

    /// <summary>One click on the object.</summary>
    Point,

    /// <summary>Several clicks, on the object and beside it.</summary>
    Points,

    /// <summary>A box and several clicks.</summary>
    BoxAndPoints,
}
