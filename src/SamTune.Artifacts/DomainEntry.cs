using SamTune.Adaptation.Domains;

namespace SamTune.Artifacts;

/// <summary>A domain of an adapter-set file.</summary>
public sealed record DomainEntry
{
    /// <summary>Confidence that a router needs by default.</summary>
    public const double DefaultThreshold = 0.5;

    /// <summary>Path of the artifact, relative to the file's folder, with "/".</summary>
    public required string Artifact { get; init; }

    /// <summary>What the domain's pictures look like; null where the domain is chosen by name only.</summary>
    public DomainPrototype? Prototype { get; init; }

    /// <summary>Confidence below which a router takes the base instead, 0..1.</summary>
    public double Threshold { get; init; } = DefaultThreshold;

    internal void Validate()
    {
        if (Artifact.Length == 0 || Path.IsPathRooted(Artifact) || Artifact.Any(c => char.IsControl(c) || c == '\\'))
        {
            throw new ArgumentException($"artifact is '{ArtifactManifest.OneLine(Artifact)}'; a path relative to the file's folder with / is needed");
        }

        if (!(Threshold is >= 0 and <= 1))
        {
            throw new ArgumentException($"threshold is {Threshold}; it must be 0 to 1");
        }

        Prototype?.Validate();
    }
}
