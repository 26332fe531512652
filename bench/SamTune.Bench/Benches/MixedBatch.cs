using System.Diagnostics;
using System.Globalization;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Domains;
using SamTune.Adaptation.Lora;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Inference.Domains;
using SamTune.Modeling;

namespace SamTune.Bench.Benches;

/// <summary>What it costs that the pictures of a batch belong to different domains.</summary>
internal sealed class MixedBatch : IBench
{
    private const int Pictures = 8;
    private const int UsualSide = 256;
    private const int UsualRounds = 11;
    private const double Bar = 1.15;
    private static readonly string[] s_domains = ["a", "b", "c", "d"];

    /// <inheritdoc/>
    public string Name => "mixed-batch";

    /// <inheritdoc/>
    public string Description => "8 pictures in 4 domains against 8 in one, as one batch on ViT-B; at most 1.15 times as long. Arguments: side of the input (256), rounds (11)";

    /// <inheritdoc/>
    public BenchReport Run(IReadOnlyList<string> arguments)
    {
        int side = Arguments.Whole(Name, arguments, 0, UsualSide), rounds = Arguments.Whole(Name, arguments, 1, UsualRounds);
        using Sam model = RandomModel.VitB(side);
        using var lora = new AdapterSet(model);
        using var mixed = new AdapterSet(model);
        for (int i = 0; i < s_domains.Length; i++)
        {
            lora.Add(s_domains[i], RandomModel.Trained(new LoraConfig(), model, i + 1));
            mixed.Add(s_domains[i], RandomModel.Trained(i % 2 == 0 ? new LoraConfig() : new AdapterConfig(), model, i + 1));
        }

        List<BenchRow> rows = [];
        Add("4 x LoRA", lora, ["a"]);
        Add("2 x LoRA, 2 x adapters", mixed, ["a", "b"]);
        return new BenchReport(
            "Mixed batch",
            $"ViT-B with random weights at {side} x {side}, batches of {Pictures} pictures with a box each, from pictures to masks; {rounds} rounds in turns, medians. Of adapters of two methods, one domain is the mean of a batch of each.",
            rows);

        void Add(string what, AdapterSet set, string[] alone)
        {
            var predictor = new DomainPredictor(set);
            DomainImage[] four = Batch(side, i => s_domains[i % s_domains.Length]);
            DomainImage[][] ones = [.. alone.Select(domain => Batch(side, _ => domain))];
            List<double> together = [];
            List<double>[] one = [.. ones.Select(_ => new List<double>())];
            for (int round = -1; round < rounds; round++)
            {
                // In turns, so that what else the machine does falls on both.
                double[] times = [.. ones.Select(batch => Seconds(predictor, batch))];
                double time = Seconds(predictor, four);
                if (round >= 0)
                {
                    together.Add(time);
                    Array.ForEach([.. Enumerable.Range(0, times.Length)], i => one[i].Add(times[i]));
                }
            }

            double baseline = one.Average(o => Samples.Percentile(o, 50)), median = Samples.Percentile(together, 50), ratio = median / baseline;
            rows.Add(new BenchRow($"{what}: one domain", Text(baseline, "0.000 s")));
            rows.Add(new BenchRow($"{what}: four domains", Text(median, "0.000 s")));
            rows.Add(new BenchRow($"{what}: ratio of medians", Text(ratio, "0.000"), Text(Bar, "0.00"), ratio <= Bar));
        }
    }

    private static DomainImage[] Batch(int side, Func<int, string> domain) =>
    [
        .. Enumerable.Range(0, Pictures).Select(i => new DomainImage(
            RandomModel.Picture(side, i), [new PromptSet { Box = new BoundingBox(side / 4f, side / 4f, side / 2f, side / 2f) }], domain(i))),
    ];

    private static double Seconds(DomainPredictor predictor, DomainImage[] batch)
    {
        long started = Stopwatch.GetTimestamp();
        predictor.Predict(batch, multimask: false);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
