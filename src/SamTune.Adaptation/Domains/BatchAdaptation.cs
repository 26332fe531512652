using SamTune.Modeling;
using SamTune.Modeling.Preprocessing;
using static TorchSharp.torch;

namespace SamTune.Adaptation.Domains;

/// <summary>
/// A batch whose images belong to different domains: each image, with all its windows and prompts, passes through its own adaptation. Images of one domain run through it
/// together, once a layer.
/// </summary>
/// <remarks>
/// Where the images of a domain stand beside each other in the batch no rows are copied; elsewhere they are gathered and put back. Layers that an adaptation leaves alone are not
/// split. The adaptations stay the caller's.
/// </remarks>
public sealed class BatchAdaptation : IModelAdaptation
{
    private readonly IReadOnlyList<IModelAdaptation> _ofRow;
    private readonly IReadOnlyList<RowGroup> _groups;
    private readonly bool _rowsArePrompts;
    private readonly Tensor? _promptTokens;
    private readonly Tensor? _promptTokensPresent;

    private BatchAdaptation(IReadOnlyList<IModelAdaptation> ofRow, Device? promptsOn)
    {
        _ofRow = ofRow;
        _groups = [.. ofRow.Select((adaptation, row) => (adaptation, row)).GroupBy(r => r.adaptation, r => (long)r.row, ReferenceEqualityComparer.Instance)
            .Select(g => new RowGroup((IModelAdaptation)g.Key!, [.. g]))];
        ExtraBands = ofRow.MaxBy(a => a.ExtraBands.Count)!.ExtraBands;
        if (promptsOn is not null)
        {
            _rowsArePrompts = true;
            (_promptTokens, _promptTokensPresent) = Tokens(promptsOn);
        }
    }

    /// <summary>Creates the adaptation of a batch.</summary>
    /// <param name="images">What each image of the batch passes through; <see cref="NoAdaptation.Instance"/> for the base.</param>
    /// <returns>The one adaptation itself where all images have the same.</returns>
    /// <exception cref="ArgumentException">There are no images.</exception>
    public static IModelAdaptation Create(IReadOnlyList<IModelAdaptation> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        if (images.Count == 0)
        {
            throw new ArgumentException("A batch has at least one image.", nameof(images));
        }

        return IsUniform(images) ? images[0] : new BatchAdaptation([.. images], null);
    }

    /// <summary>Those of the image with the most; images with fewer leave the rest of the channels out.</summary>
    public IReadOnlyList<BandStatistics> ExtraBands { get; }

    /// <inheritdoc/>
    public IReadOnlyList<BandStatistics> ExtraBandsOf(int image) => _ofRow[image].ExtraBands;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The rows are images: which prompts belong to which is not known yet.</exception>
    public Tensor? PromptTokens => _rowsArePrompts
        ? _promptTokens
        : throw new InvalidOperationException($"The learned tokens of a mixed batch belong to prompts; call {nameof(ForPrompts)} first.");

    /// <inheritdoc/>
    public Tensor? PromptTokensPresent => _promptTokensPresent;

    /// <inheritdoc/>
    public bool AdaptsLinear(string layer) => _groups.Any(g => g.Adaptation.AdaptsLinear(layer));

    /// <inheritdoc/>
    public Tensor ApplyToLinear(string layer, Tensor input, Tensor output)
    {
        using var scope = NewDisposeScope();
        long perRow = PerRow(output);
        foreach (RowGroup group in _groups.Where(g => g.Adaptation.AdaptsLinear(layer)))
        {
            var part = group.Take(output, perRow);
            var adapted = group.Adaptation.ApplyToLinear(layer, group.Take(input, perRow), part);
            if (!(group.IsRun && ReferenceEquals(adapted, part)))
            {
                group.Put(output, adapted, perRow);
            }
        }

        return output;
    }

    /// <inheritdoc/>
    public Tensor ApplyAfterBlock(int block, Tensor tokens) => Route(tokens, (adaptation, part) => adaptation.ApplyAfterBlock(block, part));

    /// <inheritdoc/>
    public Tensor ApplyToEmbedding(Tensor embedding) => Route(embedding, (adaptation, part) => adaptation.ApplyToEmbedding(part));

