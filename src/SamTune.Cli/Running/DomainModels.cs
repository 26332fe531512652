using SamTune.Adaptation;
using SamTune.Adaptation.Domains;
using SamTune.Artifacts;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Inference.Domains;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using static TorchSharp.torch;

namespace SamTune.Cli.Running;

/// <summary>A base model with the domains of an adapter-set file. Frees both.</summary>
internal sealed class DomainModels : IDisposable
{
    /// <summary>The help of <c>--adapters</c>.</summary>
    public const string AdaptersHelp = "An adapter-set file of 'samtune domains', such as domains.json, instead of one --adapter.";

    private readonly AdapterSetFile file;
    private readonly Dictionary<string, ArtifactManifest> manifests;
    private IFineTuning? composed;

    private DomainModels(AdapterSetFile file, Dictionary<string, ArtifactManifest> manifests, Sam model, AdapterSet set, string name, string fingerprint)
    {
        this.file = file;
        this.manifests = manifests;
        Set = set;
        Model = model;
        Name = name;
        Fingerprint = fingerprint;
    }

    /// <summary>The base.</summary>
    public Sam Model { get; }

    /// <summary>The base's file name.</summary>
    public string Name { get; }

    /// <summary>SHA-256 of the base.</summary>
    public string Fingerprint { get; }

    /// <summary>The domains.</summary>
    public AdapterSet Set { get; }

    /// <summary>Loads a base and all domains onto it.</summary>
    /// <param name="source">The base checkpoint: a file, or a name that <see cref="BaseName"/> knows.</param>
    /// <param name="adapters">The adapter-set file.</param>
    /// <param name="inputSide">Side of the input; null for the artifacts'.</param>
    /// <param name="device">Where the model computes; null for the processor.</param>
    /// <exception cref="InputException">The file has no domains, or an artifact does not fit the base or the others.</exception>
    public static DomainModels Load(string source, string adapters, int? inputSide, Device? device = null)
    {
        string path = BaseName.Resolve(source);
        AdapterSetFile file = AdapterSetFile.Read(adapters);
        Dictionary<string, ArtifactManifest> manifests = file.Domains.Keys.ToDictionary(d => d, d => ArtifactFile.ReadManifest(file.ArtifactPath(adapters, d)), StringComparer.Ordinal);
        if (manifests.Count == 0)
        {
            throw new InputException($"{adapters}: has no domains; add one with 'samtune domains {adapters} --add NAME=ARTIFACT'.");
        }

        int side = manifests.Values.First().InputSide;
        if (inputSide is { } asked && asked != side)
        {
            throw new InputException($"--input-size: {asked} is not the side that the domains of {adapters} were trained at ({side}); leave the flag out.");
        }

        Sam model = SamLoader.Load(path, side, device: device);
        try
        {
            string name = Path.GetFileName(path), fingerprint = SamFingerprint.Compute(model);
            return new DomainModels(file, manifests, model, file.Load(adapters, model, fingerprint, name), name, fingerprint);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>What a domain's artifact says about itself.</summary>
    public ArtifactManifest Manifest(string domain) => manifests[domain];

    /// <summary>Finds what the words of <c>--domain</c> stand for.</summary>
    /// <param name="words">A domain, <c>base</c>, <c>auto</c>, or a mixture such as <c>mri:0.7+ct:0.3</c>.</param>
    /// <param name="picture">The picture to be predicted.</param>
    /// <exception cref="InputException">There is no such domain, the domains cannot be composed, or the picture cannot be routed.</exception>
    public ChosenDomain Choose(string words, string picture)
    {
        if (words == AdapterSet.AutoName)
        {
            DomainChoice choice = Router().Route(RoutingPicture.Read(picture, file.Domains.Keys.Select(d => Recipe([d])?.Scene?.Bands)));
            return Named(choice.Domain) with { Confidence = choice.Confidence, Nearest = choice.Nearest, Threshold = file.Domains[choice.Nearest].Threshold };
        }

        DomainMixture mixture = DomainMixture.Parse(words);
        if (mixture.Lone is { } lone)
        {
            return Named(lone);
        }

        composed ??= Set.Compose(mixture);
        return new ChosenDomain(mixture.ToString(), null, null, null, composed.Adaptation, Recipe([.. mixture.Parts.Select(p => p.Domain)]));
    }

    /// <summary>What chooses a domain by the picture.</summary>
    /// <exception cref="InputException">No domain has a prototype.</exception>
    public DomainRouter Router() => new(Model, file.Domains);

    /// <summary>The recipe that domains share.</summary>
    /// <exception cref="InputException">They were trained with different ones.</exception>
    public PreprocessingSpec? Recipe(IReadOnlyList<string> domains)
    {
        PreprocessingSpec?[] specs = [.. domains.Select(d => manifests[d].Preprocessing is { } json ? PreprocessingSpec.FromJson(json.GetRawText(), d) : null)];
        return specs.Distinct().Count() == 1
            ? specs[0]
            : throw new InputException(
                $"domain: {string.Join(" and ", domains)} were trained on pictures prepared in different ways ({string.Join(", ", specs.Select(s => s?.Mapping.ToString() ?? "none"))}); only domains of one recipe can share a picture.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        composed?.Dispose();
        Set.Dispose();
        Model.Dispose();
    }

    private ChosenDomain Named(string domain)
    {
        IModelAdaptation adaptation = Set.Adaptation(domain);
        return new ChosenDomain(domain, null, null, null, adaptation, domain == AdapterSet.BaseName ? null : Recipe([domain]));
    }
}
