using System.CommandLine;
using SamTune.Checkpoints;
using SamTune.Checkpoints.Layouts;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Imaging;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune convert IN OUT</c>: the same model in another format, layout or precision.</summary>
internal sealed class ConvertCommand : TeachingCommand
{
    private readonly Argument<string> input = new("IN") { Description = "Any checkpoint that 'samtune inspect' reads." };
    private readonly Argument<string> output = new("OUT") { Description = "The file to write; its extension chooses the format: .safetensors, .pth or .pt." };

    private readonly Option<CheckpointTarget?> to = new("--to")
    {
        Description = "safetensors: this project's and Meta's names. pth: for torch.load. hf: safetensors with the names of Hugging Face's SamModel.",
    };

    private readonly Option<bool> half = new("--half") { Description = "Store half precision (float16)." };
    private readonly Option<bool> force = new("--force") { Description = "Replace OUT where it exists." };

    private readonly Option<bool> incomplete = new("--allow-incomplete")
    {
        Description = "Convert a model that lacks tensors or has unknown ones; each is named on the error stream.",
    };

    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object and nothing else." };

    /// <summary>Creates the command.</summary>
    public ConvertCommand()
        : base("convert", "Writes a checkpoint in another format, with the same numbers. The file appears under its name only when it is whole.")
    {
        Add(input);
        Add(output);
        Add(to);
        Add(half);
        Add(force);
        Add(incomplete);
        Add(json);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune convert sam_vit_b_01ec64.pth sam_vit_b.safetensors", "Meta's file as safetensors"),
        new("samtune convert sam_vit_b.safetensors model.safetensors --to hf", "For Hugging Face's SamModel"),
        new("samtune convert tuned.safetensors tuned.pth", "Back to Python: torch.load(weights_only=True)"),
        new("samtune convert sam_vit_h_4b8939.pth small.safetensors --half", "Half the bytes"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        string source = result.GetRequiredValue(input);
        string target = result.GetRequiredValue(output);
        CheckpointTarget kind = Target(target, result.GetValue(to));
        CheckTarget(source, target, result.GetValue(force));
        using SamCheckpoint checkpoint = SamCheckpoint.Open(source);
        StateDictReport report = StateDictReport.Compare(checkpoint.Architecture, checkpoint);
        if (result.GetValue(incomplete))
        {
            foreach (string message in report.Messages)
            {
                result.InvocationConfiguration.Error.WriteLine($"warning: {ErrorHandling.OneLine(message)}");
            }
        }
        else
        {
            report.ThrowIfDifferent();
        }

        SamLayout layout = kind == CheckpointTarget.Hf ? SamLayout.HuggingFace : SamLayout.Reference;
        List<TensorData> tensors = [.. checkpoint.ToStateDict(layout).Select(t => Interruptible(t, cancellationToken))];
        if (result.GetValue(half))
        {
            tensors = [.. ToHalf(checkpoint, layout, cancellationToken)];
        }

        if (kind == CheckpointTarget.Pth)
        {
            PthWriter.Write(target, tensors);
        }
        else
        {
            SafeTensorsWriter.Write(target, tensors, Metadata(checkpoint));
        }

        Report(result, new Conversion(source, target, kind, tensors.Count, new FileInfo(target).Length));
        return Task.FromResult(ExitCode.Success);
    }

    private static CheckpointTarget Target(string path, CheckpointTarget? asked)
    {
        string extension = Path.GetExtension(path).ToLowerInvariant();
        CheckpointTarget byName = extension switch
        {
            ".safetensors" => CheckpointTarget.SafeTensors,
            ".pth" or ".pt" => CheckpointTarget.Pth,
            _ => throw new InputException($"{path}: the extension '{extension}' names no format; end the name in .safetensors, .pth or .pt."),
        };
        if (asked is { } wanted && (wanted == CheckpointTarget.Pth) != (byName == CheckpointTarget.Pth))
        {
            throw new InputException(
                $"{path}: the extension '{extension}' contradicts --to {wanted.ToString().ToLowerInvariant()}; end the name in {(wanted == CheckpointTarget.Pth ? ".pth" : ".safetensors")}.");
        }

        return asked ?? byName;
    }

    private static void CheckTarget(string source, string target, bool force)
    {
        string full = Path.GetFullPath(target);
        if (full == Path.GetFullPath(source))
        {
            throw new InputException($"{target}: is the input itself; give the output another name.");
        }

        if (Directory.Exists(full))
        {
            throw new InputException($"{target}: is a folder; give a file's name inside it.");
        }

        if (File.Exists(full) && !force)
        {
            throw new InputException($"{target}: exists already; pass --force to replace it, or give another name.");
        }
    }

    private static TensorData Interruptible(TensorData tensor, CancellationToken cancellationToken) => tensor with
    {
        Write = stream =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            tensor.Write(stream);
        },
    };

    private static IEnumerable<TensorData> ToHalf(SamCheckpoint checkpoint, SamLayout layout, CancellationToken cancellationToken)
    {
        // Both lists are in the same order; the reference's names are the ones to read by.
        foreach ((TensorData reference, TensorData named) in checkpoint.ToStateDict(SamLayout.Reference).Zip(checkpoint.ToStateDict(layout)))
        {
            bool rounds = named.ElementType is TensorElementType.Float64 or TensorElementType.Float32 or TensorElementType.BFloat16;
            TensorData written = !rounds ? named : named with
            {
                ElementType = TensorElementType.Float16,
                Write = stream => WriteHalf(checkpoint, reference, stream),
            };
            yield return Interruptible(written, cancellationToken);
        }
    }

    /// <summary>Reads one tensor, at most some tens of megabytes, when its turn comes.</summary>
    private static void WriteHalf(SamCheckpoint checkpoint, TensorData tensor, Stream stream)
    {
        float[] values = new float[tensor.Entry.ElementCount];
        checkpoint.ReadAsFloat32(tensor.Name, values);
        foreach (float value in values)
        {
            if (float.IsFinite(value) && !Half.IsFinite((Half)value))
            {
                throw new InputException(
                    $"{checkpoint.FileName}: '{tensor.Name}' has the value {value}; half precision ends at {Half.MaxValue}. Leave --half out.");
            }
        }

        TensorData.FromFloat32(tensor.Name, tensor.Shape, values, TensorElementType.Float16).Write(stream);
    }

    private static Dictionary<string, string> Metadata(SamCheckpoint checkpoint)
    {
        // "format": "pt" is what Hugging Face's loaders ask for; the heads are the one size that no shape shows.
        Dictionary<string, string> metadata = new(StringComparer.Ordinal) { ["format"] = "pt" };
        if (checkpoint.Metadata.TryGetValue(SamCheckpoint.DecoderHeadsKey, out string? heads))
        {
            metadata[SamCheckpoint.DecoderHeadsKey] = heads;
        }

        return metadata;
    }

    private void Report(ParseResult result, Conversion done)
    {
        TextWriter writer = result.InvocationConfiguration.Output;
        if (result.GetValue(json))
        {
            JsonOutput.Write(writer, done);
        }
        else
        {
            writer.WriteLine($"{done.Output}: {TextTable.Count(done.Tensors)} tensors, {TextTable.Count(done.Bytes)} bytes.");
        }
    }

    /// <summary>What was done; the names of its properties are the keys of <c>--json</c>.</summary>
    private sealed record Conversion(string Input, string Output, CheckpointTarget Format, int Tensors, long Bytes);
}
