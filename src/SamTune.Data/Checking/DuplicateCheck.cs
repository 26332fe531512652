using SamTune.Data.Datasets;

namespace SamTune.Data.Checking;

/// <summary>A picture with where it was found.</summary>
internal sealed record SeenPicture(DatasetPart Part, SampleInfo Info, PictureFingerprint Fingerprint)
{
    public string Name => $"{Part.Split}: {Info.Id}";
}

/// <summary>Finds what must not be on both sides of a split: the same picture, nearly the same, or the same patient, volume or scene.</summary>
internal static class DuplicateCheck
{
    private const int PairsShown = 3;

    /// <summary>Compares the pictures of one task.</summary>
    /// <param name="task">The task's name; empty for none.</param>
    /// <param name="pictures">Its pictures, of all parts.</param>
    public static IEnumerable<DatasetProblem> Run(string task, IReadOnlyList<SeenPicture> pictures)
    {
        string place = task.Length == 0 ? "" : $"{task}: ";
        SeenPicture[][] same = [.. pictures.GroupBy(p => p.Fingerprint.Content).Where(g => g.Count() > 1).Select(g => g.ToArray())];
        SeenPicture[][] shared = [.. same.Where(g => g.DistinctBy(p => p.Part.Split).Count() > 1)], constant = [.. shared.Where(g => g[0].Fingerprint.IsConstant)], across = [.. shared.Except(constant)];
        if (across.Length > 0)
        {
            yield return new DatasetProblem(
                ProblemSeverity.Error, "duplicates-across-splits",
                $"{place}{across.Length} picture(s) are in more than one part ({Shown(across.Select(g => (g[0], g.First(p => p.Part.Split != g[0].Part.Split))))}); what is measured was learned: keep each in one part.");
        }

        if (constant.Length > 0)
        {
            yield return new DatasetProblem(
                ProblemSeverity.Warning, "constant-across-splits",
                $"{place}{constant.Sum(g => g.Length)} picture(s) of a single colour are in more than one part ({Shown(constant.Select(g => (g[0], g.First(p => p.Part.Split != g[0].Part.Split))))}); nothing is learned or measured on them: leave them out.");
        }

        SeenPicture[][] within = [.. same.Except(shared)];
        if (within.Length > 0)
        {
            yield return new DatasetProblem(
                ProblemSeverity.Warning, "duplicates", $"{place}{within.Length} picture(s) occur several times in their part ({Shown(within.Select(g => (g[0], g[1])))}); they count as often.");
        }

        List<(SeenPicture, SeenPicture)> near = Near(pictures);
        if (near.Count > 0)
        {
            yield return new DatasetProblem(
                ProblemSeverity.Warning, "near-duplicates-across-splits", $"{place}{near.Count} pair(s) in different parts and groups are nearly the same picture ({Shown(near)}); look at them, and keep each scene in one part.");
        }

        string[] groups = [.. pictures.GroupBy(p => p.Info.Group).Where(g => g.DistinctBy(p => p.Part.Split).Count() > 1).Select(g => g.Key).Order(StringComparer.Ordinal)];
        if (groups.Length > 0)
        {
            yield return new DatasetProblem(
                ProblemSeverity.Warning, "groups-across-splits",
                $"{place}{groups.Length} patient(s), volume(s) or scene(s) are in more than one part ({FilePairs.Names(groups)}); scores say how well it works on these, not on others.");
        }
    }

    // Pictures of one group are reported as such; neighbouring slices are alike.
    private static List<(SeenPicture, SeenPicture)> Near(IReadOnlyList<SeenPicture> pictures)
    {
        var found = new HashSet<(int, int)>();
        for (int quarter = 0; quarter < 4; quarter++)
        {
            foreach (IGrouping<ulong, int> alike in Enumerable.Range(0, pictures.Count).GroupBy(i => pictures[i].Fingerprint.Perceptual >> (16 * quarter) & 0xFFFF))
            {
                int[] indices = [.. alike];
                for (int a = 0; a < indices.Length; a++)
                {
                    for (int b = a + 1; b < indices.Length; b++)
                    {
                        SeenPicture first = pictures[indices[a]], second = pictures[indices[b]];
                        if (first.Part.Split != second.Part.Split && first.Info.Group != second.Info.Group
                            && first.Fingerprint.Content != second.Fingerprint.Content && first.Fingerprint.IsNear(second.Fingerprint))
                        {
                            found.Add((indices[a], indices[b]));
                        }
                    }
                }
            }
        }

        return [.. found.Order().Select(pair => (pictures[pair.Item1], pictures[pair.Item2]))];
    }

    private static string Shown(IEnumerable<(SeenPicture First, SeenPicture Second)> pairs)
    {
        (SeenPicture First, SeenPicture Second)[] all = [.. pairs];
        return string.Join("; ", all.Take(PairsShown).Select(p => $"{p.First.Name} = {p.Second.Name}")) + (all.Length > PairsShown ? "; ..." : "");
    }
}
