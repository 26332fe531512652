using System.CommandLine;
using SamTune.Adaptation;
using SamTune.Adaptation.Full;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Cli.Running;
using SamTune.Imaging;
using SamTune.Modeling.Loading;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune merge --base CKPT --adapter FILE OUT</c>: an adapter added into its base, as an ordinary checkpoint.</summary>
internal sealed class MergeCommand : TeachingCommand
{
    private readonly Argument<string> output = new("OUT") { Description = "The checkpoint to write: .safetensors, .pth or .pt." };
    private readonly Option<string?> source = BaseName.Flag();
    private readonly Option<string> adapter = new("--adapter") { Required = true, Description = "What training wrote: LoRA or full." };
    private readonly Option<bool> half = new("--half") { Description = "Store half precision (float16)." };
    private readonly Option<bool> force = new("--force") { Description = "Replace OUT where it exists." };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object and nothing else." };

    /// <summary>Creates the command.</summary>
    public MergeCommand()
        : base("merge", "Adds an adapter into its base and writes an ordinary SAM checkpoint, which needs no adapter and costs nothing extra.")
    {
        Add(output);
        foreach (Option option in new Option[] { source, adapter, half, force, json })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune merge --base sam_vit_b.pth --adapter run/adapter.safetensors liver_sam.pth", "For any program that reads Meta's checkpoints"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        string target = result.GetRequiredValue(output), file = result.GetRequiredValue(adapter), path = BaseName.Resolve(result.GetValue(source) ?? BaseName.Default);
        SamFileFormat format = Path.GetExtension(target).ToLowerInvariant() switch
        {
            ".safetensors" => SamFileFormat.SafeTensors,
            ".pth" or ".pt" => SamFileFormat.Pth,
            string other => throw new InputException($"{target}: the extension '{other}' names no format; end the name in .safetensors, .pth or .pt."),
        };
        if (new[] { path, file }.Any(p => Path.GetFullPath(p) == Path.GetFullPath(target)))
        {
            throw new InputException($"{target}: is an input itself; give the output another name.");
        }

        if (File.Exists(target) && !result.GetValue(force))
        {
            throw new InputException($"{target}: exists already; pass --force to replace it, or give another name.");
        }

        using BaseModel model = BaseModel.Load(path, file, inputSide: null);
        model.Apply();
        cancellationToken.ThrowIfCancellationRequested();
        string method = model.Method!.Config.Method;
        if (model.Method is IMergeable mergeable)
        {
            mergeable.Merge(model.Model);
        }
        else if (model.Method.Config is not FullConfig)
        {
            throw new InputException(
                $"{file}: the method '{method}' adds layers or tokens that no weight of the base can hold, so it cannot be merged; pass it with --adapter to predict and evaluate.");
        }

        SamLoader.Save(model.Model, target, format, result.GetValue(half));
        var done = new { Base = path, Adapter = file, Method = method, Output = target, Bytes = new FileInfo(target).Length };
        if (result.GetValue(json))
        {
            JsonOutput.Write(result.InvocationConfiguration.Output, done);
        }
        else
        {
            result.InvocationConfiguration.Output.WriteLine($"{target}: {model.Name} with {Path.GetFileName(file)} ({method}) merged, {TextTable.Count(done.Bytes)} bytes.");
        }

        return Task.FromResult(ExitCode.Success);
    }
}
