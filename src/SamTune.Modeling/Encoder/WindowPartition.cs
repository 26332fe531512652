using static TorchSharp.torch;

namespace SamTune.Modeling.Encoder;

/// <summary>Cuts a token map into square windows and puts it together again. Padding stands at the right and lower edge; it is not masked.</summary>
public static class WindowPartition
{
    /// <summary>Fills a map up to whole windows.</summary>
    /// <param name="tokens">(B, H, W, C).</param>
    /// <param name="windowHeight">Height of a window, in tokens.</param>
    /// <param name="windowWidth">Width of a window, in tokens.</param>
    /// <param name="padding">What a token of the padding holds, (C).</param>
    /// <returns>(B, rows * height, columns * width, C); the caller disposes it.</returns>
    public static Tensor Pad(Tensor tokens, long windowHeight, long windowWidth, Tensor padding)
    {
        using var scope = NewDisposeScope();
        long batch = tokens.shape[0], height = tokens.shape[1], width = tokens.shape[2], channels = tokens.shape[3];
        long bottom = (windowHeight - height % windowHeight) % windowHeight, right = (windowWidth - width % windowWidth) % windowWidth;
        var wide = right == 0 ? tokens : cat([tokens, padding.expand(batch, height, right, channels)], 2);
        return (bottom == 0 ? wide.alias() : cat([wide, padding.expand(batch, bottom, width + right, channels)], 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Where windows lie along one side of a map: those within it, and the one that reaches over its end.</summary>
    /// <param name="length">Side of the map, in tokens.</param>
    /// <param name="window">Side of a window, in tokens.</param>
    /// <returns>One or two stretches: the first token, the number of windows, and the tokens of the map in each.</returns>
    public static IEnumerable<(long First, long Windows, long Length)> Along(long length, long window)
    {
        long within = length / window, rest = length % window;
        if (within > 0)
        {
            yield return (0, within, window);
        }

        if (rest > 0)
        {
            yield return (length - rest, 1, rest);
        }
    }

    /// <summary>Cuts into windows.</summary>
    /// <param name="tokens">(B, H, W, C).</param>
    /// <param name="window">Side of a window, in tokens.</param>
    /// <param name="padding">What a token of the padding holds, (C).</param>
    /// <returns>(B * windows, window, window, C), windows row by row within an image; the caller disposes it.</returns>
    public static Tensor Split(Tensor tokens, long window, Tensor padding)
    {
        using var scope = NewDisposeScope();
        var padded = Pad(tokens, window, window, padding);
        return padded.reshape(-1, padded.shape[1] / window, window, padded.shape[2] / window, window, padded.shape[3])
            .permute(0, 1, 3, 2, 4, 5).reshape(-1, window, window, padded.shape[3]).MoveToOuterDisposeScope();
    }

    /// <summary>Undoes <see cref="Split"/> and removes the padding.</summary>
    /// <param name="windows">(B * windows, window, window, C).</param>
    /// <param name="height">H of the map, in tokens.</param>
    /// <param name="width">W of the map, in tokens.</param>
    /// <returns>(B, H, W, C); the caller disposes it.</returns>
    public static Tensor Join(Tensor windows, long height, long width)
    {
        using var scope = NewDisposeScope();
        long window = windows.shape[1], channels = windows.shape[3];
        long rows = (height + window - 1) / window, columns = (width + window - 1) / window;
        return windows.reshape(-1, rows, columns, window, window, channels).permute(0, 1, 3, 2, 4, 5)
            .reshape(-1, rows * window, columns * window, channels)
            .narrow(1, 0, height).narrow(2, 0, width).contiguous().MoveToOuterDisposeScope();
    }
}
