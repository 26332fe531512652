namespace SamTune.Inference.Scenes;

/// <summary>Neighbouring pixels of one row.</summary>
/// <param name="Y">Row.</param>
/// <param name="Start">First column.</param>
/// <param name="End">The column after the last.</param>
internal readonly record struct PixelRun(int Y, int Start, int End)
{
    /// <summary>Number of pixels.</summary>
    public int Length => End - Start;
}
