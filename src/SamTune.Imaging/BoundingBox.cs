namespace SamTune.Imaging;

/// <summary>A box in pixel coordinates of the original picture, corners given as pixel indices, both inclusive (SAM's XYXY).</summary>
/// <param name="X0">Leftmost column.</param>
/// <param name="Y0">Topmost row.</param>
/// <param name="X1">Rightmost column, inclusive.</param>
/// <param name="Y1">Lowest row, inclusive.</param>
public readonly record struct BoundingBox(float X0, float Y0, float X1, float Y1)
{
    /// <summary>Columns covered, in pixels.</summary>
    public float Width => X1 - X0 + 1;

    /// <summary>Rows covered, in pixels.</summary>
    public float Height => Y1 - Y0 + 1;
}
