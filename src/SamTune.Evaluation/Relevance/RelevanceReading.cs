using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.PromptTuning;
using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Relevance;

/// <summary>
/// A report in plain words. What is commonly said of the methods (full fine-tuning restructures everywhere, adapters and LoRA re-weight features layer by layer, prompt tokens give hints
/// to the decoder) is held against the figures, and the last sentence says whether they agree.
/// </summary>
public static class RelevanceReading
{
    // "Everywhere": the rest of the picture moves at least half as far as the object, and no block's weights change less than a tenth as much as the most changed block's.
    private const double EvenShift = 0.5;
    private const double EvenBlocks = 0.1;

    // "Layer by layer": no single block carries more than half of the sum of all blocks' relative updates.
    private const double LargestShare = 0.5;

    private const string Untouched = "Full fine-tuning is said to restructure everywhere; here it left the encoder's view as it was, with a shift of 0.";

    /// <summary>The sentences, in order.</summary>
    /// <param name="report">The figures.</param>
    public static IReadOnlyList<RelevanceSentence> Of(RelevanceReport report) =>
        [Embedding(report), Updates(report), Encoder(report), Decoder(report), Verdict(report)];

    /// <summary>The sentences as one paragraph.</summary>
    /// <param name="report">The figures.</param>
    public static string Paragraph(RelevanceReport report) => string.Join(' ', Of(report).Select(s => s.Text));

    /// <summary>A share as a percentage with three or four digits.</summary>
    internal static string Percent(double share) => Math.Abs(100 * share) switch
    {
        0 => "0 %",
        < 0.001 => "less than 0.001 %",
        < 1 => $"{100 * share:0.000} %",
        < 10 => $"{100 * share:0.00} %",
        _ => $"{100 * share:0.0} %",
    };

    private static RelevanceSentence Embedding(RelevanceReport report)
    {
        double inside = report.EmbeddingShift.Inside.Mean;
        string text = !EncoderMoved(report)
            ? "The image embedding is the same to the last bit: the shift is 0 at every location."
            : report.EmbeddingShift.Outside is not { } outside
            ? $"The image embedding moved by {Shift(inside)} (1 - cosine) at the object, which fills the pictures."
            : $"The image embedding moved by {Shift(inside)} (1 - cosine) inside the object and {Shift(outside.Mean)} outside, {Where(inside, outside.Mean)}.";
        return new(text, "embedding_shift.inside.mean", inside);
    }

    private static string Where(double inside, double outside) => inside < EvenShift * outside
        ? $"so most of the change lies outside the object ({outside / inside:0.0} times as much)"
        : outside < EvenShift * inside
        ? $"so the change gathers at the object ({inside / outside:0.0} times as much as outside)"
        : "so the object and its surroundings changed alike";

    private static RelevanceSentence Updates(RelevanceReport report)
    {
        if (report.Updates.FirstOrDefault(u => u.Kind == LayerUpdateKind.PromptTokens) is { } tokens)
        {
            double changed = report.Updates.Where(u => u.Kind == LayerUpdateKind.Weights).Max(u => u.Relative);
            string weights = changed == 0 ? "no weight of the model changed" : $"weights of the model changed too, by up to {Percent(changed)}";
            return new($"The learned tokens are {tokens.Relative:0.00} times as long as SAM's own prompt embeddings, and {weights}.", Path(report, tokens), tokens.Relative);
        }

        LayerUpdate[] blocks = [.. Blocks(report)], touched = [.. blocks.Where(b => b.Relative > 0)];
        LayerUpdate decoder = report.Updates.First(u => u.Layer == "decoder");
        LayerUpdate? output = OutputAdapter(report);
        if (touched.Length == 0 && output != null)
        {
            return new($"No block of the encoder was changed; what the adapter on its output adds amounts to {Percent(output.Relative)} of the embedding's own norm.", Path(report, output), output.Relative);
        }

        if (touched.Length == 0)
        {
            return new($"No block of the encoder was changed; the decoder's weights changed by {Percent(decoder.Relative)} of their norm.", Path(report, decoder), decoder.Relative);
        }

        LayerUpdate most = touched.MaxBy(b => b.Relative)!, least = touched.MinBy(b => b.Relative)!;
        string what = most.Kind == LayerUpdateKind.AddedFeatures
            ? "What the adapters add amounts to"
            : report.Method == FullConfig.MethodName ? "The weights changed by" : "The low-rank updates amount to";
        string share = most.Kind == LayerUpdateKind.AddedFeatures ? "of the features' own norm" : "of the weights' norm";
        string behind = output != null ? $" The adapter on the encoder's output adds {Percent(output.Relative)} of the embedding's own norm." : "";
        return new(
            $"{what} {Percent(most.Relative)} {share} in {most.Layer}, the most changed, and {Percent(least.Relative)} in {least.Layer}, the least; {touched.Length} of {blocks.Length} blocks are touched, and the decoder's weights changed by {Percent(decoder.Relative)}.{behind}",
            Path(report, most), most.Relative);
    }

    private static RelevanceSentence Encoder(RelevanceReport report) => new(
        $"In the encoder, the object's tokens give {Change(report.EncoderAttention.Inside)}", "encoder_attention.inside.change.mean", report.EncoderAttention.Inside.Change.Mean);

