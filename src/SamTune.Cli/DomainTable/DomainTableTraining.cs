using SamTune.Adaptation;
using SamTune.Artifacts;
using SamTune.Cli.Running;
using SamTune.Data.Prompts;
using SamTune.Inference.Domains;
using SamTune.Training;
using SamTune.Training.State;
using static TorchSharp.torch;

namespace SamTune.Cli.DomainTable;

/// <summary>Trains an adapter for each domain of a plan, one after the other on one base, and writes the file that collects them.</summary>
/// <param name="plan">The plan.</param>
/// <param name="domains">Its pictures.</param>
/// <param name="basePath">The base.</param>
/// <param name="device">Where the model computes.</param>
/// <param name="folder">Where artifacts and logs go; a run that was stopped goes on.</param>
/// <param name="root">Folder that paths of given artifacts start from.</param>
/// <param name="error">Told what happens.</param>
internal sealed class DomainTableTraining(DomainTablePlan plan, IReadOnlyList<DomainData> domains, string basePath, Device device, string folder, string root, TextWriter error)
{
    private const int Validations = 5;
    private const int MostPrototypePictures = 100;

    /// <summary>Does everything that is not done yet.</summary>
    /// <param name="cancel">Stops after the current step; the same call continues.</param>
    /// <returns>The adapter-set file, and what is said of each domain.</returns>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public (string File, IReadOnlyList<DomainSummary> Domains) Run(CancellationToken cancel)
    {
        using BaseModel model = BaseModel.Load(basePath, artifact: null, plan.InputSize, device);
        OutputFolder.Create(folder);
        string file = Path.Combine(folder, "domains.json");
        var entries = new Dictionary<string, DomainEntry>(StringComparer.Ordinal);
        List<DomainSummary> summaries = [];
        foreach (DomainData domain in domains)
        {
            (string artifact, double? seconds, int? best) = domain.Plan.Adapter is { } given ? (Path.Combine(root, given), null, null) : Train(model, domain, cancel);
            ArtifactManifest manifest = ArtifactFile.ReadManifest(artifact);
            summaries.Add(new DomainSummary(
                domain.Name, domain.Plan.Truth, domain.Prepared.Train.Samples.Count, manifest.Method.Method, manifest.TrainedParameters, new FileInfo(artifact).Length, seconds, best));
            int pictures = Math.Min(MostPrototypePictures, domain.AsFound.Train.Samples.Count);
            entries[domain.Name] = new DomainEntry
            {
                Artifact = Path.GetRelativePath(Path.GetFullPath(folder), Path.GetFullPath(artifact)).Replace(Path.DirectorySeparatorChar, '/'),
                Prototype = DomainRouter.Fit(model.Model, Enumerable.Range(0, pictures).Select(i => domain.AsFound.Train.Load(i).Image), cancel),
            };
        }

        new AdapterSetFile { Domains = entries }.Write(file);
        return (file, summaries);
    }

    private (string Artifact, double? Seconds, int? Best) Train(BaseModel model, DomainData domain, CancellationToken cancel)
    {
        MethodConfig config = DomainPlan.Methods[domain.Plan.Method];
        string run = Path.Combine(folder, domain.Name), artifact = Path.Combine(run, "adapter.safetensors");
        using IFineTuning method = FineTuning.Create(config, model.Model, plan.Seed);
        var identity = new RunIdentity(model.Name, model.Fingerprint, model.Model.InputSide, domain.Spec);
        identity.RequireSame(run);
        OutputFolder.Create(run);
        identity.Write(run);
        error.WriteLine($"{domain.Name}: {domain.Plan.Method} on {domain.Prepared.Train.Samples.Count} pictures, {domain.Prepared.Validation.Samples.Count} for validation.");
        long started = TimeProvider.System.GetTimestamp();
        var trainer = new Trainer(model.Model, method, domain.Prepared.Train, domain.Prepared.Validation, Options(domain.Plan), run, TimeProvider.System);
        TrainingResult done = TrainingReporter.Show(error, progress => trainer.Run(resume: true, progress, cancel));
        if (done.Ending == TrainingEnding.Cancelled)
        {
            error.WriteLine($"stopped after step {done.Steps} of {domain.Name}; the same command continues from there.");
            throw new OperationCanceledException(cancel);
        }

        ArtifactFile.Save(artifact, method, RunManifest.Of(model, method, domain.Spec, domain.Prepared.Train, domain.Prepared.Validation, done, domain.Name));
        return (artifact, TimeProvider.System.GetElapsedTime(started).TotalSeconds, done.Best!.Step);
    }

    private TrainingOptions Options(DomainPlan domain)
    {
        var options = new TrainingOptions
        {
            Epochs = int.MaxValue / 1000,
            MaxSteps = plan.Steps,
            BatchSize = plan.Batch,
            LearningRate = domain.LearningRate,
            Prompts = PromptMixture.Only(PromptKind.Box) with { Point = 1 },
            ValidateEvery = Math.Max(1, plan.Steps / Validations),
            ValidateFirst = true,
            Augmentation = domain.Augmentation("plan"),
            Seed = plan.Seed,
        };
        options.Validate();
        return options;
    }
}
