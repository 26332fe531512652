using System.Diagnostics;
using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Domains;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Inference;
using SamTune.Modeling;
using SamTune.Modeling.Loading;

namespace SamTune.Bench.Benches;

/// <summary>How long it takes from "the next picture is of another domain" to a predictor that is ready for it.</summary>
internal sealed class DomainSwitch : IBench
{
    private const int WarmUp = 200;
    private const int Switches = 5000;
    private const double BarMilliseconds = 1;

    private static readonly (string Domain, MethodConfig Config)[] s_domains =
    [
        ("ct", new LoraConfig()), ("mri", new LoraConfig { Rank = 16, Targets = ["encoder.q", "encoder.k", "encoder.v"] }),
        ("cells", new AdapterConfig()), ("aerial", new AdapterConfig { Blocks = [], Output = true }), ("thermal", new PromptTuningConfig()),
    ];

    /// <inheritdoc/>
    public string Name => "domain-switch";

    /// <inheritdoc/>
    public string Description => "switching among adapters of different methods on ViT-B, one by one; p99 at most 1 ms and no weight copied";

    /// <inheritdoc/>
    public BenchReport Run(IReadOnlyList<string> arguments)
    {
        using Sam model = RandomModel.VitB(256);
        using var set = new AdapterSet(model);
        for (int i = 0; i < s_domains.Length; i++)
        {
            set.Add(s_domains[i].Domain, RandomModel.Trained(s_domains[i].Config, model, i + 1));
        }

        string before = SamFingerprint.Compute(model);
        string[] names = [.. set.Domains];
        var milliseconds = new List<double>(Switches);
        long tensors = TorchSharp.torch.Tensor.TotalCount, bytes = 0;
        for (int i = -WarmUp; i < Switches; i++)
        {
            // 3 and 5 have no common divisor: every domain follows another.
            string next = names[(i + WarmUp) * 3 % names.Length];
            long allocated = GC.GetAllocatedBytesForCurrentThread(), started = Stopwatch.GetTimestamp();
            using var predictor = new SamPredictor(model, set.Adaptation(next));

            // Ticks of the clock: a TimeSpan counts in steps of 100 ns, which are longer than most switches.
            long taken = Stopwatch.GetTimestamp() - started;
            bytes = Math.Max(bytes, GC.GetAllocatedBytesForCurrentThread() - allocated);
            if (i >= 0)
            {
                milliseconds.Add(1000.0 * taken / Stopwatch.Frequency);
            }
        }

        long created = TorchSharp.torch.Tensor.TotalCount - tensors;
        double p99 = Samples.Percentile(milliseconds, 99);
        bool copiesNothing = created == 0 && SamFingerprint.Compute(model) == before;
        return new BenchReport(
            "Domain switch",
            $"ViT-B with random weights, {s_domains.Length} adapters ({string.Join(", ", s_domains.Select(d => $"{d.Domain}: {d.Config.Method}"))}); {Switches} switches one after the other, each to another domain, from its name to a predictor on the base with its adapter.",
            [
                new("p50", $"{1000 * Samples.Percentile(milliseconds, 50):0.00} µs"),
                new("p99", $"{1000 * p99:0.00} µs", "1 ms", p99 <= BarMilliseconds),
                new("slowest", $"{1000 * milliseconds.Max():0.00} µs"),
                new("tensors created, and the base as it was", $"{created}, {(copiesNothing ? "yes" : "no")}", "0, yes", copiesNothing),
                new("managed memory a switch at most", $"{bytes} bytes"),
            ]);
    }
}
