using SamTune.Data.Datasets;
using SamTune.Data.Dicom;
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
        int images = 0;
        var volumes = new List<VolumeReport>();
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

                foreach (Seen seen in Look(file))
                {
                    images++;
                    kinds[seen.Kind] = kinds.GetValueOrDefault(seen.Kind) + 1;
                    lowest = Math.Min(lowest ?? seen.Low, seen.Low);
                    highest = Math.Max(highest ?? seen.High, seen.High);
                    if (seen.Low == seen.High)
                        constant.Add(Path.GetFileName(file.Path));
                    if (seen.Volume is { } volume)
                        volumes.Add(volume);
                }
            }
            catch (InputException exception)
            {
                images += file.IsMask ? 0 : 1;
                problems.Add(new DatasetProblem(ProblemSeverity.Error, "unreadable", exception.Message));
            }
        }

        if (kinds.Count > 1)
        {
            problems.Add(new DatasetProblem(
                ProblemSeverity.Warning, "mixed", $"pictures are of {kinds.Count} kinds ({string.Join(", ", kinds.Select(k => $"{k.Value} of {k.Key}"))}); one recipe suits all of them only if they mean the same."));
        }

        if (constant.Count > 0)
            problems.Add(new DatasetProblem(ProblemSeverity.Warning, "constant", $"{constant.Count} picture(s) have a single value ({FilePairs.Names(constant)}); there is nothing to see on them."));
        return new FilesReport(images, files.Count(f => f.IsMask), kinds, lowest, highest, [.. maskValues.Take(ValuesShown)], volumes);
    }

    // A folder of DICOM files may hold several volumes.
    private static IReadOnlyList<Seen> Look(SourceFile file)
    {
        if (file.IsVolume)
        {
            return Directory.Exists(file.Path)
                ? DicomSeries.ReadAll(file.Path, (series, path) => LookAtVolume(file, path, series))
                : [LookAtVolume(file, file.Path, null)];
        }

        if (RasterSource.HasGeoreference(file.Path))
            return [LookAtScene(file.Path)];

        Raster raster = ImageReader.ReadRaster(file.Path);
        (double smallest, double largest) = Range(raster.Samples);
        return [new Seen(KindOf(raster), smallest, largest, null)];
    }

    private static Seen LookAtVolume(SourceFile file, string path, DicomSeriesInfo? series)
    {
        int times = NiftiVolume.CountTimePoints(path);
        // Without masks nothing is learned from the volume, and any time point says what it is.
        NiftiVolume volume = NiftiVolume.Read(path, new NiftiReadOptions { TimePoint = series != null && times > 1 ? file.TimePoint ?? 0 : file.TimePoint });
        (double low, double high) = Range(volume.Samples());
        (double x, double y, double z) = volume.Geometry.Spacing;
        var report = new VolumeReport(file.Path, volume.Geometry.Size.ToString(), volume.Geometry.Size.VoxelCount, [x, y, z], volume.Geometry.AxisCodes, times)
        {
            Series = series?.Number,
            Description = series?.Description,
            Modality = series?.Modality,
        };
        return new Seen($"{volume.StoredAs} volume", low, high, report);
    }

    // Some rows at a time: a scene may be larger than memory.
    private static Seen LookAtScene(string path)
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

        return low <= high ? new Seen(kind, low, high, null) : new Seen(kind, 0, 0, null);
    }

    private static string KindOf(Raster raster) => $"{raster.StoredAs} with {raster.Channels} channel{(raster.Channels == 1 ? "" : "s")}";

    private static IReadOnlyList<int> MaskValues(SourceFile file)
    {
        if (!file.IsVolume)
        {
            // A JPEG's smeared values say nothing; reading its objects will say whether it can be used.
            return ImageReader.ReadHeader(file.Path, ReadLimits.Windows).Format == ImageFormat.Jpeg ? [] : LabelReader.Values(file.Path);
        }

        NiftiVolume volume = NiftiSliceDataset.ReadLabels(file.Path, file.TimePoint);
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

    private sealed record Seen(string Kind, double Low, double High, VolumeReport? Volume);
}
