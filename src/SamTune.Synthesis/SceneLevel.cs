namespace SamTune.Synthesis;

/// <summary>What an object of a scene is; the class ids of <see cref="SyntheticScenes"/>.</summary>
public enum SceneLevel
{
    /// <summary>A figure with all its parts.</summary>
    Whole = 1,

    /// <summary>A part of a figure.</summary>
    Part = 2,

    /// <summary>A part of a part.</summary>
    SubPart = 3,
}
