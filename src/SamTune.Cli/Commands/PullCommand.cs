using System.CommandLine;
using SamTune.Checkpoints.Registry;
using SamTune.Cli.Hosting;
using SamTune.Cli.Output;
using SamTune.Cli.Running;
using SamTune.Imaging;

namespace SamTune.Cli.Commands;

/// <summary><c>samtune pull NAME...</c>: downloads published weights into the cache, where <c>--base NAME</c> finds them.</summary>
internal sealed class PullCommand : TeachingCommand
{
    private readonly Argument<string[]> names = new("NAME") { Arity = ArgumentArity.ZeroOrMore, Description = "Models to download, such as vit_b; --list shows them all." };
    private readonly Option<bool> list = new("--list") { Description = "List the models with size, licence and source, and whether they are downloaded." };
    private readonly Option<string?> cache = new("--cache") { Description = "Folder of the downloads; else SAMTUNE_CACHE, else the system's folder for caches." };
    private readonly Option<string?> mirror = new("--mirror") { Description = "Address that stands in place of the publisher's scheme and host; else SAMTUNE_MIRROR. The SHA-256 is checked all the same." };
    private readonly Option<string?> proxy = new("--proxy") { Description = "Address of a proxy, http:// or socks5://; else HTTPS_PROXY, HTTP_PROXY or ALL_PROXY." };
    private readonly Option<bool> offline = new("--offline") { Description = "Download nothing, only check what is there; SAMTUNE_OFFLINE=1 does the same." };
    private readonly Option<bool> force = new("--force") { Description = "Download again what is there already." };
    private readonly Option<string?> registry = new("--registry") { Description = "A JSON file with more models, in the form of registry.json; else SAMTUNE_REGISTRY." };
    private readonly Option<bool> json = new("--json") { Description = "Print one JSON object on the output and nothing else." };

    /// <summary>Creates the command.</summary>
    public PullCommand()
        : base("pull", "Downloads published weights by name, checks their SHA-256, and keeps them where --base finds them by the same name. An interrupted download goes on where it stopped.")
    {
        Add(names);
        foreach (Option option in new Option[] { list, cache, mirror, proxy, offline, force, registry, json })
        {
            Add(option);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<Example> Examples { get; } =
    [
        new("samtune pull --list", "Which models are there, and under which licences?"),
        new("samtune pull vit_b medsam", "Two models; afterwards: samtune train cells/ --base vit_b --out runs/cells"),
        new("samtune pull vit_h --mirror https://mirror.example.org/models --proxy http://proxy:3128", "Through a proxy, from a mirror"),
        new("samtune pull vit_b --offline", "Is the file here, and whole?"),
    ];

    /// <inheritdoc/>
    protected override async Task<int> ExecuteAsync(ParseResult result, CancellationToken cancellationToken)
    {
        ModelPlaces places = ModelPlaces.Find(Environment.GetEnvironmentVariable, result.GetValue(cache), result.GetValue(registry));
        string[] asked = result.GetValue(names) ?? [];
        if (result.GetValue(list))
        {
            ModelList.Write(result.InvocationConfiguration.Output, places, result.GetValue(json));
            return ExitCode.Success;
        }

        if (asked.Length == 0)
        {
            throw new InputException("NAME: is missing; name the models to download, or pass --list to see which there are.");
        }

        // All names before the first download: a slip of the pen should not show after an hour.
        RegistryEntry[] entries = [.. asked.Where(name => name != ModelRegistry.BundledName).Select(places.Registry.Get).Distinct()];
        DownloadOptions options = new()
        {
            Mirror = Address(result.GetValue(mirror) ?? Environment.GetEnvironmentVariable("SAMTUNE_MIRROR"), "--mirror"),
            Offline = result.GetValue(offline) || IsOn("SAMTUNE_OFFLINE"),
            Force = result.GetValue(force),
        };
        TextWriter error = result.InvocationConfiguration.Error;
        List<PulledModel> pulled = [];
        using HttpClient client = DownloadClient.Create(Address(result.GetValue(proxy), "--proxy"));
        ModelDownloader downloader = new(client, places.Cache, options);
        await PullReporter.ShowAsync(error, async progress =>
        {
            foreach (RegistryEntry entry in entries)
            {
                pulled.Add(await downloader.PullAsync(entry, progress, cancellationToken));
            }
        });
        foreach (PulledModel model in pulled.Where(m => !m.Verified))
        {
            error.WriteLine($"warning: {model.Entry.Name}: nobody publishes its SHA-256, so it is unverified; {model.Sha256} is recorded, and later downloads must equal it.");
        }

        Report(result, asked.Contains(ModelRegistry.BundledName) ? BaseName.Resolve(ModelRegistry.BundledName, places) : null, pulled);
        return ExitCode.Success;
    }

    private void Report(ParseResult result, string? bundled, List<PulledModel> pulled)
    {
        TextWriter output = result.InvocationConfiguration.Output;
        if (result.GetValue(json))
        {
            JsonOutput.Write(output, new { Models = pulled.Select(m => new { m.Entry.Name, m.Path, m.Bytes, m.Sha256, m.Verified, m.Downloaded, m.Entry.Licence }) });
            return;
        }

        if (bundled != null)
        {
            output.WriteLine($"{ModelRegistry.BundledName}: {bundled}, comes with samtune");
        }

        foreach (PulledModel model in pulled)
        {
            string how = (model.Downloaded ? "downloaded" : "there already") + (model.Verified ? ", SHA-256 as published" : ", SHA-256 recorded");
            output.WriteLine($"{model.Entry.Name}: {model.Path} ({TextTable.Count(model.Bytes)} bytes, {how}, licence {model.Entry.Licence})");
        }
    }

    private static Uri? Address(string? text, string flag) =>
        string.IsNullOrEmpty(text) ? null
        : Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && address.Host.Length > 0 ? address
        : throw new InputException($"{flag}: '{text}' is no address; write it with its scheme, as in https://host/path.");

    private static bool IsOn(string variable) => Environment.GetEnvironmentVariable(variable) switch
    {
        null or "" or "0" or "false" => false,
        "1" or "true" => true,
        string other => throw new InputException($"{variable}: is '{other}'; set it to 1 or 0."),
    };
}
