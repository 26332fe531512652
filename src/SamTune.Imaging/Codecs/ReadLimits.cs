namespace SamTune.Imaging.Codecs;

/// <summary>What a picture's header may claim before any pixel is decoded: a few hostile bytes must not take all memory.</summary>
public sealed record ReadLimits
{
    /// <summary>The limits used when none are given.</summary>
    public static ReadLimits Default { get; } = new();

    /// <summary>Limits for pictures of which windows are read: what is in memory at once is some rows, so a side may be long; the sides of TIFF and PNG are below 2^31.</summary>
    public static ReadLimits Windows { get; } = new() { MaximumSide = 10_000_000, MaximumPixels = 1L << 42 };

    /// <summary>Longest side, in pixels.</summary>
    public int MaximumSide { get; init; } = 32_768;

    /// <summary>Most pixels in one picture.</summary>
    public long MaximumPixels { get; init; } = 268_435_456;

    /// <summary>Refuses a size beyond the limits.</summary>
    /// <param name="path">File, for the message.</param>
    /// <param name="width">Columns claimed.</param>
    /// <param name="height">Rows claimed.</param>
    /// <exception cref="InputException">The size is beyond a limit.</exception>
    public void Check(string path, long width, long height)
    {
        if (width < 1 || height < 1)
            throw new InputException($"{path}: the header claims {width}x{height} pixels; the file is damaged, export it again.");
        if (width > MaximumSide || height > MaximumSide || width * height > MaximumPixels)
        {
            throw new InputException(
                $"{path}: the header claims {width}x{height} pixels; at most {MaximumSide} a side and {MaximumPixels} in all "
                    + "are read: cut the picture into tiles or raise the limit.");
        }
    }
}
