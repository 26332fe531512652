using SamTune.Adaptation;
using SamTune.Artifacts;
using SamTune.Cli.Running;
using SamTune.Data.Preprocessing;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

/// <summary>Artifacts of domains on the small golden base, and the file that names them.</summary>
internal static class DomainFile
{
    /// <summary>The base.</summary>
    public static string Base { get; } = RepositoryFiles.Golden("tiny_sam.safetensors");

    /// <summary>Writes NAME.safetensors for each domain.</summary>
    public static void WriteArtifacts(TemporaryFolder folder, params (string Name, MethodConfig Config, PreprocessingSpec? Recipe)[] domains)
    {
        using Sam model = SamLoader.Load(Base);
        string fingerprint = SamFingerprint.Compute(model);
        foreach ((int i, (string name, MethodConfig config, PreprocessingSpec? recipe)) in domains.Index())
        {
            using IFineTuning trained = TrainedMethods.Create(config, model, i);
            ArtifactFile.Save(folder.At($"{name}.safetensors"), trained, new ArtifactManifest
            {
                Method = trained.Config,
                BaseName = "tiny",
                BaseSha256 = fingerprint,
                InputSide = model.InputSide,
                ToolVersion = "0.1.0",
                Preprocessing = recipe is null ? null : BaseModel.ToJson(recipe),
            });
        }
    }

    /// <summary>Writes the artifacts and domains.json, and gives the path of that.</summary>
    public static string Write(TemporaryFolder folder, params (string Name, MethodConfig Config, PreprocessingSpec? Recipe)[] domains)
    {
        WriteArtifacts(folder, domains);
        new AdapterSetFile { Domains = domains.ToDictionary(m => m.Name, m => new DomainEntry { Artifact = $"{m.Name}.safetensors" }) }.Write(folder.At("domains.json"));
        return folder.At("domains.json");
    }
}
