using System.Text.Json;
using SamTune.Adaptation;
using SamTune.Artifacts;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using static TorchSharp.torch;

namespace SamTune.Cli.Running;

/// <summary>A base model and, once applied, an artifact on it. Frees both.</summary>
internal sealed class BaseModel : IDisposable
{
    private BaseModel(Sam model, string name, ArtifactManifest? manifest, string? artifact)
    {
        Model = model;
        Name = name;
        Manifest = manifest;
        Artifact = artifact;
        Fingerprint = SamFingerprint.Compute(model);
        if (manifest != null && !manifest.BaseSha256.Equals(Fingerprint, StringComparison.OrdinalIgnoreCase))
        {
            model.Dispose();
            throw new InputException(
                $"{artifact}: trained on the base '{manifest.BaseName}' (sha256 {manifest.BaseSha256[..12]}...), but --base '{name}' is another (sha256 {Fingerprint[..12]}...); pass the base it was trained on.");
        }
    }

    /// <summary>The model; the full method's artifact overwrites its weights.</summary>
    public Sam Model { get; }

    /// <summary>The checkpoint's file name.</summary>
    public string Name { get; }

    /// <summary>SHA-256 of the weights as they were loaded.</summary>
    public string Fingerprint { get; }

    /// <summary>What the artifact says about itself; null without one.</summary>
    public ArtifactManifest? Manifest { get; }

    /// <summary>The applied method; null before <see cref="Apply"/>.</summary>
    public IFineTuning? Method { get; private set; }

    /// <summary>What is handed to a predictor.</summary>
    public IModelAdaptation Adaptation => Method?.Adaptation ?? NoAdaptation.Instance;

    /// <summary>The artifact's recipe for pictures; null without an artifact, or where it names none.</summary>
    public PreprocessingSpec? Preprocessing => Manifest?.Preprocessing is { } json ? PreprocessingSpec.FromJson(json.GetRawText(), Artifact!) : null;

    private string? Artifact { get; }

    /// <summary>Loads a base, for the artifact's input side where there is one. The artifact is checked, not yet applied.</summary>
    /// <param name="source">The base checkpoint: a file, or a name that <see cref="BaseName"/> knows.</param>
    /// <param name="artifact">The artifact; null for none.</param>
    /// <param name="inputSide">Side of the input; null for the artifact's or the checkpoint's.</param>
    /// <param name="device">Where the model computes; null for the processor.</param>
    /// <exception cref="InputException">The artifact belongs to another base or another input side.</exception>
    public static BaseModel Load(string source, string? artifact, int? inputSide, Device? device = null)
    {
        string path = BaseName.Resolve(source);
        ArtifactManifest? manifest = artifact != null ? ArtifactFile.ReadManifest(artifact) : null;
        if (manifest != null && inputSide is { } side && side != manifest.InputSide)
        {
            throw new InputException($"--input-size: {side} is not the side that {artifact} was trained at ({manifest.InputSide}); leave the flag out.");
        }

        return new BaseModel(SamLoader.Load(path, inputSide ?? manifest?.InputSide, device: device), Path.GetFileName(path), manifest, artifact);
    }

    /// <summary>Applies the artifact, if there is one.</summary>
    public void Apply()
    {
        if (Artifact != null)
        {
            Method ??= ArtifactFile.Load(Artifact, Model, Fingerprint, Name);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Method?.Dispose();
        Model.Dispose();
    }

    /// <summary>A recipe as it stands in a manifest.</summary>
    public static JsonElement ToJson(PreprocessingSpec spec) => JsonElement.Parse(spec.ToJson());
}
