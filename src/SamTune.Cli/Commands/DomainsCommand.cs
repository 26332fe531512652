using System.CommandLine;
using SamTune.Adaptation.Domains;
using SamTune.Artifacts;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Cli.Running;
using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Inference.Domains;
using SamTune.Modeling;
using SamTune.Modeling.Loading;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune domains FILE</c>: keeps the file that says which domains a base has.</summary>
internal sealed class DomainsCommand : TeachingCommand
{
    private readonly Argument<string> file = new("FILE") { Description = "The adapter-set file, such as domains.json; created where --add names the first domain." };
    private readonly Option<string[]> added = new("--add") { Description = "NAME=ARTIFACT: a domain and what training wrote for it; replaces a domain of this name." };
    private readonly Option<string[]> pictures = new("--pictures")
    {
        Description = "NAME=DATA: pictures that a domain is recognised by with --domain auto, on the --base of its artifact. Any data set as for train (its training part, or PATH:PART), or a folder of pictures or of NIfTI volumes without masks.",
    };

    private readonly Option<string?> task = new("--task") { Description = "With --pictures of a tasks.json: the one task whose slices or tiles are taken; all by default." };
    private readonly Option<string?> axis = new("--axis") { Description = "With --pictures of volumes: slices go across axial (default), coronal or sagittal, or 0, 1, 2 as stored; a tasks.json says its own." };
    private readonly Option<string[]> thresholds = new("--threshold") { Description = "NAME=0..1: confidence below which --domain auto takes the base (0.5)." };
    private readonly Option<string[]> removed = new("--remove") { Description = "NAME: takes a domain out; its artifact stays." };
    private readonly Option<string?> source = BaseName.Flag();
    private readonly Option<string?> device = DeviceFlag.Create();
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object and nothing else." };

    /// <summary>Creates the command.</summary>
    public DomainsCommand()
        : base("domains", "Collects adapters of many domains on one base into a file for 'predict --adapters', and lists what is in it.")
    {
        Add(file);
        foreach (Option flag in new Option[] { added, pictures, task, axis, thresholds, removed, source, device, json })
        {
            Add(flag);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune domains domains.json --add mri=runs/mri/adapter.safetensors --add ct=runs/ct/adapter.safetensors", "Two domains, chosen by name"),
        new("samtune domains domains.json --pictures mri=data/mri --pictures cells=cells.jsonl:train --base sam_vit_b.pth", "Let --domain auto recognise them by the data they were trained on"),
        new("samtune domains domains.json", "What is in it?"),
    ];

    /// <inheritdoc/>
    protected override Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        string path = result.GetRequiredValue(file);
        if (result.GetValue(pictures) is not { Length: > 0 } && new[] { task, axis }.FirstOrDefault(f => result.GetValue(f) != null) is { } lost)
        {
            throw new InputException($"{lost.Name}: says which of {pictures.Name} are taken; give both, or leave it out.");
        }

        string[] changes = [.. new[] { added, pictures, thresholds, removed }.SelectMany(o => result.GetValue(o) ?? [])];
        bool isNew = !File.Exists(path) && (result.GetValue(added) ?? []).Length > 0;
        Dictionary<string, DomainEntry> domains = isNew ? new(StringComparer.Ordinal) : new(AdapterSetFile.Read(path).Domains, StringComparer.Ordinal);
        if (changes.Length > 0)
        {
            Change(result, path, domains, cancellationToken);
            new AdapterSetFile { Domains = domains }.Write(path);
        }

        Report(result, path, domains);
        return Task.FromResult(ExitCode.Success);
    }

    private void Change(ParseResult result, string path, Dictionary<string, DomainEntry> domains, CancellationToken cancel)
    {
        foreach (string name in result.GetValue(removed) ?? [])
        {
            Existing(domains, name, removed);
            domains.Remove(name);
        }

        foreach ((string name, string artifact) in Pairs(result, added))
        {
            AdapterSet.CheckName(name);
            AdapterSet.CheckMethod(name, ArtifactFile.ReadManifest(artifact).Method);
            string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            string relative = Path.GetRelativePath(folder, Path.GetFullPath(artifact)).Replace(Path.DirectorySeparatorChar, '/');
            domains[name] = domains.TryGetValue(name, out DomainEntry? entry) ? entry with { Artifact = relative } : new DomainEntry { Artifact = relative };
        }

        foreach ((string name, string value) in Pairs(result, thresholds))
        {
            double threshold = Words.Number(value, thresholds.Name);
            domains[name] = threshold is >= 0 and <= 1
                ? Existing(domains, name, thresholds) with { Threshold = threshold }
                : throw new InputException($"{thresholds.Name}: {name} gets {value}; a confidence of 0 to 1 is needed.");
        }

        if (Pairs(result, pictures) is { Count: > 0 } fitted)
        {
            Fit(result, path, domains, fitted, cancel);
        }
    }

