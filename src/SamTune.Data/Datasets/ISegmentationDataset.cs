using SamTune.Imaging;

namespace SamTune.Data.Datasets;

/// <summary>Pictures with the masks of their objects, in a fixed order. Reading is thread-safe; nothing but volumes is kept in memory between calls.</summary>
public interface ISegmentationDataset
{
    /// <summary>Name for logs and manifests.</summary>
    string Name { get; }

    /// <summary>Names of the classes by class id; ids are the keys.</summary>
    IReadOnlyDictionary<int, string> Classes { get; }

    /// <summary>What is there, in a fixed order, known without decoding a pixel.</summary>
    IReadOnlyList<SampleInfo> Samples { get; }

    /// <summary>Voxels of the largest volume that samples are slices of; 0 where pictures are files of their own.</summary>
    long LargestVolume => 0;

    /// <summary>Reads and preprocesses one picture with its masks.</summary>
    /// <param name="index">Position in <see cref="Samples"/>.</param>
    /// <exception cref="InputException">The file is missing, damaged or does not fit its mask.</exception>
    Sample Load(int index);
}

/// <summary>Identity of one picture.</summary>
/// <param name="Id">Unique within the data set: a relative path without extension, or "volume/z0042" for a slice.</param>
/// <param name="Group">What must stay on one side of a split: patient, volume or scene.</param>
public sealed record SampleInfo(string Id, string Group);

/// <summary>One picture and its objects.</summary>
/// <param name="Info">Identity.</param>
/// <param name="Image">8-bit RGB after the preprocessing that the data set was opened with.</param>
/// <param name="Objects">Objects with at least one pixel; each mask has the picture's size.</param>
/// <param name="Spacing">Millimetres a pixel, where the source says so.</param>
public sealed record Sample(SampleInfo Info, RgbImage Image, IReadOnlyList<ObjectMask> Objects, PixelSpacing? Spacing)
{
    /// <summary>Pixels that the source holds no measurement for, at the picture's size: they belong to no object and count neither in a loss nor in a score. Null where there are none.</summary>
    public BinaryMask? Missing { get; init; }

    /// <summary>The same picture where some pixels are known to hold no measurement.</summary>
    /// <param name="missing">These pixels, at the picture's size; null for none.</param>
    internal Sample WithMissing(BinaryMask? missing) => missing is not { Area: > 0 } ? this : this with
    {
        Missing = missing,
        Objects = [.. Objects.Select(o => o with { Mask = o.Mask.Without(missing) }).Where(o => o.Mask.Area > 0)],
    };
}

/// <summary>One object of a picture.</summary>
/// <param name="ClassId">Key into <see cref="ISegmentationDataset.Classes"/>.</param>
/// <param name="Mask">Pixels of the object.</param>
public sealed record ObjectMask(int ClassId, BinaryMask Mask);
