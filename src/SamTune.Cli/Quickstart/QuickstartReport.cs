using System.Runtime.InteropServices;
using SamTune.Cli.Running;
using SamTune.Data.Datasets;
using SamTune.Evaluation;
using SamTune.Evaluation.Comparison;
using SamTune.Evaluation.Relevance;
using SamTune.Evaluation.Reports;
using SamTune.Evaluation.Statistics;
using SamTune.Imaging;
using SamTune.Training;
using TorchSharp;

namespace SamTune.Cli.Quickstart;

/// <summary>Collects what a quickstart measures and writes the report with its pictures.</summary>
/// <param name="plan">What is trained and measured.</param>
/// <param name="data">The slices.</param>
/// <param name="untouched">The base.</param>
/// <param name="folder">Where the report goes.</param>
internal sealed class QuickstartReport(QuickstartPlan plan, QuickstartData data, BaseModel untouched, string folder)
{
    private static readonly BootstrapOptions s_meansOnly = new() { Resamples = 1 };

    private readonly List<ComparedMethod> _methods = [];
    private readonly List<RelevanceReport> _relevance = [];
    private readonly Dictionary<string, IReadOnlyList<SetMeasurement>> _measured = [];
    private readonly IReadOnlyDictionary<string, IReadOnlyList<double>>[] _trivial = [.. data.Sets.Select(s => TrivialMethods.Measure(s.Pictures, s.Training))];

    /// <summary>The model that every method starts from.</summary>
    public ComparedBase Base { get; } = new(
        untouched.Name,
        untouched.Fingerprint,
        untouched.Model.parameters().Sum(p => p.numel()),
        untouched.Model.ImageEncoder.parameters().Sum(p => p.numel()),
        untouched.Model.InputSide);

    /// <summary>Pictures that relevance is looked at on: the examples of other subjects.</summary>
    public IReadOnlyList<Sample> RelevanceSamples { get; } =
        [.. data.Sets.Where(s => s.Subject == SubjectKind.Other).Select(s => SetMeasurement.ExampleOf(s.Pictures).Sample)];

    /// <summary>Adds what a method changed about what the model finds relevant.</summary>
    public void Add(RelevanceReport relevance) => _relevance.Add(relevance);

    /// <summary>Adds what training a method took.</summary>
    public void Add(ComparedMethod method) => _methods.Add(method);

    /// <summary>Adds what a method, or the base alone, scored on the sets.</summary>
    public void Add(string method, IReadOnlyList<SetMeasurement> measured) => _measured.Add(method, measured);

    /// <summary>A method's scores in a line.</summary>
    public string Spoken(string method) => string.Join(", ", from s in ScoreComparison.Of(Scores([ComparedScore.ZeroShot, method]), s_meansOnly)
                                                             where s.Set == null && s.Method == method
                                                             select $"{(s.Subject == SubjectKind.Same ? "same subject" : "other subjects")} {s.Prompt} {s.Dice.Mean:f3}");

    /// <summary>Writes report.json, report.md, report.html and their pictures.</summary>
    /// <param name="seconds">What the run took.</param>
    /// <param name="peakMemoryBytes">Its largest memory.</param>
    public ComparisonReport Write(double seconds, long peakMemoryBytes)
    {
        IReadOnlyList<SetScores> sets = Scores([.. _measured.Keys]);
        IReadOnlyList<ComparedScore> scores = ScoreComparison.Of(sets);
        TrainingOptions options = plan.OptionsFor(1e-3);
        var report = new ComparisonReport
        {
            Title = "Zero-shot, prompt tuning, LoRA, adapters and full fine-tuning on real MRI",
            IsQuick = plan.IsQuick,
            Seed = plan.Seed,
            Base = Base,
            Protocol = new ComparisonProtocol(
                plan.Steps, options.BatchSize, plan.ValidateEvery, TrainingWords.Of(options), [.. options.ValidationPrompts.Select(Evaluator.NameOf)], data.Tasks),
            Prompts = [.. QuickstartPlan.Prompts.Select(Evaluator.NameOf)],
            Sets = [.. data.Sets.Zip(_measured[ComparedScore.ZeroShot], Describe)],
            Methods = _methods,
            Scores = scores,
            Trivial = ScoreComparison.Trivial(sets),
            Order = OrderCheck.Of(scores),
            Relevance = [.. _relevance.Select(MethodRelevance.Of)],
            Pictures = [.. Draw(scores), .. _relevance.Select(DrawRelevance)],
            Cost = new RunCost(
                seconds, peakMemoryBytes, Environment.ProcessorCount, torch.get_num_threads(), untouched.Model.Device.ToString(), $"{RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}"),
        };
        RelevanceFiles.WriteJson(Path.Combine(folder, "relevance.json"), _relevance);
        ComparisonJson.Write(Path.Combine(folder, "report.json"), report);
        ComparisonMarkdown.Write(Path.Combine(folder, "report.md"), report);
        ComparisonHtml.Write(Path.Combine(folder, "report.html"), report);
        return report;
    }

