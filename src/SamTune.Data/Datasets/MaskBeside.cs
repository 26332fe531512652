using SamTune.Imaging.Maps;

namespace SamTune.Data.Datasets;

/// <summary>Pairs pictures with masks that lie beside them in one folder: cell.png with cell_mask.png or cell_instances.png, town.tif with town.geojson.</summary>
internal static class MaskBeside
{
    /// <summary>What mask names end with, longest first.</summary>
    internal static readonly string[] UsualSuffixes = ["_instances", "_masks", "_mask", "_labels", "_label", "_seg"];

    /// <summary>Pairs the files of a folder (not of its subfolders). A mask belongs to the picture with its name before the suffix, or else with the longest beginning of it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="extensions">Endings of picture and mask files; polygons (.geojson) are masks with or without a suffix.</param>
    /// <param name="suffix">What mask names end with; the usual endings when empty.</param>
    /// <returns>The pairs in ordinal order, whether all masks hold instances, and the files that have no partner.</returns>
    public static (IReadOnlyList<FilePair> Pairs, bool AreInstances, IReadOnlyList<string> Unpaired) Find(string folder, IReadOnlyList<string> extensions, string suffix = "")
    {
        string[] suffixes = suffix.Length > 0 ? [suffix] : UsualSuffixes;
        string? SuffixOf(string path)
            => Array.Find(suffixes, s => Path.GetFileNameWithoutExtension(path).EndsWith(s, StringComparison.OrdinalIgnoreCase)) ?? (PolygonMasks.IsOne(path) ? "" : null);

        string[] files = [.. Directory.EnumerateFiles(folder).Where(f => Array.Exists([.. extensions, PolygonLayer.Extension], e => f.EndsWith(e, StringComparison.OrdinalIgnoreCase))).Order(StringComparer.Ordinal)];
        ILookup<bool, string> byKind = files.ToLookup(f => SuffixOf(f) != null);
        Dictionary<string, string> images = byKind[false].GroupBy(Path.GetFileNameWithoutExtension).ToDictionary(g => g.Key!, g => g.First(), StringComparer.Ordinal);
        List<FilePair> pairs = [];
        List<string> unpaired = [.. byKind[false].Except(images.Values)];
        foreach (string mask in byKind[true])
        {
            string stem = Path.GetFileNameWithoutExtension(mask)[..^SuffixOf(mask)!.Length];
            string? id = images.Keys.Where(i => stem == i || stem.StartsWith(i + "_", StringComparison.Ordinal)).MaxBy(i => i.Length);
            if (id == null || pairs.Exists(p => p.Id == id))
                unpaired.Add(mask);
            else
                pairs.Add(new FilePair(id, images[id], mask));
        }

        unpaired.AddRange(images.Where(i => !pairs.Exists(p => p.Id == i.Key)).Select(i => i.Value));
        return (
            [.. pairs.OrderBy(p => p.Id, StringComparer.Ordinal)],
            pairs.TrueForAll(p => SuffixOf(p.MaskPath) == UsualSuffixes[0]),
            [.. unpaired.Select(u => Path.GetFileName(u)).Order(StringComparer.Ordinal)]);
    }
}
