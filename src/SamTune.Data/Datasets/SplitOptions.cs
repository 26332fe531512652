using SamTune.Imaging;

namespace SamTune.Data.Datasets;

/// <summary>How much is held out.</summary>
public sealed record SplitOptions
{
    /// <summary>Share of the samples for validation, 0 to below 1.</summary>
    public double Validation { get; init; } = 0.15;

    /// <summary>Share of the samples for testing, 0 to below 1.</summary>
    public double Test { get; init; } = 0.15;

    /// <summary>Decides which groups go where.</summary>
    public long Seed { get; init; }

    /// <summary>Samples left out between parts when one group has to be cut: neighbouring slices are nearly the same picture.</summary>
    public int Gap { get; init; } = 5;

    /// <summary>Checks all values together.</summary>
    /// <exception cref="InputException">A value is out of its range.</exception>
    public void Validate()
    {
        if (!(Validation >= 0 && Test >= 0 && Validation + Test < 1))
        {
            throw new InputException(
                $"split shares are {Validation} for validation and {Test} for testing; 0 or more each, together below 1, are "
                    + "needed.");
        }

        if (Gap < 0)
            throw new InputException($"split gap is {Gap}; 0 or more samples are needed.");
    }
}
