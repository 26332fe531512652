using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Nifti;

namespace SamTune.Cli.Running;

/// <summary>Slices of a volume as a router sees them: from the volume's smallest to its largest value, for the domain, and with it the recipe, is not known yet.</summary>
internal sealed class RoutingVolume
{
    /// <summary>What a router sees of a volume; the two values are those of all of it.</summary>
    public static PreprocessingSpec Spec { get; } = new() { Mapping = IntensityMapping.MinMax };

    /// <summary>Slices that a volume is recognised by. More move their mean distance no further.</summary>
    public const int Usual = 9;

    // Above the head there is air: a slice has content where its values vary at least half as much as in the slice where they vary most.
    private const double LeastVariation = 0.5;

    private readonly NiftiVolume _volume;
    private readonly Preprocessor _preprocessor = new(Spec);
    private readonly IntensityRange _range;

    /// <summary>Reads a volume.</summary>
    /// <param name="path">.nii or .nii.gz file.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    public RoutingVolume(string path)
    {
        _volume = NiftiVolume.Read(path);
        _range = _preprocessor.Measure(_volume);
    }

    /// <summary>One slice.</summary>
    /// <param name="axis">Axis it goes across.</param>
    /// <param name="slice">Its number, from 0.</param>
    public RgbImage Slice(VolumeAxis axis, int slice) => _preprocessor.Apply(_volume.Slice(axis, slice).Raster, _range, _volume.Path);

    /// <summary>Slices with content, at even distances over all that have any.</summary>
    /// <param name="axisName">Axis they go across, as <see cref="VolumeGeometry.FindAxis"/>.</param>
    /// <param name="most">How many at most.</param>
    /// <exception cref="InputException">There is no such axis.</exception>
    public IEnumerable<RgbImage> Slices(string axisName, int most)
    {
        VolumeAxis axis = _volume.Geometry.FindAxis(axisName);
        double[] variation = [.. Enumerable.Range(0, _volume.Geometry.Size.Along(axis)).Select(i => Deviation(_volume.Slice(axis, i).Raster.Samples))];
        double least = LeastVariation * variation.Max();
        int[] found = [.. Enumerable.Range(0, variation.Length).Where(i => variation[i] >= least)];
        int count = Math.Min(most, found.Length);
        return Enumerable.Range(0, count).Select(i => Slice(axis, found[(int)((i + 0.5) * found.Length / count)]));
    }

    private static double Deviation(float[] samples)
    {
        double mean = samples.Average(s => (double)s);
        return Math.Sqrt(samples.Average(s => (s - mean) * (s - mean)));
    }
}