    private static RelevanceSentence Decoder(RelevanceReport report) => new(
        $"In the decoder, the token that draws the mask gives {Change(report.DecoderAttention.Inside)}", "decoder_attention.inside.change.mean", report.DecoderAttention.Inside.Change.Mean);

    private static string Change(PairedChange mass)
    {
        BootstrapInterval change = mass.Change;
        if (change is { Lower: 0, Upper: 0 })
        {
            return $"{Percent(mass.Before)} of attention to the object, exactly as before.";
        }

        string meaning = mass.Direction switch
        {
            > 0 => "more to the object",
            < 0 => "less to the object",
            _ => "no change can be told from these pictures",
        };
        return $"{Percent(mass.After)} of attention to the object, {Percent(mass.Before)} before ({100 * change.Mean:+0.00;-0.00} points, 95 % interval {100 * change.Lower:+0.00;-0.00} to {100 * change.Upper:+0.00;-0.00}): {meaning}.";
    }

    private static RelevanceSentence Verdict(RelevanceReport report) => report.Method switch
    {
        FullConfig.MethodName => Restructuring(report),
        PromptTuningConfig.MethodName => Hints(report),
        _ => Reweighting(report),
    };

    private static RelevanceSentence Restructuring(RelevanceReport report)
    {
        double inside = report.EmbeddingShift.Inside.Mean;
        if (report.EmbeddingShift.Outside is not { } outside)
        {
            return new(
                EncoderMoved(report)
                    ? $"Full fine-tuning is said to restructure everywhere; whether it did outside the object cannot be told, for the object fills the pictures: at it the embedding moved by {Shift(inside)}."
                    : Untouched,
                "embedding_shift.inside.mean", inside);
        }

        double ratio = inside > 0 ? outside.Mean / inside : 0;
        LayerUpdate[] blocks = [.. Blocks(report)];
        bool evenly = blocks.Min(b => b.Relative) >= EvenBlocks * blocks.Max(b => b.Relative);
        string text = !EncoderMoved(report)
            ? Untouched
            : ratio >= EvenShift && evenly
            ? $"That is the restructuring everywhere that is said of full fine-tuning: outside the object the embedding moved {ratio:0.00} times as far as inside, and every block changed."
            : $"Full fine-tuning is said to restructure everywhere; here it did not: outside the object the embedding moved {ratio:0.00} times as far as inside{(evenly ? "" : ", and the blocks changed unevenly")}.";
        return new(text, "embedding_shift.outside.mean", outside.Mean);
    }

    private static RelevanceSentence Reweighting(RelevanceReport report)
    {
        string said = report.Method == AdapterConfig.MethodName ? "Adapters are" : "LoRA, like adapters, is";
        LayerUpdate[] blocks = [.. Blocks(report)];
        LayerUpdate most = blocks.MaxBy(b => b.Relative)!;
        if (most.Relative == 0 && OutputAdapter(report) is { Relative: > 0 } output)
        {
            return new(
                $"{said} said to re-weight features layer by layer; here one adapter re-weights the finished embedding, by {Percent(output.Relative)} of its norm, and the encoder is as it was.",
                Path(report, output), output.Relative);
        }

        if (most.Relative == 0)
        {
            return new($"{said} said to re-weight features layer by layer; here the update of every block of the encoder is 0.", Path(report, most), 0);
        }

        double share = most.Relative / blocks.Sum(b => b.Relative);
        string text = share <= LargestShare
            ? $"That is the re-weighting layer by layer that is said of the method: {most.Layer} holds {Percent(share)} of the sum of the blocks' relative updates, no more than half."
            : $"{said} said to re-weight features layer by layer; here {most.Layer} alone holds {Percent(share)} of the sum of the blocks' relative updates.";
        return new(text, Path(report, most), most.Relative);
    }

    private static RelevanceSentence Hints(RelevanceReport report)
    {
        PairedChange mass = report.DecoderAttention.Inside;
        string text = EncoderMoved(report)
            ? $"Prompt tokens are said to be hints to the decoder alone; here the encoder's view moved too, by {Shift(report.EmbeddingShift.Inside.Mean)}."
            : mass.Direction != 0
            ? $"That is a hint to the decoder, as is said of prompt tokens: with the same embedding it looks elsewhere, by {100 * mass.Change.Mean:+0.00;-0.00} points of attention."
            : $"Prompt tokens are said to be hints to the decoder; the encoder is indeed untouched, but where the decoder looks changed by {100 * mass.Change.Mean:+0.00;-0.00;0} points only, and the interval holds 0.";
        return new(text, "decoder_attention.inside.change.mean", mass.Change.Mean);
    }

    private static bool EncoderMoved(RelevanceReport report) => report.Samples.Any(s => s.Shift.Values.Any(v => v != 0));

    private static IEnumerable<LayerUpdate> Blocks(RelevanceReport report) => report.Updates.Where(u => u.IsBlock);

    private static LayerUpdate? OutputAdapter(RelevanceReport report) => report.Updates.FirstOrDefault(u => u.Layer == LayerUpdate.OutputAdapter);

    private static string Path(RelevanceReport report, LayerUpdate update) => $"updates[{report.Updates.ToList().IndexOf(update)}].relative";

    private static string Shift(double value) => value is > 0 and < 0.0001 ? $"{value:0.0e0}" : $"{value:0.0000}";
}
