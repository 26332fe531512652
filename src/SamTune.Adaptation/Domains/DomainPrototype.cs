namespace SamTune.Adaptation.Domains;

/// <summary>What pictures of a domain look like to the base: the mean of their early features and how far they lie from it.</summary>
public sealed record DomainPrototype
{
    /// <summary>Mean over the domain's pictures of their pooled features.</summary>
    public required IReadOnlyList<float> Features { get; init; }

    /// <summary>Distance of the domain's own pictures from the mean: root of the mean square, in units of the features.</summary>
    public required double Radius { get; init; }

    /// <summary>Number of pictures that the prototype was made from.</summary>
    public required int Pictures { get; init; }

    /// <summary>Checks the values.</summary>
    /// <exception cref="ArgumentException">A value is not finite or out of range; the message names it.</exception>
    public void Validate()
    {
        if (Features.Count == 0 || Features.Any(f => !float.IsFinite(f)))
        {
            throw new ArgumentException("prototype: its features are none, or not all finite");
        }

        if (!(Radius >= 0) || !double.IsFinite(Radius) || Pictures < 1)
        {
            throw new ArgumentException($"prototype: its radius is {Radius} from {Pictures} pictures; a radius of at least 0 from at least 1 is needed");
        }
    }
}
