namespace SamTune.Evaluation.Relevance;

/// <summary>One picture before and after, reduced to numbers and maps.</summary>
internal sealed class SampleComparison
{
    private readonly TokenRegions _regions;

    public SampleComparison(TokenRegions regions, SampleTrace before, SampleTrace after)
    {
        _regions = regions;
        int tokens = regions.Grid * regions.Grid, channels = before.Embedding.Length / tokens;
        VectorShift[] shifts = [.. Enumerable.Range(0, tokens).Select(t => VectorShift.Between(before.Embedding, after.Embedding, t, tokens, channels))];
        ShiftMap = [.. shifts.Select(s => (float)s.Cosine)];
        Cosine = (Mean(regions.Inside, t => shifts[t].Cosine), Mean(regions.Outside, t => shifts[t].Cosine));
        Relative = (Mean(regions.Inside, t => shifts[t].Relative), Mean(regions.Outside, t => shifts[t].Relative));
        Output = after.Output;
        Blocks = [.. before.Blocks.Zip(after.Blocks, Compare)];
        EncoderMap = MeanChange([.. before.Blocks.Select(b => b.FromObject)], [.. after.Blocks.Select(b => b.FromObject)]);
        DecoderMap = MeanChange(before.Decoder, after.Decoder);
        Decoder = new(MeanShare(before.Decoder), MeanShare(after.Decoder));
    }

    /// <summary>1 - cosine at each location of the embedding, (g, g).</summary>
    public float[] ShiftMap { get; }

    /// <summary>Change of the attention that each token receives from the object's tokens, mean of the blocks, (g, g).</summary>
    public float[] EncoderMap { get; }

    /// <summary>Change of the attention that each location receives from the token that draws the mask, mean of the objects, (g, g).</summary>
    public float[] DecoderMap { get; }

    /// <summary>Mean of 1 - cosine by region; NaN where a region is empty.</summary>
    public (double Inside, double Outside) Cosine { get; }

    /// <summary>Mean of the relative L2 shift by region; NaN where a region is empty.</summary>
    public (double Inside, double Outside) Relative { get; }

    /// <summary>What the method added to the embedding.</summary>
    public AddedNorms Output { get; }

    /// <summary>One entry an encoder block.</summary>
    public IReadOnlyList<BlockComparison> Blocks { get; }

    /// <summary>Of the decoder's final layer.</summary>
    public SharesBeforeAfter Decoder { get; }

    private BlockComparison Compare(BlockTrace before, BlockTrace after)
    {
        int inside = _regions.SelectedInside.Length, selected = inside + _regions.SelectedOutside.Length, channels = before.Tokens.Length / selected;
        double Shift(int t) => VectorShift.Between(before.Tokens, after.Tokens, t * channels, 1, channels).Relative;
        return new BlockComparison(
            Mean([.. Enumerable.Range(0, inside)], Shift),
            Mean([.. Enumerable.Range(inside, selected - inside)], Shift),
            new(Share(before.FromObject), Share(after.FromObject)),
            new(Share(before.FromPicture), Share(after.FromPicture)),
            after.AddedNorm, after.OutputNorm);
    }

    private (double Inside, double Outside) Share(float[] map) => (_regions.Inside.Sum(t => (double)map[t]), _regions.Outside.Sum(t => (double)map[t]));

    private (double Inside, double Outside) MeanShare(IReadOnlyList<float[]> maps) => (maps.Average(m => Share(m).Inside), maps.Average(m => Share(m).Outside));

    private static double Mean(int[] positions, Func<int, double> value) => positions.Length > 0 ? positions.Average(value) : double.NaN;

    private static float[] MeanChange(IReadOnlyList<float[]> before, IReadOnlyList<float[]> after) =>
        [.. Enumerable.Range(0, before[0].Length).Select(t => (float)before.Zip(after, (b, a) => (double)a[t] - b[t]).Average())];
}

/// <summary>One encoder block on one picture: mean relative shift of its output by region, attention shares, and what the method added to the output.</summary>
internal sealed record BlockComparison(
    double ShiftInside, double ShiftOutside, SharesBeforeAfter FromObject, SharesBeforeAfter FromPicture, double AddedNorm, double OutputNorm);

/// <summary>Shares of attention that go to the object and to the rest of the picture.</summary>
internal sealed record SharesBeforeAfter((double Inside, double Outside) Before, (double Inside, double Outside) After);
