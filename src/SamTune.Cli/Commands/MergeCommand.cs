using System.CommandLine;
using SamTune.Adaptation;
using SamTune.Adaptation.Domains;
using SamTune.Adaptation.Full;
using SamTune.Artifacts;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Cli.Running;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Modeling.Loading;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune merge --base CKPT --adapter FILE OUT</c>: an adapter, or a sum of LoRA adapters, added into its base, as an ordinary checkpoint.</summary>
internal sealed class MergeCommand : TeachingCommand
{
    private readonly Argument<string> output = new("OUT") { Description = "The checkpoint to write: .safetensors, .pth or .pt." };
    private readonly Option<string?> source = BaseName.Flag();
    private readonly Option<string[]> adapter = new("--adapter") { Description = "What training wrote: LoRA or full; several LoRA adapters are added up." };
    private readonly Option<string?> weights = new("--weights") { Description = "A weight for each --adapter, such as 0.7,0.3; 1 each by default." };
    private readonly Option<string?> adapters = new("--adapters") { Description = DomainModels.AdaptersHelp };
    private readonly Option<string?> domain = new("--domain") { Description = "With --adapters: a domain, or LoRA domains with weights such as mri:0.7+ct:0.3." };
    private readonly Option<bool> asAdapter = new("--as-adapter") { Description = "Write the sum as one LoRA adapter (ranks added, exact) instead of a checkpoint." };
    private readonly Option<string?> recipeOf = new(SharedRecipe.Flag) { Description = "With --as-adapter: the domain or --adapter whose recipe the sum keeps, where they were trained with different ones." };
    private readonly Option<bool> half = new("--half") { Description = "Store half precision (float16)." };
    private readonly Option<bool> force = new("--force") { Description = "Replace OUT where it exists." };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object and nothing else." };

    /// <summary>Creates the command.</summary>
    public MergeCommand()
        : base("merge", "Adds an adapter into its base and writes an ordinary SAM checkpoint, which needs no adapter and costs nothing extra.")
    {
        Add(output);
        foreach (Option option in new Option[] { source, adapter, weights, adapters, domain, asAdapter, recipeOf, half, force, json })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune merge --base sam_vit_b.pth --adapter run/adapter.safetensors liver_sam.pth", "For any program that reads Meta's checkpoints"),
        new("samtune merge --base sam_vit_b.pth --adapters domains.json --domain mri:0.7+ct:0.3 both.safetensors", "Two LoRA domains in one checkpoint"),
        new("samtune merge --base sam_vit_b.pth --adapter a.safetensors --adapter b.safetensors --weights 0.5,0.5 --as-adapter ab.safetensors", "Two LoRA adapters as one"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        string target = result.GetRequiredValue(output), path = BaseName.Resolve(result.GetValue(source) ?? BaseName.Default);
        LoraParts parts = Parts(result);
        bool isAdapter = result.GetValue(asAdapter), isHalf = result.GetValue(half);
        SamFileFormat format = Format(target, isAdapter);
        if (parts.Parts.Select(p => p.Path).Append(path).Any(p => Path.GetFullPath(p) == Path.GetFullPath(target)))
        {
            throw new InputException($"{target}: is an input itself; give the output another name.");
        }

        if (File.Exists(target) && !result.GetValue(force))
        {
            throw new InputException($"{target}: exists already; pass --force to replace it, or give another name.");
        }

        if (!isAdapter && result.GetValue(recipeOf) != null)
        {
            throw new InputException($"{recipeOf.Name}: a checkpoint keeps no recipe; add {asAdapter.Name}, or leave it out.");
        }

        PreprocessingSpec? recipe = isAdapter ? parts.Recipe(result.GetValue(recipeOf)) : null;
        using BaseModel model = BaseModel.Load(path, parts.Parts[0].Path, inputSide: null);
        cancellationToken.ThrowIfCancellationRequested();
        string method;
        if (parts.IsOne && !isAdapter)
        {
            model.Apply();
            method = model.Method!.Config.Method;
            MergeOne(model, parts.Parts[0].Path);
            SamLoader.Save(model.Model, target, format, isHalf);
        }
        else
        {
            (IFineTuning composed, ArtifactManifest manifest) = parts.Compose(model, recipe);
            using IFineTuning owned = composed;
            method = composed.Config.Method;
            if (isAdapter)
            {
                ArtifactFile.Save(target, composed, manifest, isHalf);
            }
            else
            {
                ((IMergeable)composed).Merge(model.Model);
                SamLoader.Save(model.Model, target, format, isHalf);
            }
        }

        Report(result, parts, model.Name, method, target);
        return Task.FromResult(ExitCode.Success);
    }

    private LoraParts Parts(ParseResult result)
    {
        string[] files = result.GetValue(adapter) ?? [];
        string? set = result.GetValue(adapters), words = result.GetValue(domain);
        if ((set is null) == (files.Length == 0) || (set is null) != (words is null))
        {
            throw new InputException("merge: give one or more --adapter, or --adapters with --domain.");
        }

        return set is null ? LoraParts.Of(files, result.GetValue(weights)) : LoraParts.Of(set, DomainMixture.Parse(words!));
    }

    private static SamFileFormat Format(string target, bool isAdapter) => Path.GetExtension(target).ToLowerInvariant() switch
    {
        ".safetensors" => SamFileFormat.SafeTensors,
        ".pth" or ".pt" when !isAdapter => SamFileFormat.Pth,
        string other => throw new InputException($"{target}: the extension '{other}' names no format; end the name in .safetensors{(isAdapter ? "" : ", .pth or .pt")}."),
    };

    private static void MergeOne(BaseModel model, string file)
    {
        MethodConfig config = model.Method!.Config;
        if (model.Method is IMergeable mergeable)
        {
            mergeable.Merge(model.Model);
        }
        else if (config is not FullConfig { ExtraBands: null })
        {
            string added = config.ExtraBands == null ? "layers or tokens" : "filters for extra bands";
            throw new InputException(
                $"{file}: the method '{config.Method}' adds {added} that no weight of the base can hold, so it cannot be merged; pass it with --adapter to predict and evaluate.");
        }
    }

    private void Report(ParseResult result, LoraParts parts, string name, string method, string target)
    {
        var done = new
        {
            Base = result.GetValue(source) ?? BaseName.Default,
            Adapter = parts.IsOne ? parts.Parts[0].Path : null,
            Parts = parts.IsOne ? null : parts.Parts.Select(p => new { Adapter = p.Path, p.Weight }),
            Method = method,
            Output = target,
            Bytes = new FileInfo(target).Length,
        };
        if (result.GetValue(json))
        {
            JsonOutput.Write(result.InvocationConfiguration.Output, done);
            return;
        }

        string sum = string.Join(" + ", parts.Parts.Select(p => p.Weight == 1 ? p.Name : FormattableString.Invariant($"{p.Weight} {p.Name}")));
        result.InvocationConfiguration.Output.WriteLine(result.GetValue(asAdapter)
            ? $"{target}: {sum} as one {method} adapter for {name}, {TextTable.Count(done.Bytes)} bytes."
            : $"{target}: {name} with {sum} ({method}) merged, {TextTable.Count(done.Bytes)} bytes.");
    }
}
