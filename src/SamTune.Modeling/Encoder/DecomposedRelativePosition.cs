using static TorchSharp.torch;

namespace SamTune.Modeling.Encoder;

/// <summary>
/// Relative position bias split into a row part and a column part: bias(q, k) = q . rowTable[qy - ky] + q . columnTable[qx - kx]
/// (Li et al. 2022, "MViTv2", section 4.1; used by SAM's image encoder with the unscaled query).
/// </summary>
public static class DecomposedRelativePosition
{
    /// <summary>
    /// Vectors for every pair of query and key coordinates along one axis. A table made for another length is resized linearly, so that pretrained
    /// weights serve any input size.
    /// </summary>
    /// <param name="table">Learned vectors for the distances -(L-1)..(L-1), (2L-1, head dim).</param>
    /// <param name="length">Number of coordinates along the axis.</param>
    /// <returns>(length, length, head dim), by query and key coordinate; the caller disposes it.</returns>
    public static Tensor ForAxis(Tensor table, long length)
    {
        using var scope = NewDisposeScope();
        long distances = 2 * length - 1;
        var resized = table.shape[0] == distances
            ? table
            : nn.functional.interpolate(table.t().unsqueeze(0), [distances], mode: InterpolationMode.Linear, align_corners: false).squeeze(0).t();
        var coordinates = arange(length, device: table.device);
        var index = coordinates.unsqueeze(1) - coordinates.unsqueeze(0) + (length - 1);
        return resized[TensorIndex.Tensor(index)].MoveToOuterDisposeScope();
    }

    /// <summary>The two parts of the bias of every query and key, to be added to the attention logits.</summary>
    /// <param name="query">Unscaled queries, (N, h*w, head dim), N being batch x heads.</param>
    /// <param name="rowTable">(2L-1, head dim).</param>
    /// <param name="columnTable">(2L-1, head dim).</param>
    /// <param name="queries">Height h and width w of the map of queries, in tokens: the upper left part of that of the keys, or all of it.</param>
    /// <param name="keys">Height H and width W of the map of keys, in tokens.</param>
    /// <returns>For every query the bias of each row of keys, (N, h*w, H), and of each column, (N, h*w, W); the caller disposes both.</returns>
    public static (Tensor Rows, Tensor Columns) Parts(Tensor query, Tensor rowTable, Tensor columnTable, (long Height, long Width) queries, (long Height, long Width) keys)
    {
        using var scope = NewDisposeScope();
        (long n, long height, long width) = (query.shape[0], queries.Height, queries.Width);
        var grid = query.reshape(n, height, width, query.shape[2]);
        Tensor Keys(Tensor table, long count, long length) => ForAxis(table, length).narrow(0, 0, count).transpose(1, 2);

        // One small product a row (column) of queries: (h, N*w, d) x (h, d, H) and (w, N*h, d) x (w, d, W).
        var rows = matmul(grid.permute(1, 0, 2, 3).reshape(height, n * width, -1), Keys(rowTable, height, keys.Height))
            .reshape(height, n, width, keys.Height).permute(1, 0, 2, 3).reshape(n, height * width, keys.Height);
        var columns = matmul(grid.permute(2, 0, 1, 3).reshape(width, n * height, -1), Keys(columnTable, width, keys.Width))
            .reshape(width, n, height, keys.Width).permute(1, 2, 0, 3).reshape(n, height * width, keys.Width);
        return (rows.MoveToOuterDisposeScope(), columns.MoveToOuterDisposeScope());
    }

    /// <summary>The bias of every query and key, to be added to the attention logits.</summary>
    /// <param name="query">Unscaled queries, (N, H*W, head dim), N being batch x heads.</param>
    /// <param name="rowTable">(2L-1, head dim).</param>
    /// <param name="columnTable">(2L-1, head dim).</param>
    /// <param name="height">H, in tokens.</param>
    /// <param name="width">W, in tokens.</param>
    /// <returns>(N, H*W, H*W); the caller disposes it.</returns>
    public static Tensor Bias(Tensor query, Tensor rowTable, Tensor columnTable, long height, long width)
    {
        using var scope = NewDisposeScope();
        (Tensor rows, Tensor columns) = Parts(query, rowTable, columnTable, (height, width), (height, width));
        return (rows.unsqueeze(-1) + columns.unsqueeze(-2)).reshape(query.shape[0], height * width, height * width).MoveToOuterDisposeScope();
    }
}
