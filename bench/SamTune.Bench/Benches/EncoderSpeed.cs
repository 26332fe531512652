using System.Diagnostics;
using SamTune.Modeling;
using SamTune.Modeling.Layers;
using static TorchSharp.torch;

namespace SamTune.Bench.Benches;

/// <summary>The image encoder's forward pass in both precisions, in turns with Meta's Python implementation.</summary>
internal sealed class EncoderSpeed : IBench
{
    private const int UsualSide = 1024, UsualRounds = 5;
    private const double Float32Bar = 0.50, BFloat16Bar = 0.25;

    /// <inheritdoc/>
    public string Name => "encoder-speed";

    /// <inheritdoc/>
    public string Description => "seconds of ViT-B's image encoder in float32 and bfloat16. Arguments: side (1024), rounds (5), --reference DIR (a checkout of segment-anything), --python PROGRAM";

    /// <inheritdoc/>
    public bool TakesReference => true;

    /// <inheritdoc/>
    public BenchReport Run(IReadOnlyList<string> arguments)
    {
        IReadOnlyList<string> numbers = Reference.Without(arguments);
        int side = Arguments.Whole(Name, numbers, 0, UsualSide), rounds = Arguments.Whole(Name, numbers, 1, UsualRounds);
        using Sam model = RandomModel.VitB(side);
        using Reference? reference = Reference.Start(arguments, "encode", side, pictures: 1);
        using Tensor image = randn(1, 3, side, side);
        var seconds = new List<double>[3];
        for (int round = 0; round <= rounds; round++)
        {
            double[] found = [reference?.Time() ?? double.NaN, Encode(model, image, isHalf: false), Encode(model, image, isHalf: true)];
            if (round > 0)
            {
                seconds = [.. seconds.Zip(found, (all, one) => (all ?? []).Append(one).ToList())];
            }
        }

        double[] median = [.. seconds.Select(s => Samples.Percentile(s, 50))];
        return new BenchReport(
            "Encoder speed",
            FormattableString.Invariant($"ViT-B with random weights, one picture of {side} x {side}; in turns, medians of {rounds} rounds after one more."),
            [.. reference is null ? [] : Compared(median), Row("float32", median[1]), Row("bfloat16 products", median[2])]);
    }

    private static BenchRow[] Compared(double[] median)
    {
        double single = median[1] / median[0], half = median[2] / median[0];
        return
        [
            Row("Python reference, float32", median[0]),
            new BenchRow("float32 against the reference", FormattableString.Invariant($"{single:0.00}"), FormattableString.Invariant($"{Float32Bar:0.00}"), single <= Float32Bar),
            new BenchRow("bfloat16 against the reference", FormattableString.Invariant($"{half:0.00}"), FormattableString.Invariant($"{BFloat16Bar:0.00}"), half <= BFloat16Bar),
        ];
    }

    private static BenchRow Row(string what, double seconds) => new(what, FormattableString.Invariant($"{seconds:0.00} s"));

    private static double Encode(Sam model, Tensor image, bool isHalf)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var precision = Autocast.BFloat16(isHalf);
        long start = Stopwatch.GetTimestamp();
        model.EncodeImages(image, NoAdaptation.Instance);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
