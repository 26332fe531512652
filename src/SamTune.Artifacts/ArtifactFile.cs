using SamTune.Adaptation;
using SamTune.Checkpoints;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using TorchSharp.Modules;
using AtomicFile = SamTune.Checkpoints.AtomicFile;

namespace SamTune.Artifacts;

/// <summary>
/// What training writes and everything later reads: one safetensors file that holds only what was trained, under the names the method gives (those of PEFT), with the
/// manifest inside it. Beside it lies a copy of the manifest for people, which no program reads.
/// </summary>
public static class ArtifactFile
{
    /// <summary>Where in the file's metadata the manifest is.</summary>
    public const string ManifestKey = "samtune.manifest";

    /// <summary>Writes an artifact and, beside it, its manifest as "name.json"; an existing artifact is replaced at the end of the write.</summary>
    /// <param name="path">The file to write, such as "liver.safetensors".</param>
    /// <param name="method">The trained method.</param>
    /// <param name="manifest">What to say about it; its method and number of trained values are taken from <paramref name="method"/>.</param>
    /// <param name="half">Stores half precision: half the size, values rounded to 11 bits.</param>
    /// <exception cref="InputException">A trained value is not finite or does not fit half precision, or the file is called .json.</exception>
    /// <exception cref="ArgumentException">The manifest's fingerprint or input side is none.</exception>
    /// <exception cref="CheckpointException">The file cannot be written; nothing appears under its name.</exception>
    public static void Save(string path, IFineTuning method, ArtifactManifest manifest, bool half = false)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(manifest);
        if (Path.GetExtension(path).Equals(".json", StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException($"{Path.GetFileName(path)}: an artifact cannot be called .json, its manifest is written under that name; call it {Path.GetFileNameWithoutExtension(path)}.safetensors.");
        }

        ArtifactManifest complete = manifest with { Method = method.Config, TrainedParameters = method.ParameterCount() };
        complete.Validate();
        string json = complete.ToJson();
        SafeTensorsWriter.Write(
            path,
            [.. method.Trainable.Select(p => CheckpointTensor.Create(path, p.Name, p.Parameter, half))],
            new Dictionary<string, string> { ["format"] = "pt", [ManifestKey] = json });
        AtomicFile.WriteText(Path.ChangeExtension(path, ".json"), json + "\n");
    }

    /// <summary>Reads what an artifact says about itself; its values stay on disk.</summary>
    /// <param name="path">The artifact.</param>
    /// <exception cref="InputException">The file is no artifact, or of a later format.</exception>
    /// <exception cref="CheckpointException">The file is missing, truncated or damaged.</exception>
    public static ArtifactManifest ReadManifest(string path)
    {
        using Checkpoint file = Checkpoint.Open(path);
        return ManifestOf(file);
    }

    /// <summary>Applies an artifact to the base it was trained on.</summary>
    /// <param name="path">The artifact.</param>
    /// <param name="model">The base. The full method overwrites its weights with the trained ones, so that it is that base no longer; the others leave them untouched.</param>
    /// <param name="baseFingerprint">The base's SHA-256 fingerprint.</param>
    /// <param name="baseName">The base's name, for messages.</param>
    /// <returns>The method with its trained values, set to evaluation; the caller disposes it.</returns>
    /// <exception cref="InputException">The artifact belongs to another base, or a key is missing, unexpected or of another shape; the model is as it was.</exception>
    /// <exception cref="CheckpointException">The file is missing, truncated or damaged.</exception>
    public static IFineTuning Load(string path, Sam model, string baseFingerprint, string baseName)
    {
        ArgumentNullException.ThrowIfNull(model);
        using Checkpoint file = Checkpoint.Open(path);
        ArtifactManifest manifest = ManifestOf(file);
        if (!string.Equals(manifest.BaseSha256, baseFingerprint, StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException(
                $"{file.FileName}: trained on base '{ArtifactManifest.OneLine(manifest.BaseName)}' (sha256 {Shorten(manifest.BaseSha256)}), but the loaded base is '{baseName}' (sha256 {Shorten(baseFingerprint)}); "
                + $"pass --base {ArtifactManifest.OneLine(manifest.BaseName)}.");
        }

        bool[] trainable = [.. model.parameters().Select(p => p.requires_grad)];
        IFineTuning? method = null;
        try
        {
            ArtifactKeys.CheckSize(file, manifest.Method, model);
            method = FineTuning.Create(manifest.Method, model, seed: 0);
            ArtifactKeys.Check(file, method);
            foreach ((string name, Parameter parameter) in method.Trainable)
            {
                TensorCopy.Fill(parameter, values => file.ReadAsFloat32(name, values));
            }

            method.SetMode(training: false, seed: 0);
            return method;
        }
        catch (Exception exception)
        {
            method?.Dispose();
            foreach ((Parameter parameter, bool wasTrainable) in model.parameters().Zip(trainable))
            {
                parameter.requires_grad = wasTrainable;
            }

            if (exception is ArgumentException)
            {
                throw new InputException($"{file.FileName}: the manifest does not fit the base '{baseName}' ({ArtifactManifest.OneLine(exception.Message)}); the file is damaged.", exception);
            }

            throw;
        }
    }

    private static ArtifactManifest ManifestOf(Checkpoint file) =>
        file.Metadata.TryGetValue(ManifestKey, out string? json)
            ? ArtifactManifest.FromJson(json, file.FileName)
            : throw new InputException($"{file.FileName}: has no '{ManifestKey}' in its metadata, so it is no artifact; give the .safetensors file that training wrote.");

    private static string Shorten(string fingerprint) => fingerprint.Length > 12 ? fingerprint[..12] + "..." : fingerprint;
}
