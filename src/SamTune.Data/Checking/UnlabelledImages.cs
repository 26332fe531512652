using SamTune.Data.Datasets;
using SamTune.Data.Voc;

namespace SamTune.Data.Checking;

/// <summary>Pictures and volumes without masks: no data set to train on, but enough to see what a domain looks like.</summary>
public static class UnlabelledImages
{
    private static readonly string[] s_datasetFolders = ["images", "annotations", "train"];

    /// <summary>Lists what lies at a place that is no data set.</summary>
    /// <param name="path">A picture, a volume, or a folder that holds some; of a folder not its subfolders.</param>
    /// <returns>The files in ordinal order, none of them a mask; null where the place may be a data set, which <see cref="DatasetSource"/> opens.</returns>
    public static IReadOnlyList<SourceFile>? Find(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
            return File.Exists(path) && EndingOf(path) != null ? [Source(path)] : null;
        if (File.Exists(Path.Combine(path, "tasks.json")) || VocDataset.IsVoc(path) || Array.Exists(s_datasetFolders, f => Directory.Exists(Path.Combine(path, f)))
            || MaskBeside.Find(path, ImageFolderDataset.Extensions).Pairs.Count > 0)
        {
            return null;
        }

        SourceFile[] found = [.. Directory.EnumerateFiles(path).Where(f => EndingOf(f) is { } ending && !IsMask(f, ending)).Order(StringComparer.Ordinal).Select(Source)];
        return found.Length > 0 ? found : null;
    }

    private static string? EndingOf(string path) => NiftiSliceDataset.Extensions.Concat(ImageFolderDataset.Extensions).FirstOrDefault(e => path.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    private static bool IsMask(string path, string ending) => Array.Exists(MaskBeside.UsualSuffixes, s => path.AsSpan(..^ending.Length).EndsWith(s, StringComparison.OrdinalIgnoreCase));

    private static SourceFile Source(string path) => new(path, IsMask: false, IsVolume: NiftiSliceDataset.IsVolume(path));
}
