using SamTune.Imaging;
using SamTune.Imaging.Nifti;

namespace SamTune.Evaluation.Metrics;

/// <summary>
/// Distances from every element of one mask's outline to the nearest element of the other's, and back: what surface Dice and the surface
/// distances are made of, for pictures and volumes alike. Exact, in time proportional to the pixels of the box that holds both objects.
/// </summary>
internal sealed class SurfaceDistances
{
    private SurfaceDistances(Boundary first, Boundary second, VoxelSpacing spacing)
    {
        FromFirst = Directed(first, second, spacing);
        FromSecond = Directed(second, first, spacing);
    }

    /// <summary>Elements of the first mask's outline with their distances to the second's, in millimetres.</summary>
    public IReadOnlyList<Element> FromFirst { get; }

    /// <summary>Elements of the second mask's outline with their distances to the first's, in millimetres.</summary>
    public IReadOnlyList<Element> FromSecond { get; }

    /// <summary>Measures both directions.</summary>
    /// <param name="first">One mask.</param>
    /// <param name="second">The other mask, of the same size.</param>
    /// <param name="spacing">Millimetres a pixel, positive and finite.</param>
    /// <returns>The distances; null when at least one mask is empty and so has no outline.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or the spacing is not positive and finite.</exception>
    public static SurfaceDistances? Between(BinaryMask first, BinaryMask second, PixelSpacing spacing)
    {
        MaskPair.RequireSameSize(first, second);
        if (!(spacing.X > 0 && spacing.Y > 0 && double.IsFinite(spacing.X) && double.IsFinite(spacing.Y)))
        {
            throw new ArgumentException($"Pixel spacing must be positive and finite; got {spacing.Y} x {spacing.X} mm.", nameof(spacing));
        }

        if (first.Bounds() is not { } a || second.Bounds() is not { } b)
        {
            return null;
        }

        int x = (int)Math.Min(a.X0, b.X0), y = (int)Math.Min(a.Y0, b.Y0);
        var window = new PixelWindow(x, y, (int)Math.Max(a.X1, b.X1) - x + 1, (int)Math.Max(a.Y1, b.Y1) - y + 1);
        return new SurfaceDistances(Boundary.Of(first, window, spacing), Boundary.Of(second, window, spacing), new VoxelSpacing(spacing.X, spacing.Y, 1));
    }

    /// <summary>Measures both directions.</summary>
    /// <param name="first">One volume.</param>
    /// <param name="second">The other volume, of the same size.</param>
    /// <param name="spacing">Millimetres a voxel, positive and finite.</param>
    /// <returns>The distances; null when at least one volume is empty and so has no surface.</returns>
    /// <exception cref="ArgumentException">The sizes differ, or the spacing is not positive and finite.</exception>
    public static SurfaceDistances? Between(BinaryVolume first, BinaryVolume second, VoxelSpacing spacing)
    {
        MaskPair.RequireSameSize(first, second);
        if (!spacing.IsValid)
        {
            throw new ArgumentException($"Voxel spacing must be positive and finite; got {spacing.X} x {spacing.Y} x {spacing.Z} mm.", nameof(spacing));
        }

        if (first.Bounds() is not { } a || second.Bounds() is not { } b)
        {
            return null;
        }

        (int X, int Y, int Z) start = (Math.Min(a.First.X, b.First.X), Math.Min(a.First.Y, b.First.Y), Math.Min(a.First.Z, b.First.Z));
        var size = new VolumeSize(
            Math.Max(a.Last.X, b.Last.X) - start.X + 1, Math.Max(a.Last.Y, b.Last.Y) - start.Y + 1, Math.Max(a.Last.Z, b.Last.Z) - start.Z + 1);
        return new SurfaceDistances(Boundary.Of(first, start, size, spacing), Boundary.Of(second, start, size, spacing), spacing);
    }

    private static List<Element> Directed(Boundary from, Boundary to, VoxelSpacing spacing)
    {
        double[] distances = DistanceTransform.ToForeground(to.Elements, spacing);
        byte[] asking = from.Elements.Voxels;
        var elements = new List<Element>(from.Elements.Count);
        for (int i = 0; i < asking.Length; i++)
        {
            if (asking[i] != 0)
            {
                elements.Add(new Element(distances[i], from.WeightAt(i)));
            }
        }

        return elements;
    }

    /// <summary>One element of an outline.</summary>
    /// <param name="Distance">Millimetres to the nearest element of the other outline.</param>
    /// <param name="Weight">Its share of the outline: a length in mm, or of a surface an area in mm2.</param>
    internal readonly record struct Element(double Distance, double Weight);
}