    /// <inheritdoc/>
    public Tensor EmbedPatches(Tensor image, Func<Tensor, Tensor> embed)
    {
        if (ExtraBands.Count == 0)
        {
            return embed(image);
        }

        using var scope = NewDisposeScope();
        PerRow(image);
        Tensor? whole = null;
        foreach (RowGroup group in _groups)
        {
            long channels = image.shape[1] - ExtraBands.Count + group.Adaptation.ExtraBands.Count;
            var tokens = group.Adaptation.EmbedPatches(group.Take(image, 1).narrow(1, 0, channels), embed);
            whole ??= empty([_ofRow.Count, .. tokens.shape.Skip(1)], device: tokens.device);
            group.Put(whole, tokens, 1);
        }

        return whole!.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public IModelAdaptation ForPrompts(Tensor imageIndex)
    {
        using Tensor index = imageIndex.cpu();
        IModelAdaptation[] prompts = [.. index.data<long>().Select(image => _ofRow[(int)image])];
        return prompts.Length == 0 || IsUniform(prompts) ? prompts.FirstOrDefault(NoAdaptation.Instance) : new BatchAdaptation(prompts, imageIndex.device);
    }

    private static bool IsUniform(IReadOnlyList<IModelAdaptation> rows) => rows.All(r => ReferenceEquals(r, rows[0]));

    private Tensor Route(Tensor whole, Func<IModelAdaptation, Tensor, Tensor> apply)
    {
        using var scope = NewDisposeScope();
        PerRow(whole);
        Tensor? result = null;
        foreach (RowGroup group in _groups)
        {
            var part = group.Take(whole, 1);
            var adapted = apply(group.Adaptation, part);
            if (!ReferenceEquals(adapted, part))
            {
                result ??= whole.clone();
                group.Put(result, adapted, 1);
            }
        }

        return result is null ? whole : result.MoveToOuterDisposeScope();
    }

    // Domains may have different numbers of tokens: shorter ones are filled up and the filling is hidden from the attention.
    private (Tensor? Tokens, Tensor? Present) Tokens(Device device)
    {
        (RowGroup Group, Tensor Tokens)[] learned = [.. _groups.Where(g => g.Adaptation.PromptTokens is not null).Select(g => (g, g.Adaptation.PromptTokens!))];
        if (learned.Length == 0)
        {
            return (null, null);
        }

        using var scope = NewDisposeScope();
        long longest = learned.Max(l => l.Tokens.shape[0]);
        var tokens = zeros(_ofRow.Count, longest, learned[0].Tokens.shape[1], device: device);
        var present = zeros(_ofRow.Count, longest, dtype: @bool, device: device);
        foreach ((RowGroup group, Tensor own) in learned)
        {
            long count = own.shape[0];
            group.Put(tokens.narrow(1, 0, count), own.unsqueeze(0).expand(group.Rows.Length, -1, -1), 1);
            group.Put(present.narrow(1, 0, count), ones(group.Rows.Length, count, dtype: @bool, device: device), 1);
        }

        return (tokens.MoveToOuterDisposeScope(), present.MoveToOuterDisposeScope());
    }

    private long PerRow(Tensor whole) => whole.shape[0] % _ofRow.Count == 0
        ? whole.shape[0] / _ofRow.Count
        : throw new ArgumentException($"The batch has {whole.shape[0]} rows; this adaptation was made for {_ofRow.Count}, or as many windows of each.", nameof(whole));

    /// <summary>The rows of one adaptation, in ascending order.</summary>
    private sealed record RowGroup(IModelAdaptation Adaptation, long[] Rows)
    {
        /// <summary>Whether the rows stand beside each other.</summary>
        public bool IsRun { get; } = Rows[^1] - Rows[0] == Rows.Length - 1;

        /// <summary>The group's rows of (B * perRow, ...): a view of a run, else a copy.</summary>
        public Tensor Take(Tensor whole, long perRow) =>
            IsRun ? whole.narrow(0, Rows[0] * perRow, Rows.Length * perRow) : whole.index_select(0, Index(perRow, whole.device));

        /// <summary>Overwrites the group's rows.</summary>
        public void Put(Tensor whole, Tensor part, long perRow)
        {
            if (IsRun)
            {
                whole.narrow(0, Rows[0] * perRow, Rows.Length * perRow).copy_(part);
            }
            else
            {
                whole.index_copy_(0, Index(perRow, whole.device), part);
            }
        }

        private Tensor Index(long perRow, Device device) =>
            tensor([.. Rows.SelectMany(row => Enumerable.Range(0, (int)perRow).Select(i => row * perRow + i))], dtype: int64, device: device);
    }
}