    private void Fit(ParseResult result, string path, Dictionary<string, DomainEntry> domains, List<(string Name, string Value)> fitted, CancellationToken cancel)
    {
        string checkpoint = BaseName.Resolve(result.GetValue(source) ?? BaseName.Default);
        var data = new RoutingData(result.GetValue(axis) ?? NiftiSliceOptions.Default.Axis, result.GetValue(task));
        var places = fitted.Select(f => (f.Name, Entry: Existing(domains, f.Name, pictures), Pictures: data.Open(f.Value, Scene(path, domains, f.Name)))).ToList();
        string first = new AdapterSetFile { Domains = domains }.ArtifactPath(path, places[0].Name);
        ArtifactManifest manifest = ArtifactFile.ReadManifest(first);
        using Sam model = SamLoader.Load(checkpoint, manifest.InputSide, device: DeviceFlag.Read(result.GetValue(device)));
        string fingerprint = SamFingerprint.Compute(model);
        if (!manifest.BaseSha256.Equals(fingerprint, StringComparison.OrdinalIgnoreCase))
        {
            throw new InputException($"{first}: trained on the base '{manifest.BaseName}' (sha256 {manifest.BaseSha256[..12]}...), but --base is another (sha256 {fingerprint[..12]}...); pass the base it was trained on.");
        }

        foreach ((string name, DomainEntry entry, IEnumerable<RgbImage> seen) in places)
        {
            domains[name] = entry with { Prototype = DomainRouter.Fit(model, seen, cancel) };
        }
    }

    private static SceneSettings? Scene(string path, Dictionary<string, DomainEntry> domains, string name)
    {
        string artifact = new AdapterSetFile { Domains = domains }.ArtifactPath(path, name);
        return SharedRecipe.Of(ArtifactFile.ReadManifest(artifact), artifact)?.Scene;
    }

    private DomainEntry Existing(Dictionary<string, DomainEntry> domains, string name, Option flag) => domains.TryGetValue(name, out DomainEntry? entry)
        ? entry
        : throw new InputException($"{flag.Name}: there is no domain '{name}'; there are {string.Join(", ", domains.Keys.Order(StringComparer.Ordinal))}: add it with {added.Name} {name}=ARTIFACT.");

    private static List<(string Name, string Value)> Pairs(ParseResult result, Option<string[]> flag) => [.. (result.GetValue(flag) ?? []).Select(text =>
    {
        string[] parts = text.Split('=', 2, StringSplitOptions.TrimEntries);
        return parts is [{ Length: > 0 }, { Length: > 0 }] ? (parts[0], parts[1]) : throw new InputException($"{flag.Name}: '{text}' is no pair; write NAME=VALUE, such as mri=...");
    })];

    private void Report(ParseResult result, string path, Dictionary<string, DomainEntry> domains)
    {
        var listed = domains.OrderBy(d => d.Key, StringComparer.Ordinal)
            .Select(d => new Listed(d.Key, d.Value.Artifact, d.Value.Prototype?.Pictures ?? 0, d.Value.Threshold)).ToList();
        TextWriter writer = result.InvocationConfiguration.Output;
        if (result.GetValue(json))
        {
            JsonOutput.Write(writer, new { File = path, Domains = listed });
            return;
        }

        TextTable.WriteColumns(writer, ["domain", "artifact", "recognised by"], listed.Select(l => new[]
        {
            l.Name, l.Artifact, l.Pictures == 0 ? "name only" : FormattableString.Invariant($"{l.Pictures} pictures, threshold {l.Threshold}"),
        }));
    }

    private sealed record Listed(string Name, string Artifact, int Pictures, double Threshold);
}
