using SamTune.Checkpoints;
using SamTune.Checkpoints.Layouts;

namespace SamTune.Cli.Commands;

/// <summary>What <c>inspect</c> says about a checkpoint; the names of its properties are the keys of <c>--json</c>.</summary>
internal sealed record CheckpointDescription
{
    /// <summary>The file's name.</summary>
    public required string File { get; init; }

    /// <summary>Bytes on disk of the file named, or of the index of a sharded checkpoint; null for a folder.</summary>
    public long? Bytes { get; init; }

    /// <summary>Always <c>checkpoint</c>: a whole model.</summary>
    public string Kind { get; init; } = "checkpoint";

    /// <summary><c>safetensors</c>, <c>safetensors-sharded</c>, <c>pth</c> or <c>pth-legacy</c>.</summary>
    public required string Format { get; init; }

    /// <summary><c>reference</c> or <c>hugging-face</c>.</summary>
    public required string Layout { get; init; }

    /// <summary>What stands before every name in the file; null for a plain state dict.</summary>
    public string? Prefix { get; init; }

    /// <summary><c>vit_b</c>, <c>vit_l</c>, <c>vit_h</c> or <c>custom</c>.</summary>
    public required string Variant { get; init; }

    /// <summary>The element type of all tensors, or <c>mixed</c>.</summary>
    public required string ElementType { get; init; }

    /// <summary>How many tensors have which element type.</summary>
    public required IReadOnlyDictionary<string, int> ElementTypes { get; init; }

    /// <summary>Tensors of the model.</summary>
    public required int Tensors { get; init; }

    /// <summary>Trained numbers of the whole model.</summary>
    public required long Parameters { get; init; }

    /// <summary>Trained numbers of each part.</summary>
    public required PartParameters Parts { get; init; }

    /// <summary>The sizes found.</summary>
    public required ModelSizes Sizes { get; init; }

    /// <summary>How the file differs from a whole model of these sizes, a line each; empty for a whole one.</summary>
    public required IReadOnlyList<string> Problems { get; init; }

    /// <summary>Names of tensors beside the model, such as an optimiser's state.</summary>
    public required IReadOnlyList<string> Ignored { get; init; }

    /// <summary>The model's fingerprint, where asked for.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>Every tensor of the model, where asked for.</summary>
    public IReadOnlyList<TensorLine>? TensorList { get; init; }

    /// <summary>Describes an opened checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint; only its headers are read, unless the fingerprint is asked for.</param>
    /// <param name="withFingerprint">Whether to read every number for the fingerprint.</param>
    /// <param name="withTensors">Whether to list the tensors.</param>
    public static CheckpointDescription Of(SamCheckpoint checkpoint, bool withFingerprint, bool withTensors)
    {
        SortedDictionary<string, int> types = new(StringComparer.Ordinal);
        foreach (TensorEntry entry in checkpoint.Tensors)
        {
            string type = TypeName(entry);
            types[type] = types.GetValueOrDefault(type) + 1;
        }

        return new CheckpointDescription
        {
            File = checkpoint.FileName,
            Bytes = System.IO.File.Exists(checkpoint.Path) ? new FileInfo(checkpoint.Path).Length : null,
            Format = checkpoint.Format switch
            {
                CheckpointFormat.SafeTensors => "safetensors",
                CheckpointFormat.SafeTensorsSharded => "safetensors-sharded",
                CheckpointFormat.PthLegacy => "pth-legacy",
                _ => "pth",
            },
            Layout = checkpoint.Layout == SamLayout.HuggingFace ? "hugging-face" : "reference",
            Prefix = checkpoint.Prefix.Length == 0 ? null : checkpoint.Prefix,
            Variant = checkpoint.Architecture.VariantName,
            ElementType = types.Count == 1 ? types.Keys.First() : "mixed",
            ElementTypes = types,
            Tensors = checkpoint.Tensors.Count,
            Parameters = checkpoint.ParameterCount,
            Parts = new PartParameters(
                checkpoint.ImageEncoderParameterCount, checkpoint.PromptEncoderParameterCount, checkpoint.MaskDecoderParameterCount),
            Sizes = ModelSizes.Of(checkpoint.Architecture),
            Problems = StateDictReport.Compare(checkpoint.Architecture, checkpoint).Messages,
            Ignored = [.. checkpoint.Ignored.Select(entry => entry.Name)],
            Fingerprint = withFingerprint ? ModelFingerprint.Compute(checkpoint) : null,
            TensorList = withTensors ? [.. checkpoint.Tensors.Select(e => new TensorLine(e.Name, TypeName(e), e.Shape))] : null,
        };
    }

    private static string TypeName(TensorEntry entry) => entry.ElementType.ToString().ToLowerInvariant();
}

/// <summary>Trained numbers of each part of SAM.</summary>
internal sealed record PartParameters(long ImageEncoder, long PromptEncoder, long MaskDecoder);

/// <summary>One tensor of a model.</summary>
internal sealed record TensorLine(string Name, string ElementType, IReadOnlyList<long> Shape);
