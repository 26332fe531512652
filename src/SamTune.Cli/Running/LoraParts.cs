using SamTune.Adaptation;
using SamTune.Adaptation.Domains;
using SamTune.Adaptation.Lora;
using SamTune.Artifacts;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Cli.Running;

/// <summary>LoRA artifacts with weights, to be added up.</summary>
/// <param name="Parts">For each a name for messages, the artifact's path, and its weight.</param>
internal sealed record LoraParts(IReadOnlyList<(string Name, string Path, double Weight)> Parts)
{
    /// <summary>Artifacts with a weight each.</summary>
    /// <param name="paths">The artifacts.</param>
    /// <param name="weights">Weights joined by commas; null for 1 each.</param>
    /// <exception cref="InputException">The numbers of artifacts and weights differ, or an artifact stands twice.</exception>
    public static LoraParts Of(IReadOnlyList<string> paths, string? weights)
    {
        double[] values = weights is null
            ? [.. paths.Select(_ => 1.0)]
            : [.. weights.Split(',', StringSplitOptions.TrimEntries).Select(w => Words.Number(w, "--weights"))];
        if (values.Length != paths.Count)
        {
            throw new InputException($"--weights: has {values.Length} number(s) for {paths.Count} adapter(s); give one for each --adapter, in their order.");
        }

        return paths.Select(Path.GetFullPath).Distinct().Count() == paths.Count
            ? new LoraParts([.. paths.Zip(values, (p, w) => (Path.GetFileName(p), p, w))])
            : throw new InputException("--adapter: names a file twice; add its weights up.");
    }

    /// <summary>Domains of an adapter-set file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="mixture">Domains with weights.</param>
    /// <exception cref="InputException">The file cannot be used, or has no such domain.</exception>
    public static LoraParts Of(string file, DomainMixture mixture)
    {
        AdapterSetFile set = AdapterSetFile.Read(file);
        return new LoraParts([.. mixture.Parts.Select(p => (p.Domain, set.ArtifactPath(file, p.Domain), p.Weight))]);
    }

    /// <summary>Whether there is one part, as it is.</summary>
    public bool IsOne => Parts is [(_, _, 1)];

    /// <summary>The recipe of the sum.</summary>
    /// <param name="chosen">The name or path of the part whose recipe is taken; null to need recipes that make the same picture.</param>
    /// <exception cref="InputException">The recipes differ and none is chosen, or an artifact cannot be read.</exception>
    public PreprocessingSpec? Recipe(string? chosen)
    {
        // Training gives every artifact the same file name.
        bool areNamed = Parts.DistinctBy(p => p.Name).Count() == Parts.Count && Parts.All(p => p.Path != chosen);
        return SharedRecipe.Of([.. Parts.Select(p => (areNamed ? p.Name : p.Path, SharedRecipe.Of(ArtifactFile.ReadManifest(p.Path), p.Path)))], chosen);
    }

    /// <summary>Adds the parts up.</summary>
    /// <param name="model">The base, loaded for the first part.</param>
    /// <param name="recipe">The recipe for pictures; null for none.</param>
    /// <returns>One LoRA method, which the caller disposes, and a manifest for it.</returns>
    /// <exception cref="InputException">A part is no LoRA or does not fit the base.</exception>
    public (IFineTuning Method, ArtifactManifest Manifest) Compose(BaseModel model, PreprocessingSpec? recipe)
    {
        List<(string Name, IFineTuning Method, double Weight)> loaded = [];
        try
        {
            foreach ((string name, string path, double weight) in Parts)
            {
                loaded.Add((name, ArtifactFile.Load(path, model.Model, model.Fingerprint, model.Name), weight));
            }

            IFineTuning composed = LoraComposition.Create(model.Model, loaded);
            return (composed, model.Manifest! with
            {
                Method = composed.Config,
                Dataset = null,
                Metrics = new Dictionary<string, double>(),
                Preprocessing = recipe is null ? null : BaseModel.ToJson(recipe),
            });
        }
        finally
        {
            loaded.ForEach(l => l.Method.Dispose());
        }
    }
}
