namespace SamTune.Data.Datasets;

/// <summary>Neighbouring slices.</summary>
/// <param name="First">First slice, from 0.</param>
/// <param name="Last">Last slice, inclusive.</param>
public readonly record struct SliceRange(int First, int Last)
{
    /// <summary>Whether a slice is among them.</summary>
    /// <param name="index">Number of the slice.</param>
    public bool Contains(int index) => index >= First && index <= Last;

    /// <summary>"11-34".</summary>
    public override string ToString() => $"{First}-{Last}";
}
