using System.Collections.Immutable;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Imaging;
using SamTune.Modeling;

namespace SamTune.Adaptation.Domains;

/// <summary>
/// Many domains on one frozen base: an adaptation by name for each. Choosing one hands out an object that exists already; no weight is copied or swapped, and the base stays what it
/// is whatever is added, used or removed.
/// </summary>
/// <remarks>
/// Reading is safe from any number of threads, also while domains are added and removed. What <see cref="Remove"/> hands back may still be in use by a call that
/// began before. Disposing frees the adaptations; the base stays the caller's.
/// </remarks>
public sealed class AdapterSet : IDisposable
{
    /// <summary>The name under which the base without an adaptation is chosen.</summary>
    public const string BaseName = "base";

    /// <summary>The name under which a router chooses by the picture.</summary>
    public const string AutoName = "auto";

    private const int LongestName = 64;
    private ImmutableDictionary<string, IFineTuning> _methods = ImmutableDictionary.Create<string, IFineTuning>(StringComparer.Ordinal);

    /// <summary>Creates an empty set.</summary>
    /// <param name="model">The base; stays the caller's.</param>
    public AdapterSet(Sam model)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
    }

    /// <summary>The base that all domains share.</summary>
    public Sam Model { get; }

    /// <summary>Names of the domains, in ordinal order.</summary>
    public IReadOnlyList<string> Domains => [.. _methods.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Adds a domain, set to evaluation.</summary>
    /// <param name="domain">Its name: letters, digits, "-", "_" and ".".</param>
    /// <param name="method">The method, made for this base; the set owns it from now on.</param>
    /// <exception cref="InputException">The name cannot be used or is taken, or the method is full fine-tuning; the method stays the caller's.</exception>
    public void Add(string domain, IFineTuning method)
    {
        ArgumentNullException.ThrowIfNull(method);
        CheckName(domain);
        CheckMethod(domain, method.Config);
        method.SetMode(training: false, seed: 0);
        if (!ImmutableInterlocked.TryAdd(ref _methods, domain, method))
        {
            throw new InputException($"domain '{domain}': is in the set already; remove it first, or choose another name.");
        }
    }

    /// <summary>Takes a domain out.</summary>
    /// <param name="domain">Its name.</param>
    /// <returns>The method, which the caller disposes once no call uses it any more.</returns>
    /// <exception cref="InputException">There is no such domain.</exception>
    public IFineTuning Remove(string domain) =>
        ImmutableInterlocked.TryRemove(ref _methods, domain, out IFineTuning? method) ? method : throw Unknown(domain);

    /// <summary>The method of a domain; it stays the set's.</summary>
    /// <param name="domain">Its name.</param>
    /// <exception cref="InputException">There is no such domain; the message lists those there are.</exception>
    public IFineTuning Method(string domain) => _methods.TryGetValue(domain, out IFineTuning? method) ? method : throw Unknown(domain);

    /// <summary>What is handed to the base for a domain; nothing is copied.</summary>
    /// <param name="domain">Its name, or <see cref="BaseName"/>.</param>
    /// <exception cref="InputException">There is no such domain; the message lists those there are.</exception>
    public IModelAdaptation Adaptation(string domain) => domain == BaseName ? NoAdaptation.Instance : Method(domain).Adaptation;

    /// <summary>What is handed to the base for a batch of images of different domains.</summary>
    /// <param name="domains">The domain of each image, or <see cref="BaseName"/>.</param>
    /// <exception cref="InputException">There is no such domain; the message lists those there are.</exception>
    /// <exception cref="ArgumentException">There are no images.</exception>
    public IModelAdaptation Batch(IReadOnlyList<string> domains) => BatchAdaptation.Create([.. domains.Select(Adaptation)]);

    /// <summary>Adds LoRA updates up: the sum of the domains' updates, each times its weight, as one LoRA method.</summary>
    /// <param name="mixture">Domains with weights.</param>
    /// <returns>A method of its own; the caller disposes it.</returns>
    /// <exception cref="InputException">There is no such domain, or one of them is no LoRA.</exception>
    public IFineTuning Compose(DomainMixture mixture) => LoraComposition.Create(Model, [.. mixture.Parts.Select(p => (p.Domain, Method(p.Domain), p.Weight))]);

    /// <summary>Refuses what cannot share a base.</summary>
    /// <param name="domain">The domain, for the message.</param>
    /// <param name="config">Its method.</param>
    /// <exception cref="InputException">It is full fine-tuning.</exception>
    public static void CheckMethod(string domain, MethodConfig config)
    {
        if (config is FullConfig)
        {
            throw new InputException(
                $"domain '{domain}': full fine-tuning changes the base's own weights, so it cannot share the base with other domains; use it as a base of its own, or train lora, adapters or prompt.");
        }
    }

    /// <summary>Refuses a name that no domain can have.</summary>
    /// <param name="domain">The name.</param>
    /// <exception cref="InputException">The name is empty, long, taken by the program, or has characters that stand for something else in a mixture or a path.</exception>
    public static void CheckName(string domain)
    {
        bool isWord = domain is { Length: > 0 and <= LongestName } && domain.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
        if (!isWord || domain is BaseName or AutoName)
        {
            throw new InputException(
                $"domain '{new string([.. domain.Take(LongestName).Select(c => char.IsControl(c) ? ' ' : c)])}': is no name for a domain; use up to {LongestName} letters, digits, -, _ and ., and neither {BaseName} nor {AutoName}.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IFineTuning method in Interlocked.Exchange(ref _methods, _methods.Clear()).Values)
        {
            method.Dispose();
        }
    }

    private InputException Unknown(string domain) => new(
        $"domain '{domain}': is not in the set; there {(Domains.Count == 0 ? "are none: add one" : $"are {string.Join(", ", Domains)}, and {BaseName} for the base alone")}.");
}
