using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Nifti;

namespace SamTune.Data.Checking;

/// <summary>Looks into the files of a data set as they are stored, each once.</summary>
internal static class FileCheck
{
    private const int ValuesShown = 32;

    /// <summary>Reads the files.</summary>
    /// <param name="files">The files, with the recipe that each is read by; null for none.</param>
    /// <param name="problems">Receives what is found.</param>
    /// <param name="cancel">Stops between files.</param>
    public static FilesReport Run(IReadOnlyList<(SourceFile File, PreprocessingSpec? Recipe)> files, List<DatasetProblem> problems, CancellationToken cancel)
    {
        var kinds = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var maskValues = new SortedSet<int>();
        List<string> constant = [];
        List<(SourceFile, PreprocessingSpec?, FileLook)> seen = [];
        double? lowest = null, highest = null;
        int images = 0;
        var volumes = new List<VolumeReport>();
        foreach ((SourceFile file, PreprocessingSpec? recipe) in files)
        {
            cancel.ThrowIfCancellationRequested();
            try
            {
                if (file.IsMask)
                {
                    maskValues.UnionWith(MaskValues(file));
                    continue;
                }

                foreach (FileLook look in FileLook.At(file))
                {
                    images++;
                    seen.Add((file, recipe, look));
                    kinds[look.Kind] = kinds.GetValueOrDefault(look.Kind) + 1;
                    lowest = Math.Min(lowest ?? look.Low, look.Low);
                    highest = Math.Max(highest ?? look.High, look.High);
                    if (look.Low == look.High)
                        constant.Add(Path.GetFileName(file.Path));
                    if (look.Volume is { } volume)
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
        problems.AddRange(BandCheck.Run(seen));
        return new FilesReport(images, files.Count(f => f.File.IsMask), kinds, lowest, highest, [.. maskValues.Take(ValuesShown)], volumes);
    }

    private static IReadOnlyList<int> MaskValues(SourceFile file)
    {
        // Polygons have no values.
        if (PolygonMasks.IsOne(file.Path))
            return [];
        if (!file.IsVolume)
        {
            // Smeared values say nothing; reading its objects will say whether the file can be used.
            return ImageReader.ReadHeader(file.Path, ReadLimits.Windows).IsLossy ? [] : LabelReader.Values(file.Path);
        }

        NiftiVolume volume = NiftiSliceDataset.ReadLabels(file.Path, file.TimePoint);
        var values = new SortedSet<int>();
        for (int slice = 0; slice < volume.Geometry.Size.Z; slice++)
            values.UnionWith(volume.LabelSlice(VolumeAxis.K, slice).Values());
        return [.. values];
    }
}
