namespace SamTune.Adaptation.Bands;

/// <summary>
/// Bands of the input beside red, green and blue, such as near infrared: each gets filters of its own in the patch embedding. They are trained with the method and saved with it;
/// the base keeps its three channels.
/// </summary>
public sealed record ExtraBands
{
    // As many as hyperspectral sensors deliver.
    private const int Most = 256;

    /// <summary>Mean of each band over the training data, in 8-bit levels (0..255, after the recipe's mapping).</summary>
    public required IReadOnlyList<double> Means { get; init; }

    /// <summary>Standard deviation of each band over the training data, in the same unit.</summary>
    public required IReadOnlyList<double> Deviations { get; init; }

    /// <summary>What the new filters are before training.</summary>
    public BandInitialisation Initialisation { get; init; }

    /// <summary>Number of bands.</summary>
    internal int Count => Means.Count;

    internal void Validate()
    {
        if (Means.Count is < 1 or > Most || Deviations.Count != Means.Count)
        {
            throw new ArgumentException($"extra bands: {Means.Count} means and {Deviations.Count} deviations are given; one of each a band is needed, for 1 to {Most} bands.");
        }

        if (Means.Concat(Deviations).Any(v => !double.IsFinite(v)) || Deviations.Any(d => d <= 0))
        {
            throw new ArgumentException(
                $"extra bands: means are {string.Join(", ", Means)} and deviations {string.Join(", ", Deviations)}; finite values and deviations above 0 are needed: leave out a band that is the same everywhere.");
        }

        if (!Enum.IsDefined(Initialisation))
        {
            throw new ArgumentException($"extra bands: the initialisation {Initialisation} is unknown; choose among {string.Join(", ", Enum.GetNames<BandInitialisation>())}.");
        }
    }
}
