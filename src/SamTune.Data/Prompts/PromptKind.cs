namespace SamTune.Data.Prompts;

/// <summary>What the model is told about an object at first.</summary>
public enum PromptKind
{
    /// <summary>Nothing: the model segments what its domain is about, with the empty prompt or learned tokens in its place.</summary>
    None,

    /// <summary>A box around the object.</summary>
    Box,

    /// <summary>One click on the object.</summary>
    Point,

    /// <summary>Several clicks, on the object and on the background.</summary>
    Points,

    /// <summary>A box and a click on the object.</summary>
    BoxAndPoint,
}
