using SamTune.Evaluation.Comparison;
using SamTune.Evaluation.Reports;
using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Tests.Comparison;

/// <summary>Constructed comparisons: every number is known.</summary>
internal static class Comparisons
{
    public static string[] Methods { get; } = ["zero-shot", "prompt", "lora", "adapters", "full"];

    public static string[] Prompts { get; } = ["box", "1 point"];

    /// <summary>Scores on one set of three objects: each method's Dice is <paramref name="dice"/> of it, the objects 0.1 apart.</summary>
    public static SetScores Set(string name, SubjectKind subject, Func<string, double> dice) => new(
        name, subject,
        Methods.ToDictionary(m => m, m => (IReadOnlyList<ObjectScore>)
        [
            .. from prompt in Prompts
               from i in Enumerable.Range(0, 3)
               let value = dice(m) + (0.1 * (i - 1))
               select Reports.Scores.One(value, prompt: prompt) with { SampleId = $"{name}/z{i}", ObjectIndex = i },
        ]),
        new Dictionary<string, IReadOnlyList<double>> { ["box filled"] = [0.3, 0.4, 0.5], ["nearest mask copied"] = [0.1, 0.1, 0.1] });

    /// <summary>The order that is claimed.</summary>
    public static double Claimed(string method) => 0.4 + (0.1 * Array.IndexOf(Methods, method));

    /// <summary>A whole report on a training subject and two others.</summary>
    public static ComparisonReport Report(Func<string, double>? dice = null, IReadOnlyList<ReportPicture>? pictures = null)
    {
        SetScores[] sets =
        [
            Set("head_caudate", SubjectKind.Same, dice ?? Claimed), Set("second_head_brain", SubjectKind.Other, dice ?? Claimed), Set("macaque_caudate", SubjectKind.Other, dice ?? Claimed),
        ];
        IReadOnlyList<ComparedScore> scores = ScoreComparison.Of(sets);
        CurvePoint[] curve = [new(0, 0, 1, 0.4), new(20, 11.5, 0.5, 0.7), new(40, 23, 0.4, 0.71)];
        return new ComparisonReport
        {
            Title = "Methods <side by side> & measured",
            IsQuick = false,
            Seed = 7,
            Base = new ComparedBase("small.safetensors", new string('a', 64), 1000, 400, 256),
            Protocol = new ComparisonProtocol(40, 4, 20, "a loose box or one click", ["box"], [new TrainedTask("head_caudate", 24, 3, "the task's validation split")]),
            Prompts = Prompts,
            Sets = [.. sets.Select(s => new ComparedSet(s.Set, s.Subject, s.Set.Split('_')[0], "caudate", 3, 3))],
            Methods =
            [
                .. Methods.Skip(1).Select((m, i) => new ComparedMethod
                {
                    Method = m,
                    LearningRate = 0.001,
                    TrainedParameters = 100 * (i + 1),
                    Artifact = $"{m}.safetensors",
                    ArtifactBytes = 4321 + i,
                    ArtifactReproduces = true,
                    Steps = 40,
                    Seconds = 23,
                    PeakMemoryBytes = 987_000_000,
                    TrainingMemoryBytes = 123_000_000 * (i + 1),
                    Curve = curve,
                    Reach = GainReach.Of(curve),
                }),
            ],
            Scores = scores,
            Trivial = ScoreComparison.Trivial(sets),
            Order = OrderCheck.Of(scores),
            Relevance = [new MethodRelevance("lora", Exactly(0.0123), null, Exactly(0.0456), Exactly(-0.07), "It looks at the object more.")],
            Pictures = pictures ?? [],
            Cost = new RunCost(372, 1_234_000_000, 2, 2, "cpu", "Linux, X64"),
        };
    }

    private static BootstrapInterval Exactly(double value) => BootstrapInterval.OfMean([value]);
}