    private SetScores[] Scores(IReadOnlyList<string> methods) =>
    [
        .. data.Sets.Select((set, i) => new SetScores(
            set.Name, set.Subject, methods.Distinct().ToDictionary(m => m, m => _measured[m][i].Scores), _trivial[i])),
    ];

    private static ComparedSet Describe(QuickstartSet set, SetMeasurement measured)
    {
        ObjectScore[] once = [.. measured.Scores.Where(s => s.PromptKind == measured.Scores[0].PromptKind)];
        return new ComparedSet(set.Name, set.Subject, once[0].Group, set.Structure, set.Pictures.Samples.Count, once.Length);
    }

    private ReportPicture[] Draw(IReadOnlyList<ComparedScore> scores)
    {
        ComparisonCharts.Scores(Path.Combine(folder, "scores.png"), scores);
        ComparisonCharts.LearningCurves(Path.Combine(folder, "curves-steps.png"), _methods, overSeconds: false);
        ComparisonCharts.LearningCurves(Path.Combine(folder, "curves-seconds.png"), _methods, overSeconds: true);
        ExampleSheet.Write(Path.Combine(folder, "examples.png"), [.. data.Sets.Select((set, i) => Row(set, i))]);
        return
        [
            new(PictureRole.Scores, "scores.png", "Bars of mean Dice by method, prompt and kind of subject, with intervals", "Mean Dice with its 95 % interval, by kind of subject and prompt.", []),
            new(PictureRole.LearningCurves, "curves-steps.png", "Validation Dice over steps, one line a method", "Validation Dice over the steps of training.", []),
            new(PictureRole.LearningCurves, "curves-seconds.png", "Validation Dice over seconds, one line a method", "The same over the seconds of training.", []),
            new(PictureRole.Examples, "examples.png", "Contact sheet: a row a test set with the slice, the true mask and what each method found",
                $"One slice of each test set, the middle one, cut around the object; true mask orange, found masks green, prompted by the box. Rows from top to bottom: {string.Join(", ", data.Sets.Select(s => s.Name))}.",
                ["image", "truth", .. _measured.Keys]),
        ];
    }

    private ReportPicture DrawRelevance(RelevanceReport relevance)
    {
        string pictures = Path.Combine(folder, "relevance", relevance.Method);
        OutputFolder.Create(pictures);
        string sheet = Path.GetFileName(RelevancePictures.Write(pictures, relevance, RelevanceSamples)[^1]);
        return new ReportPicture(
            PictureRole.Relevance, $"relevance/{relevance.Method}/{sheet}", $"Relevance maps of {relevance.Method}: a row a picture with the truth, the shift and the change of attention",
            $"Shift from dark blue (0) to yellow ({RelevancePictures.ShiftScale(relevance):g3}); attention from blue (less than the base) over white (as before) to red (more). The true masks are outlined.",
            ["truth", "embedding shift", "encoder attention", "decoder attention"])
        {
            Method = relevance.Method,
        };
    }

    private ExampleRow Row(QuickstartSet set, int index)
    {
        (Sample sample, BinaryMask truth) = SetMeasurement.ExampleOf(set.Pictures);
        return new ExampleRow(sample.Image, truth, [.. _measured.Values.Select(m => m[index].Example)]);
    }
}
