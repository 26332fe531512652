using SamTune.Adaptation;
using SamTune.Data.Datasets;
using SamTune.Imaging;
using SamTune.Modeling;

namespace SamTune.Evaluation.Relevance;

/// <summary>
/// What the base finds relevant on a few pictures, to compare methods with: <c>RelevanceBaseline.Capture(baseModel, samples).Compare(adaptedModel, method)</c>.
/// It holds plain memory only, a few megabytes a picture for the large encoders, and the base model, which stays the caller's and must keep its weights.
/// </summary>
public sealed class RelevanceBaseline
{
    private readonly Sam _model;
    private readonly List<(TokenRegions Regions, SampleTrace Trace)> _traces;

    private RelevanceBaseline(Sam model, IReadOnlyList<Sample> samples, List<(TokenRegions, SampleTrace)> traces)
    {
        _model = model;
        Samples = samples;
        _traces = traces;
    }

    /// <summary>The pictures looked at.</summary>
    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>Runs the base over the pictures.</summary>
    /// <param name="model">The base model.</param>
    /// <param name="samples">At least one picture, each with at least one object; see <see cref="RelevanceSamples"/>.</param>
    /// <param name="cancel">Stops between pictures.</param>
    /// <exception cref="ArgumentException">There is no picture, or one has no object.</exception>
    public static RelevanceBaseline Capture(Sam model, IReadOnlyList<Sample> samples, CancellationToken cancel = default)
    {
        if (samples.Count == 0 || samples.Any(s => s.Objects.Count == 0))
        {
            throw new ArgumentException("A relevance report needs at least one picture, and an object in each.", nameof(samples));
        }

        List<(TokenRegions, SampleTrace)> traces = [];
        foreach (Sample sample in samples)
        {
            cancel.ThrowIfCancellationRequested();
            TokenRegions regions = TokenRegions.Of(model.FrameFor(sample.Image.Size), ObjectsOf(sample));
            traces.Add((regions, SampleTrace.Of(model, NoAdaptation.Instance, sample, regions)));
        }

        return new RelevanceBaseline(model, samples, traces);
    }

    /// <summary>Runs an adapted model over the same pictures and reports what changed.</summary>
    /// <param name="adapted">
    /// The model that the method was made for. After full fine-tuning it must be another object than the base, which would have lost its weights; otherwise it may be the base itself.
    /// </param>
    /// <param name="method">The method, put into its evaluation mode by this call.</param>
    /// <param name="name">What the report is called; the method's name when null.</param>
    /// <param name="cancel">Stops between pictures.</param>
    /// <exception cref="ArgumentException">The adapted model has other sizes than the base, or is the base itself after full fine-tuning.</exception>
    public RelevanceReport Compare(Sam adapted, IFineTuning method, string? name = null, CancellationToken cancel = default)
    {
        if (adapted.Architecture.EncoderDepth != _model.Architecture.EncoderDepth || adapted.InputSide != _model.InputSide)
        {
            throw new ArgumentException(
                $"The adapted model has {adapted.Architecture.EncoderDepth} encoder blocks and an input of {adapted.InputSide} pixels, the base {_model.Architecture.EncoderDepth} and {_model.InputSide}; load both alike.",
                nameof(adapted));
        }

        if (ReferenceEquals(adapted, _model) && method.Config.Method == Adaptation.Full.FullConfig.MethodName)
        {
            throw new ArgumentException("Full fine-tuning overwrites the base's weights; compare with a base loaded afresh.", nameof(adapted));
        }

        method.SetMode(training: false, seed: 0);
        List<SampleComparison> comparisons = [];
        for (int i = 0; i < _traces.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            (TokenRegions regions, SampleTrace before) = _traces[i];
            comparisons.Add(new SampleComparison(regions, before, SampleTrace.Of(adapted, method.Adaptation, Samples[i], regions)));
        }

        var pooling = new Pooling([.. Samples.Select(s => s.Info.Group)]);
        int depth = adapted.Architecture.EncoderDepth;
        return new RelevanceReport
        {
            Name = name ?? method.Config.Method,
            Method = method.Config.Method,
            EmbeddingShift = pooling.Regions(comparisons, c => c.Cosine),
            EmbeddingRelativeShift = pooling.Regions(comparisons, c => c.Relative),
            EncoderAttention = pooling.Attention(comparisons, c => Mean([.. c.Blocks.Select(b => b.FromObject)])),
            DecoderAttention = pooling.Attention(comparisons, c => c.Decoder),
            Blocks = [.. Enumerable.Range(0, depth).Select(b => new BlockRelevance(
                b, adapted.Architecture.GlobalAttentionBlocks.Contains(b),
                pooling.Regions(comparisons, c => (c.Blocks[b].ShiftInside, c.Blocks[b].ShiftOutside)),
                pooling.Attention(comparisons, c => c.Blocks[b].FromObject),
                pooling.Attention(comparisons, c => c.Blocks[b].FromPicture)))],
            Updates = LayerUpdates.Of(_model, adapted, method, [.. Enumerable.Range(0, depth).Select(b => comparisons.Select(c => c.Blocks[b]).ToList())], [.. comparisons.Select(c => c.Output)]),
            Samples = [.. comparisons.Select((c, i) => Describe(c, Samples[i], _traces[i].Regions))],
        };
    }

    private static SampleRelevance Describe(SampleComparison comparison, Sample sample, TokenRegions regions)
    {
        RelevanceMap Map(float[] values) => new(regions.Grid, values);
        return new SampleRelevance(
            sample.Info.Id, regions.Inside.Length, comparison.Cosine.Inside, regions.Outside.Length > 0 ? comparison.Cosine.Outside : null,
            Map(comparison.ShiftMap), Map(comparison.EncoderMap), Map(comparison.DecoderMap));
    }

    private static SharesBeforeAfter Mean(IReadOnlyList<SharesBeforeAfter> blocks) => new(
        (blocks.Average(b => b.Before.Inside), blocks.Average(b => b.Before.Outside)), (blocks.Average(b => b.After.Inside), blocks.Average(b => b.After.Outside)));

    /// <summary>All objects of a picture as one mask.</summary>
    internal static BinaryMask ObjectsOf(Sample sample)
    {
        var pixels = new byte[sample.Image.Size.PixelCount];
        foreach (ObjectMask item in sample.Objects)
        {
            for (int i = 0; i < pixels.Length; i++)
            {
                pixels[i] |= item.Mask.Pixels[i];
            }
        }

        return new BinaryMask(sample.Image.Size, pixels);
    }
}
