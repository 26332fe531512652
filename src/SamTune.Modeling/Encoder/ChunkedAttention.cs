using SamTune.Modeling.Layers;
using static TorchSharp.torch;

namespace SamTune.Modeling.Encoder;

/// <summary>
/// softmax(q k^T / sqrt(d) + rows + columns) v, exactly, but never with the scores of all queries and heads at once: they are made, used and dropped in parts that fit a processor's cache,
/// and made once more in the backward pass (the idea of Dao et al. 2022, "FlashAttention", section 3.1, with whole rows of scores, so that no running maximum is needed). For ViT-B at 1024 pixels
/// the scores of one block over the whole map would be 805 MB, and a backward pass holds several of their kind.
/// </summary>
/// <remarks>For tensors in main memory: there a backward pass runs on the calling thread, and its dispose scopes hold.</remarks>
internal sealed class ChunkedAttention : autograd.SingleTensorFunction<ChunkedAttention>
{
    // Scores of a part: 4 MB in float32. On two processors parts of 1 to 4 MB took the same time, whole heads of ViT-B (67 MB) twice as long.
    private const long PartLength = 1 << 20;

    /// <inheritdoc/>
    public override string Name => nameof(ChunkedAttention);

    /// <summary>Attends; carries gradients to all five where they are wanted.</summary>
    /// <param name="query">(N, Q, d) with N = batch x heads; float32, or without gradients as <paramref name="product"/>.</param>
    /// <param name="key">(N, L, d), of the same type.</param>
    /// <param name="value">(N, L, d), of the same type.</param>
    /// <param name="rows">What is added to the score of a query and every key of a row of the map, (N, Q, H), float32.</param>
    /// <param name="columns">The same by column, (N, Q, W); L = H * W.</param>
    /// <param name="product">Type of the products' factors; sums, scores and softmax are float32.</param>
    /// <returns>(N, Q, d), of the query's type; the caller disposes it.</returns>
    public static Tensor Attend(Tensor query, Tensor key, Tensor value, Tensor rows, Tensor columns, ScalarType product) =>
        is_grad_enabled() ? apply(query, key, value, rows, columns, product) : Forward(query, key, value, rows, columns, product);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Tensor[] inputs = [.. vars.OfType<Tensor>()];
        var product = (ScalarType)vars[^1];
        ctx.save_for_backward([.. inputs]);
        ctx.save_data("product", product);
        return Forward(inputs[0], inputs[1], inputs[2], inputs[3], inputs[4], product);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ReturnedGradients.Release();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        List<Tensor> saved = ctx.get_saved_variables();
        var product = (ScalarType)ctx.get_data("product");
        (Tensor query, Tensor key, Tensor value, Tensor rows, Tensor columns) = (saved[0], saved[1], saved[2], saved[3], saved[4]);
        (Tensor queryGradient, Tensor keyGradient, Tensor valueGradient) = (empty_like(query), zeros_like(key), zeros_like(value));
        (key, value) = (key.to(product), value.to(product));
        Tensor scale = Scale(query);
        (Tensor rowGradient, Tensor columnGradient) = (empty_like(rows), empty_like(columns));
        foreach (Part part in Parts(query, key.shape[1]))
        {
            using var inner = NewDisposeScope();
            Tensor scaled = part.Queries(query) * scale, gradient = part.Queries(grad_output);
            Tensor weights = Scores(scaled, part.Heads(key), part.Queries(rows), part.Queries(columns), product).softmax(-1);

            // Of the softmax: w * (g - sum of w * g along the keys), g being the gradient of the weights.
            Tensor scores = Product(gradient, part.Heads(value).transpose(1, 2), product);
            scores.sub_((scores * weights).sum(-1, keepdim: true)).mul_(weights);

            part.Queries(queryGradient).copy_(Product(scores, part.Heads(key), product).mul_(scale));
            part.Heads(keyGradient).add_(Product(scores.transpose(1, 2), scaled, product));
            part.Heads(valueGradient).add_(Product(weights.transpose(1, 2), gradient, product));
            Tensor map = OnMap(scores, rows, columns);
            part.Queries(rowGradient).copy_(map.sum(-1));
            part.Queries(columnGradient).copy_(map.sum(-2));
        }

        grad_output.Dispose();
        return ReturnedGradients.Return(queryGradient, keyGradient, valueGradient, rowGradient, columnGradient, null);
    }

    private static Tensor Forward(Tensor query, Tensor key, Tensor value, Tensor rows, Tensor columns, ScalarType product)
    {
        using var scope = NewDisposeScope();
        Tensor attended = empty_like(query), scale = Scale(query);
        (key, value) = (key.to(product), value.to(product));
        foreach (Part part in Parts(query, key.shape[1]))
        {
            using var inner = NewDisposeScope();
            Tensor scores = Scores(part.Queries(query) * scale, part.Heads(key), part.Queries(rows), part.Queries(columns), product);
            part.Queries(attended).copy_(Product(scores.softmax(-1), part.Heads(value), product));
        }

        return attended.MoveToOuterDisposeScope();
    }

    private static Tensor Scores(Tensor scaledQuery, Tensor key, Tensor rows, Tensor columns, ScalarType product)
    {
        Tensor scores = Product(scaledQuery, key.transpose(1, 2), product);
        OnMap(scores, rows, columns).add_(rows.unsqueeze(-1)).add_(columns.unsqueeze(-2));
        return scores;
    }

    // (n, queries, H * W) seen as (n, queries, H, W).
    private static Tensor OnMap(Tensor scores, Tensor rows, Tensor columns) => scores.view(scores.shape[0], scores.shape[1], rows.shape[2], columns.shape[2]);

    private static Tensor Product(Tensor left, Tensor right, ScalarType type) =>
        type == ScalarType.Float32 ? bmm(left, right) : bmm(left.to(type), right.to(type)).to(float32);

    private static Tensor Scale(Tensor query) => tensor((float)(1 / Math.Sqrt(query.shape[2])));

    /// <summary>Several heads where all scores of one fit into a part; otherwise some queries of one head.</summary>
    private static IEnumerable<Part> Parts(Tensor query, long keys)
    {
        long heads = query.shape[0], queries = query.shape[1];
        long headsOfPart = Math.Clamp(PartLength / (queries * keys), 1, heads);
        long queriesOfPart = headsOfPart > 1 ? queries : Math.Clamp(PartLength / keys, 1, queries);
        for (long head = 0; head < heads; head += headsOfPart)
        {
            for (long first = 0; first < queries; first += queriesOfPart)
            {
                yield return new Part(head, Math.Min(headsOfPart, heads - head), first, Math.Min(queriesOfPart, queries - first));
            }
        }
    }

    private readonly record struct Part(long FirstHead, long HeadCount, long FirstQuery, long QueryCount)
    {
        public Tensor Heads(Tensor tensor) => tensor.narrow(0, FirstHead, HeadCount);

        public Tensor Queries(Tensor tensor) => Heads(tensor).narrow(1, FirstQuery, QueryCount);
    }
}
