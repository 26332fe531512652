using SamTune.Checkpoints.Registry;

namespace SamTune.Cli.Running;

/// <summary>Where models are found by name.</summary>
/// <param name="Registry">The models that have names.</param>
/// <param name="PulledModels">Where those that were pulled lie; asked for only when one of them is, as the environment may name no place.</param>
/// <param name="ProgramFolder">Where the one that comes with the program lies.</param>
internal sealed record ModelPlaces(ModelRegistry Registry, Lazy<ModelCache> PulledModels, string ProgramFolder)
{
    /// <summary>Where models that were pulled lie.</summary>
    /// <exception cref="SamTune.Checkpoints.CheckpointException">The environment names no folder for it.</exception>
    public ModelCache Cache => PulledModels.Value;

    /// <summary>The model that comes with the program.</summary>
    public string BundledFile => Path.Combine(ProgramFolder, "models", ModelRegistry.BundledName, ModelRegistry.BundledName + ".safetensors");

    /// <summary>The places that flags name, else the environment (SAMTUNE_CACHE, SAMTUNE_REGISTRY), else the usual ones.</summary>
    /// <param name="environment">Looks a variable up; null where it is not set.</param>
    /// <param name="cache">The folder of <c>--cache</c>; null without the flag.</param>
    /// <param name="registry">The file of <c>--registry</c>; null without the flag.</param>
    public static ModelPlaces Find(Func<string, string?> environment, string? cache = null, string? registry = null)
    {
        string? file = registry ?? environment("SAMTUNE_REGISTRY");
        return new(
            ModelRegistry.Load(string.IsNullOrEmpty(file) ? null : file),
            new Lazy<ModelCache>(() => new ModelCache(cache ?? ModelCache.FolderOf(environment))),
            AppContext.BaseDirectory);
    }
}
