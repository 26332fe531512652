using SamTune.Imaging;

namespace SamTune.Data.Datasets;

/// <summary>How squares are cut from a picture.</summary>
public sealed record CropOptions
{
    /// <summary>Rows and columns of a square, in pixels.</summary>
    public int Side { get; init; } = 128;

    /// <summary>Pixels from one square to the next; below <see cref="Side"/> squares overlap.</summary>
    public int Stride { get; init; } = 64;

    /// <summary>Squares of which the mask covers a smaller share are left out, 0..1.</summary>
    public double LeastShare { get; init; } = 0.05;

    /// <summary>Squares of which the mask covers a larger share are left out, 0..1: in one that it fills there is no edge to find.</summary>
    public double MostShare { get; init; } = 0.95;

    /// <summary>How the mask within a square becomes objects.</summary>
    public ObjectOptions Objects { get; init; } = new();

    /// <summary>Checks the values.</summary>
    /// <exception cref="InputException">One is out of range.</exception>
    public void Validate()
    {
        if (Side < 1 || Stride < 1 || !(LeastShare >= 0 && LeastShare <= MostShare && MostShare <= 1))
        {
            throw new InputException($"squares: side {Side}, stride {Stride} and shares {LeastShare} to {MostShare} cannot be used; sizes from 1 and shares 0 <= least <= most <= 1 are needed.");
        }

        Objects.Validate();
    }
}
