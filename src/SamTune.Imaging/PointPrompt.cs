namespace SamTune.Imaging;

/// <summary>A click: a pixel of the original picture and whether it lies on the object.</summary>
/// <param name="X">Column, in pixels.</param>
/// <param name="Y">Row, in pixels.</param>
/// <param name="IsForeground">True for a click on the object, false for one on the background.</param>
public readonly record struct PointPrompt(float X, float Y, bool IsForeground);
