namespace SamTune.Inference.Domains;

/// <summary>What a router makes of a picture.</summary>
/// <param name="Domain">The domain to use: the nearest, or the base where the confidence is below that domain's threshold.</param>
/// <param name="Nearest">The domain whose prototype is nearest.</param>
/// <param name="Confidence">How sure the router is of the nearest, 0..1; see <see cref="DomainRouter"/>.</param>
/// <param name="Distances">Distance to each prototype, in units of the distance of the domain's own pictures.</param>
public sealed record DomainChoice(string Domain, string Nearest, double Confidence, IReadOnlyDictionary<string, double> Distances);
