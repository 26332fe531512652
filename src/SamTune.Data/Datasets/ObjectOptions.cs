using SamTune.Imaging;

namespace SamTune.Data.Datasets;

/// <summary>How masks become objects, the same for pictures and volumes.</summary>
public sealed record ObjectOptions
{
    /// <summary>Each connected piece becomes an object of its own, instead of everything with one value being one object.</summary>
    public bool SplitComponents { get; init; }

    /// <summary>Which pixels hang together when pieces are split.</summary>
    public Connectivity Connectivity { get; init; } = Connectivity.Eight;

    /// <summary>Objects with fewer pixels are left out.</summary>
    public int MinimumArea { get; init; } = 1;

    /// <summary>Checks the values.</summary>
    /// <exception cref="InputException">The minimum area is below 1.</exception>
    public void Validate()
    {
        if (MinimumArea < 1)
            throw new InputException($"minimum object area is {MinimumArea}; 1 pixel or more is needed.");
    }

    /// <summary>The objects of one class in one mask.</summary>
    /// <param name="classId">Class of the objects.</param>
    /// <param name="mask">All pixels of the class (or of one instance).</param>
    internal IEnumerable<ObjectMask> Objects(int classId, BinaryMask mask)
    {
        if (!SplitComponents)
            return mask.Area >= MinimumArea ? [new ObjectMask(classId, mask)] : [];
        return ConnectedComponents.Split(mask, Connectivity, MinimumArea).Select(piece => new ObjectMask(classId, piece));
    }
}
