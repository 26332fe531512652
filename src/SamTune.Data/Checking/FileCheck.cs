using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Nifti;
using SamTune.Imaging.Scenes;

namespace SamTune.Data.Checking;

/// <summary>Looks into the files of a data set as they are stored, each once.</summary>
internal static class FileCheck
{
    private const int ValuesShown = 32;
    private const int StripRows = 256;

    /// <summary>Reads the files.</summary>
    /// <param name="files">The files.</param>
    /// <param name="problems">Receives what is found.</param>
    /// <param name="cancel">Stops between files.</param>
    public static FilesReport Run(IReadOnlyList<SourceFile> files, List<DatasetProblem> problems, CancellationToken cancel)
    {
        var kinds = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var maskValues = new SortedSet<int>();
        List<string> constant = [];
        double? lowest = null, highest = null;
        long largestVolume = 0;
        foreach (SourceFile file in files)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                if (file.IsMask)
                {
                    maskValues.UnionWith(MaskValues(file));
                    continue;
                }

                (string kind, double low, double high, long voxels) = Look(file);
                largestVolume = Math.Max(largestVolume, voxels);
                kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
                lowest = Math.Min(lowest ?? low, low);
                highest = Math.Max(highest ?? high, high);
                if (low == high)
                    constant.Add(Path.GetFileName(file.Path));
            }
            catch (InputException exception)
            {
                problems.Add(new DatasetProblem(ProblemSeverity.Error, "unreadable", exception.Message));
            }
        }

        if (kinds.Count > 1)
        {
            problems.Add(new DatasetProblem(
                ProblemSeverity.Warning, "mixed", $"pictures are of {kinds.Count} kinds ({string.Join(", ", kinds.Select(k => $"{k.Value} of {k.Key}"))}); one recipe suits all of them only if they mean the same."));
        }

        if (constant.Count > 0)
            problems.Add(new DatasetProblem(ProblemSeverity.Warning, "constant", $"{constant.Count} picture(s) have a single value ({Datasets.FilePairs.Names(constant)}); there is nothing to see on them."));
        return new FilesReport(files.Count(f => !f.IsMask), files.Count(f => f.IsMask), kinds, lowest, highest, [.. maskValues.Take(ValuesShown)], largestVolume);
    }

    private static (string Kind, double Low, double High, long Voxels) Look(SourceFile file)
    {
        if (file.IsVolume)
        {
            NiftiVolume volume = NiftiVolume.Read(file.Path);
            (double low, double high) = Range(volume.Samples());
            return ($"{volume.StoredAs} volume", low, high, volume.Geometry.Size.VoxelCount);
        }

        if (RasterSource.HasGeoreference(file.Path))
            return LookAtScene(file.Path);

        Raster raster = ImageReader.ReadRaster(file.Path);
        (double smallest, double largest) = Range(raster.Samples);
        return (KindOf(raster), smallest, largest, 0);
    }

    // Some rows at a time: a scene may be larger than memory.
    private static (string Kind, double Low, double High, long Voxels) LookAtScene(string path)
    {
        using IRasterSource source = RasterSource.Open(path);
        (string kind, float low, float high) = ("", float.PositiveInfinity, float.NegativeInfinity);
        for (int y = 0; y < source.Size.Height; y += StripRows)
        {
            Raster strip = source.Read(new PixelWindow(0, y, source.Size.Width, Math.Min(StripRows, source.Size.Height - y)));
            kind = KindOf(strip);
            foreach (float sample in strip.Samples)
            {
                // Where nothing was measured the sample is no number, which is neither smaller nor larger.
                low = sample < low ? sample : low;
                high = sample > high ? sample : high;
            }
        }

        return low <= high ? (kind, low, high, 0) : (kind, 0, 0, 0);
    }

    private static string KindOf(Raster raster) => $"{raster.StoredAs} with {raster.Channels} channel{(raster.Channels == 1 ? "" : "s")}";

    private static IReadOnlyList<int> MaskValues(SourceFile file)
    {
        // Polygons have no values.
        if (Datasets.PolygonMasks.IsOne(file.Path))
            return [];
        if (!file.IsVolume)
        {
            // Smeared values say nothing; reading its objects will say whether the file can be used.
            return ImageReader.ReadHeader(file.Path, ReadLimits.Windows).IsLossy ? [] : LabelReader.Values(file.Path);
        }

        NiftiVolume volume = NiftiVolume.Read(file.Path);
        var values = new SortedSet<int>();
        for (int slice = 0; slice < volume.Geometry.Size.Z; slice++)
            values.UnionWith(volume.LabelSlice(VolumeAxis.K, slice).Values());
        return [.. values];
    }

    private static (double Low, double High) Range(float[] samples)
    {
        float low = samples[0], high = samples[0];
        foreach (float sample in samples)
        {
            low = Math.Min(low, sample);
            high = Math.Max(high, sample);
        }

        return (low, high);
    }
}
