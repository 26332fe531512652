using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Data.Checking;

/// <summary>Reads a whole data set once and says what is in it and what is wrong with it, before any training.</summary>
public static class DatasetCheck
{
    // Below this many pictures in training a percentage of them decides nothing.
    private const int FewPictures = 5;

    /// <summary>Checks an opened data set.</summary>
    /// <param name="found">What lies in the folder.</param>
    /// <param name="progress">Told after each picture how many of all were read.</param>
    /// <param name="cancel">Stops between pictures.</param>
    public static DatasetReport Run(FoundDataset found, IProgress<(int Done, int Total)>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(found);
        List<DatasetProblem> problems = [.. found.Problems];
        IEnumerable<(SourceFile File, PreprocessingSpec? Recipe)> all = found.Parts.SelectMany(p => p.Files.Select(f => (f, (PreprocessingSpec?)p.Dataset.Preprocessing))).Concat(found.Unmasked.Select(f => (f, (PreprocessingSpec?)null)));
        FilesReport files = FileCheck.Run([.. all.DistinctBy(f => (f.File.Path, f.File.IsMask))], problems, cancel);
        var parts = new List<PartReport>();
        int done = 0, total = found.Parts.Sum(p => p.Dataset.Samples.Count);
        foreach (IGrouping<string, DatasetPart> task in found.Parts.GroupBy(p => p.Task))
        {
            var seen = new List<SeenPicture>();
            foreach (DatasetPart part in task)
            {
                var count = new PartCount(part);
                for (int i = 0; i < part.Dataset.Samples.Count; i++)
                {
                    cancel.ThrowIfCancellationRequested();
                    if (Load(part, i, problems) is { } sample)
                    {
                        count.Add(sample);
                        seen.Add(new SeenPicture(part, sample.Info, PictureFingerprint.Of(sample.Image)));
                    }

                    progress?.Report((++done, total));
                }

                parts.Add(count.Report());
                problems.AddRange(count.Problems());
            }

            problems.AddRange(DuplicateCheck.Run(task.Key, seen));
        }

        if (found.Parts.Count == 0 && !problems.Exists(p => p.Severity == ProblemSeverity.Error))
            problems.Add(new DatasetProblem(ProblemSeverity.Error, "empty", $"{found.Root}: nothing could be opened; mend what stands above."));
        return new DatasetReport(found.Root, found.Layout, parts, files, [.. problems.Distinct().OrderByDescending(p => p.Severity)]);
    }

    private static Sample? Load(DatasetPart part, int index, List<DatasetProblem> problems)
    {
        try
        {
            return part.Dataset.Load(index);
        }
        catch (InputException exception)
        {
            problems.Add(new DatasetProblem(ProblemSeverity.Error, "unreadable", exception.Message));
            return null;
        }
    }

    /// <summary>Counts one part as its pictures come.</summary>
    private sealed class PartCount(DatasetPart part)
    {
        private readonly SortedDictionary<string, int> _sizes = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, int> _classes = new(
            part.Dataset.Classes.Values.Distinct(StringComparer.Ordinal).ToDictionary(name => name, _ => 0, StringComparer.Ordinal), StringComparer.Ordinal);

        private readonly HashSet<string> _groups = new(StringComparer.Ordinal);
        private readonly List<int> _areas = [];
        private readonly List<string> _empty = [];
        private readonly List<string> _onePixel = [];
        private int _pictures;
        private long _largest;
        private int _most;

        public void Add(Sample sample)
        {
            _pictures++;
            _groups.Add(sample.Info.Group);
            _largest = Math.Max(_largest, sample.Image.Size.PixelCount);
            _most = Math.Max(_most, sample.Objects.Count);
            string size = sample.Image.Size.ToString();
            _sizes[size] = _sizes.GetValueOrDefault(size) + 1;
            if (sample.Objects.Count == 0)
                _empty.Add(sample.Info.Id);
            foreach (ObjectMask item in sample.Objects)
            {
                string name = part.Dataset.Classes[item.ClassId];
                _classes[name]++;
                _areas.Add(item.Mask.Area);
                if (item.Mask.Area == 1)
                    _onePixel.Add(sample.Info.Id);
            }
        }

        public PartReport Report()
        {
            _areas.Sort();
            return new PartReport(
                part.Task, part.Split, _pictures, _groups.Count, _areas.Count, _empty.Count, _onePixel.Count, _areas.Count > 0 ? _areas[_areas.Count / 2] : null, _sizes, _largest, _most, _classes);
        }

        public IEnumerable<DatasetProblem> Problems()
        {
            if (_areas.Count == 0)
            {
                yield return new DatasetProblem(ProblemSeverity.Error, "no-objects", $"{part.Name}: no object on {_pictures} picture(s); masks with at least one pixel are needed.");
                yield break;
            }

            if (_empty.Count > 0)
                yield return new DatasetProblem(ProblemSeverity.Warning, "empty-masks", $"{part.Name}: {_empty.Count} of {_pictures} pictures have no object ({FilePairs.Names(_empty)}); they teach what is background only.");
            if (_onePixel.Count > 0)
                yield return new DatasetProblem(ProblemSeverity.Warning, "one-pixel-masks", $"{part.Name}: {_onePixel.Count} object(s) have a single pixel ({FilePairs.Names([.. _onePixel.Distinct()])}); mostly slips of annotation: remove them.");
            string[] unused = [.. _classes.Where(c => c.Value == 0).Select(c => c.Key)];
            if (unused.Length > 0)
                yield return new DatasetProblem(ProblemSeverity.Warning, "unused-classes", $"{part.Name}: no object of {FilePairs.Names(unused)}.");
            if (part.Split is "train" or "all" && _pictures < FewPictures)
                yield return new DatasetProblem(ProblemSeverity.Warning, "few-pictures", $"{part.Name}: {_pictures} picture(s) to train on; at least {FewPictures}, better 10, are needed for a result that means something.");
        }
    }
}
