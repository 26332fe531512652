using SamTune.Adaptation.Domains;
using SamTune.Cli.Running;
using SamTune.Data.Datasets;
using SamTune.Data.Prompts;
using SamTune.Evaluation;
using SamTune.Evaluation.Comparison;
using SamTune.Evaluation.Reports;
using SamTune.Inference;
using SamTune.Inference.Domains;
using SamTune.Modeling.Loading;
using SamTune.Synthesis;

namespace SamTune.Cli.DomainTable;

/// <summary>Measures a set of adapters on one loaded base: every adapter on the held-out pictures of every domain, and the router.</summary>
/// <param name="models">The base with its adapters.</param>
/// <param name="domains">Pictures of the domains.</param>
/// <param name="error">Told what happens.</param>
internal sealed class DomainTableRun(DomainModels models, IReadOnlyList<DomainData> domains, TextWriter error)
{
    private static readonly EvaluationOptions s_options = new() { Prompts = [PromptKind.Box, PromptKind.Point], Clicks = 0 };

    /// <summary>Measures everything.</summary>
    /// <param name="scenes">Held-out scenes of the base; null for none.</param>
    /// <param name="cancel">Stops between pictures.</param>
    public (IReadOnlyList<DomainTableRow> Rows, IReadOnlyList<RoutingSummary> Routing) Run(SyntheticScenes? scenes, CancellationToken cancel)
    {
        DomainRouter router = models.Router();
        List<DomainTableRow> rows = [];
        List<RoutingSummary> routing = [];
        foreach (DomainData domain in domains)
        {
            Add(domain.Name, domain.Prepared.Test, domain.AsFound.Test, isDomain: true);
        }

        if (scenes != null)
        {
            Add(DomainTableText.Scenes, scenes, scenes, isDomain: false);
        }

        return (rows, routing);

        void Add(string name, ISegmentationDataset test, ISegmentationDataset found, bool isDomain)
        {
            DomainChoice[] choices = [.. Enumerable.Range(0, found.Samples.Count).Select(i => router.Route(found.Load(i).Image))];
            rows.Add(Measure(name, test, choices, cancel));
            routing.Add(Summarise(name, choices, isDomain));
        }
    }

    /// <summary>One batch of the first held-out picture of each domain against the same one at a time.</summary>
    /// <returns>The largest difference of two logits.</returns>
    public double MixedBatchDifference()
    {
        DomainImage[] batch = [.. domains.Select(d =>
        {
            Sample sample = Enumerable.Range(0, d.Prepared.Test.Samples.Count).Select(d.Prepared.Test.Load).First(s => s.Objects.Count > 0);
            return new DomainImage(sample.Image, [ExactPrompt.Of(sample.Objects[0].Mask, PromptKind.Box)], d.Name);
        })];
        IReadOnlyList<IReadOnlyList<Prediction>> together = new DomainPredictor(models.Set).Predict(batch, multimask: false);
        double largest = 0;
        foreach ((DomainImage image, IReadOnlyList<Prediction> inBatch) in batch.Zip(together))
        {
            using var predictor = new SamPredictor(models.Model, models.Set.Adaptation(image.Domain));
            predictor.SetImage(image.Image);
            float[] alone = predictor.PredictMany(image.Prompts, multimask: false)[0].Best.LowResLogits;
            largest = Math.Max(largest, alone.Zip(inBatch[0].Best.LowResLogits, (a, b) => (double)Math.Abs(a - b)).Max());
        }

        return largest;
    }

    /// <summary>Whether the base in memory is what was loaded.</summary>
    public bool BaseIsUnchanged() => SamFingerprint.Compute(models.Model) == models.Fingerprint;

    private DomainTableRow Measure(string name, ISegmentationDataset test, DomainChoice[] choices, CancellationToken cancel)
    {
        var scores = new Dictionary<string, IReadOnlyList<ObjectScore>>(StringComparer.Ordinal);
        foreach (string adapter in (string[])[AdapterSet.BaseName, .. models.Set.Domains])
        {
            error.WriteLine($"{adapter} on {name}, {test.Samples.Count} pictures");
            using var predictor = new SamPredictor(models.Model, models.Set.Adaptation(adapter));
            scores[adapter] = new Evaluator(predictor, s_options).Run(test, progress: null, cancel).Scores;
        }

        // What the router chooses for a picture was measured on it already.
        Dictionary<string, string> chosen = test.Samples.Zip(choices).ToDictionary(p => p.First.Id, p => p.Second.Domain, StringComparer.Ordinal);
        scores[AdapterSet.AutoName] = [.. scores.SelectMany(s => s.Value.Where(o => chosen[o.SampleId] == s.Key))];
        Dictionary<string, double> Mean(PromptKind kind) => scores.ToDictionary(
            s => s.Key, s => s.Value.Where(o => o.PromptKind == Evaluator.NameOf(kind)).Average(o => o.Dice), StringComparer.Ordinal);
        return new DomainTableRow(
            name, test.Samples.Count, scores[AdapterSet.BaseName].Count / s_options.Prompts.Count,
            TrivialMethods.Measure(test, training: null)["box filled"].Average(), Mean(PromptKind.Box), Mean(PromptKind.Point));
    }

    private static RoutingSummary Summarise(string name, DomainChoice[] choices, bool isDomain) => new(
        name, choices.Length,
        Share(choices, c => c.Domain == (isDomain ? name : AdapterSet.BaseName)),
        isDomain ? Share(choices, c => c.Nearest == name) : null,
        Share(choices, c => c.Domain == AdapterSet.BaseName),
        choices.Average(c => c.Confidence));

    private static double Share(DomainChoice[] choices, Func<DomainChoice, bool> holds) => choices.Count(holds) / (double)choices.Length;
}
