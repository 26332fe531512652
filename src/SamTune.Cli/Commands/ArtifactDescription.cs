using SamTune.Artifacts;
using SamTune.Checkpoints;

namespace SamTune.Cli.Commands;

/// <summary>What <c>inspect</c> says of an artifact: the manifest and what the file holds.</summary>
internal sealed record ArtifactDescription
{
    /// <summary>The file's name.</summary>
    public required string File { get; init; }

    /// <summary>Always "artifact": tells it from a checkpoint.</summary>
    public string Kind { get; } = "artifact";

    /// <summary>Size of the file.</summary>
    public required long Bytes { get; init; }

    /// <summary>full, adapters, lora or prompt.</summary>
    public required string Method { get; init; }

    /// <summary>Values trained.</summary>
    public required long Parameters { get; init; }

    /// <summary>Values by part: image encoder, prompt encoder, mask decoder, learned tokens.</summary>
    public required IReadOnlyDictionary<string, long> Parts { get; init; }

    /// <summary>How the numbers are stored.</summary>
    public required IReadOnlyList<string> ElementTypes { get; init; }

    /// <summary>The manifest as saved.</summary>
    public required System.Text.Json.JsonElement Manifest { get; init; }

    /// <summary>Describes an artifact.</summary>
    /// <param name="file">The file, opened.</param>
    public static ArtifactDescription Of(Checkpoint file)
    {
        ArtifactManifest manifest = ArtifactFile.ReadManifest(file.Path);
        return new ArtifactDescription
        {
            File = file.FileName,
            Bytes = new FileInfo(file.Path).Length,
            Method = manifest.Method.Method,
            Parameters = file.Tensors.Sum(t => t.ElementCount),
            Parts = file.Tensors.GroupBy(t => PartOf(t.Name)).ToDictionary(g => g.Key, g => g.Sum(t => t.ElementCount)),
            ElementTypes = [.. file.Tensors.Select(t => t.ElementType.ToString()).Distinct()],
            Manifest = System.Text.Json.JsonDocument.Parse(manifest.ToJson()).RootElement,
        };
    }

    private static string PartOf(string name) =>
        name.Contains("image_encoder.", StringComparison.Ordinal) ? "image encoder"
        : name.Contains("prompt_encoder.", StringComparison.Ordinal) ? "prompt encoder"
        : name.Contains("mask_decoder.", StringComparison.Ordinal) ? "mask decoder" : "learned tokens";
}
