using SamTune.Adaptation.Domains;
using SamTune.Artifacts;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Preprocessing;
using static TorchSharp.torch;

namespace SamTune.Inference.Domains;

/// <summary>
/// Chooses a domain by the picture: the one whose prototype is nearest to the picture's early features. Features are the tokens after the frozen base's first block, each normalised over
/// its channels, and of these the mean and the standard deviation over the picture, (2C). A prototype is their mean over a domain's pictures.
/// </summary>
/// <remarks>
/// The distance d_k to prototype k is the root mean square difference of the features, divided by that of the domain's own pictures: about 1 for a picture that belongs to it. The
/// confidence of k is the softmax exp(-d_k) / (exp(-4) + sum over j of exp(-d_j)): the 4 stands for a picture of no known domain. It falls as another domain comes near and as the picture
/// leaves its own; at the usual threshold of 0.5 a picture beyond 4 times the usual distance goes to the base. Nothing is random, and no state changes: any number of threads may
/// share a router.
/// </remarks>
public sealed class DomainRouter
{
    private const int EarlyBlocks = 1;
    private const double DistanceOfNone = 4;

    // Pictures of a domain that are all the same would make every other picture infinitely far; features are of size 1.
    private const double SmallestRadius = 0.01;
    private readonly Sam _model;
    private readonly Dictionary<string, DomainEntry> _domains;

    /// <summary>Creates a router.</summary>
    /// <param name="model">The base; stays the caller's.</param>
    /// <param name="domains">Domains by name; those without a prototype are never chosen.</param>
    /// <exception cref="InputException">No domain has a prototype, or one was made on another base.</exception>
    public DomainRouter(Sam model, IReadOnlyDictionary<string, DomainEntry> domains)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(domains);
        _model = model;
        _domains = domains.Where(d => d.Value.Prototype != null).ToDictionary(StringComparer.Ordinal);
        int width = 2 * model.Architecture.EncoderEmbedDim;
        foreach ((string domain, DomainEntry entry) in _domains)
        {
            if (entry.Prototype!.Features.Count != width)
            {
                throw new InputException($"domain '{domain}': its prototype has {entry.Prototype.Features.Count} features, but this base gives {width}; fit it again on this base.");
            }
        }

        if (_domains.Count == 0)
        {
            throw new InputException("domain 'auto': no domain of the set has a prototype to recognise it by; fit prototypes from pictures, or name a domain.");
        }
    }

    /// <summary>Makes a domain's prototype from its pictures.</summary>
    /// <param name="model">The base.</param>
    /// <param name="pictures">8-bit RGB, read as pictures to be routed will be; read one at a time, at least two.</param>
    /// <param name="cancel">Stops between pictures.</param>
    /// <exception cref="InputException">There are fewer than two pictures.</exception>
    public static DomainPrototype Fit(Sam model, IEnumerable<RgbImage> pictures, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(pictures);
        int count = 0;
        var mean = new double[2 * model.Architecture.EncoderEmbedDim];
        double squares = 0;
        foreach (RgbImage picture in pictures)
        {
            cancel.ThrowIfCancellationRequested();
            float[] features = Features(model, picture);
            count++;
            for (int i = 0; i < mean.Length; i++)
            {
                double difference = features[i] - mean[i];
                mean[i] += difference / count;
                squares += difference * (features[i] - mean[i]);
            }
        }

        return count >= 2
            ? new DomainPrototype { Features = [.. mean.Select(m => (float)m)], Radius = Math.Sqrt(squares / mean.Length / (count - 1)), Pictures = count }
            : throw new InputException($"prototype: {count} picture(s) are given; how far a domain's pictures lie from each other is seen from two on.");
    }

    /// <summary>Chooses a domain for a picture.</summary>
    /// <param name="picture">8-bit RGB, read as the pictures of the prototypes were.</param>
    public DomainChoice Route(RgbImage picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        return Route([picture]);
    }

    /// <summary>Chooses one domain for several pictures that belong together, such as slices of a volume: by the mean of their distances.</summary>
    /// <param name="pictures">8-bit RGB, read as the pictures of the prototypes were; at least one, of any sizes.</param>
    /// <param name="cancel">Stops between pictures.</param>
    /// <exception cref="ArgumentException">There is no picture.</exception>
    public DomainChoice Route(IReadOnlyList<RgbImage> pictures, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.Count == 0)
        {
            throw new ArgumentException("At least one picture is needed.", nameof(pictures));
        }

        Dictionary<string, double> distances = _domains.Keys.ToDictionary(d => d, _ => 0.0, StringComparer.Ordinal);
        foreach (RgbImage picture in pictures)
        {
            cancel.ThrowIfCancellationRequested();
            float[] features = Features(_model, picture);
            foreach ((string domain, DomainEntry entry) in _domains)
            {
                distances[domain] += Distance(features, entry.Prototype!) / pictures.Count;
            }
        }

        string nearest = distances.OrderBy(d => d.Value).ThenBy(d => d.Key, StringComparer.Ordinal).First().Key;

        // Relative to the smallest, so that no sum of far distances vanishes.
        double smallest = Math.Min(distances[nearest], DistanceOfNone);
        double total = Math.Exp(smallest - DistanceOfNone) + distances.Values.Sum(d => Math.Exp(smallest - d));
        double confidence = Math.Exp(smallest - distances[nearest]) / total;
        return new DomainChoice(confidence >= _domains[nearest].Threshold ? nearest : AdapterSet.BaseName, nearest, confidence, distances);
    }

    private static double Distance(float[] features, DomainPrototype prototype)
    {
        double squares = 0;
        for (int i = 0; i < features.Length; i++)
        {
            double difference = features[i] - prototype.Features[i];
            squares += difference * difference;
        }

        return Math.Sqrt(squares / features.Length) / Math.Max(prototype.Radius, SmallestRadius);
    }

    private static float[] Features(Sam model, RgbImage picture)
    {
        using var pause = FinalizerPause.Start();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        int patch = model.Architecture.PatchSize, width = model.Architecture.EncoderEmbedDim;
        ImageSize size = model.FrameFor(picture.Size).Resized;
        var input = ImagePreprocessor.Prepare(picture, model.InputSide, model.Device);
        var tokens = model.ImageEncoder.Blocks(model.ImageEncoder.Embed(input), 0, EarlyBlocks, NoAdaptation.Instance);

        // Without the padding, which would say more of the picture's shape than of its domain.
        var own = tokens.narrow(1, 0, (size.Height + patch - 1) / patch).narrow(2, 0, (size.Width + patch - 1) / patch).reshape(-1, width);
        var normalised = nn.functional.layer_norm(own, [width]);
        var mean = normalised.mean([0L]);
        return [.. TensorCopy.ToArray(mean), .. TensorCopy.ToArray((normalised - mean).square().mean([0L]).sqrt())];
    }
}
