using SamTune.Data.Datasets;

namespace SamTune.Data.Augmentation;

/// <summary>
/// Varies a picture and its masks: one geometric map for all of them, bilinear for the picture and nearest for the masks, then light and
/// colour of the picture alone. What comes from outside the picture is black and belongs to no object.
/// </summary>
public static class Augmenter
{
    /// <summary>Draws one variation. The same sample, settings and generator state give the same pixels, on any thread.</summary>
    /// <param name="sample">The picture; it is not changed.</param>
    /// <param name="spec">What is varied; MixUp needs two pictures and is not done here.</param>
    /// <param name="random">Source of randomness.</param>
    /// <returns>
    /// A picture of the same size with the objects that still have a pixel. It has no scale in millimetres where more than flips were drawn from.
    /// </returns>
    public static Sample Apply(Sample sample, AugmentationSpec spec, Random random)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(random);
        Sample moved = spec.IsGeometric ? Move(sample, GeometricMap.Draw(spec, sample.Image.Size, random)) : sample;
        return moved with { Image = PhotometricChange.Draw(spec, random).Apply(moved.Image, random) };
    }

    private static Sample Move(Sample sample, GeometricMap map) => sample with
    {
        Image = map.Apply(sample.Image),
        Objects = [.. sample.Objects.Select(o => o with { Mask = map.Apply(o.Mask) }).Where(o => o.Mask.Area > 0)],
        Missing = sample.Missing is { } missing ? map.Apply(missing) : null,
        Spacing = map.KeepsDistances ? sample.Spacing : null,
    };
}
