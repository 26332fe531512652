using SamTune.Adaptation;
using SamTune.Adaptation.Domains;
using SamTune.Artifacts;
using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
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
    /// <param name="picture">The picture or volume to be predicted.</param>
    /// <param name="axis">Axis that slices of a volume go across.</param>
    /// <param name="recipeOf">Of a mixture the domain whose recipe prepares the picture; null where all make the same.</param>
    /// <param name="cancel">Stops between slices.</param>
    /// <exception cref="InputException">There is no such domain, the domains cannot be composed, or the picture cannot be routed.</exception>
    public ChosenDomain Choose(string words, string picture, string axis, string? recipeOf, CancellationToken cancel)
    {
        DomainMixture? mixture = words == AdapterSet.AutoName ? null : DomainMixture.Parse(words);
        if (recipeOf != null && mixture is null or { Lone: not null })
        {
            throw new InputException($"{SharedRecipe.Flag}: is for a mixture such as mri:0.7+ct:0.3, and {AdapterSet.AutoName} or a domain alone has its own recipe; leave it out.");
        }

        if (mixture is null)
        {
            DomainChoice choice = Route(picture, axis, cancel);
            return Named(choice.Domain) with { Confidence = choice.Confidence, Nearest = choice.Nearest, Threshold = file.Domains[choice.Nearest].Threshold };
        }

        if (mixture.Lone is { } lone)
        {
            return Named(lone);
        }

        composed ??= Set.Compose(mixture);
        return new ChosenDomain(mixture.ToString(), composed.Adaptation, SharedRecipe.Of([.. mixture.Parts.Select(p => (p.Domain, Recipe(p.Domain)))], recipeOf));
    }

    /// <summary>What chooses a domain by the picture.</summary>
    /// <exception cref="InputException">No domain has a prototype.</exception>
    public DomainRouter Router() => new(Model, file.Domains);

    /// <summary>The recipe of a domain; null where its artifact names none.</summary>
    public PreprocessingSpec? Recipe(string domain) => SharedRecipe.Of(manifests[domain], domain);

    /// <inheritdoc/>
    public void Dispose()
    {
        composed?.Dispose();
        Set.Dispose();
        Model.Dispose();
    }

    private DomainChoice Route(string picture, string axis, CancellationToken cancel)
    {
        bool isVolume = NiftiSliceDataset.IsVolume(picture);
        IReadOnlyList<RgbImage> seen = isVolume
            ? [.. new RoutingVolume(picture).Slices(axis, RoutingVolume.Usual)]
            : [RoutingPicture.Read(picture, file.Domains.Keys.Select(d => Recipe(d)?.Scene?.Bands))];
        int channels = isVolume ? 1 : ImageReader.ReadHeader(picture, ReadLimits.Windows).Channels;
        Dictionary<string, DomainEntry> fitting = file.Domains.Where(d => Takes(Recipe(d.Key), channels)).ToDictionary(StringComparer.Ordinal);
        return fitting.Values.Any(d => d.Prototype != null) || file.Domains.Values.All(d => d.Prototype is null)
            ? new DomainRouter(Model, fitting).Route(seen, cancel)
            : throw new InputException($"{picture}: {(isVolume ? "a volume" : $"{channels} channel(s)")}, and the recipe of no domain that can be recognised takes that; name a domain with --domain, or base.");
    }

    // However alike they look: a recipe for the bands of a scene cannot prepare a slice, nor any other recipe more than red, green, blue and one more.
    private static bool Takes(PreprocessingSpec? recipe, int channels) => recipe?.Scene is not { } scene ? channels <= 4 : scene.Bands is { } names ? names.Split(',').Length == channels : channels >= 3;

    private ChosenDomain Named(string domain) => new(domain, Set.Adaptation(domain), domain == AdapterSet.BaseName ? null : Recipe(domain));
}
