using SamTune.Data.Datasets;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Data.Checking;

/// <summary>Finds bands and bits that are not what they are taken for.</summary>
internal static class BandCheck
{
    private const int Values8 = 1 << 8, Values12 = 1 << 12;

    // What the reader of GeoTIFF calls a band that the file's tags say is one.
    private const string GeoTiffAlpha = "alpha";

    /// <summary>Looks through pictures.</summary>
    /// <param name="seen">Each file, the recipe that it is read by (null for none), and what is in it.</param>
    public static IEnumerable<DatasetProblem> Run(IReadOnlyList<(SourceFile File, PreprocessingSpec? Recipe, FileLook Look)> seen)
        => Depth([.. seen.Where(s => !s.File.IsVolume && s.Look.StoredAs == SampleKind.UInt16)])
            .Concat(Unnamed([.. seen.Where(s => s.Recipe?.Scene is { Bands: null } && s.File.BandNames.Count == 0)]))
            .Concat(Alpha([.. seen.Where(s => !s.File.IsVolume)]));

    private static IEnumerable<DatasetProblem> Depth((SourceFile File, PreprocessingSpec? Recipe, FileLook Look)[] wide)
    {
        string[] eight = Names(wide, s => s.High is > 0 and < Values8), twelve = Names(wide, s => s.High is >= Values8 and < Values12);
        string[] parts =
        [
            .. eight.Length > 0 ? [$"{eight.Length} use 8 bits only ({FilePairs.Names(eight)})"] : Array.Empty<string>(),
            .. twelve.Length > 0 ? [$"{twelve.Length} use 12 bits ({FilePairs.Names(twelve)})"] : Array.Empty<string>(),
        ];
        if (parts.Length > 0)
        {
            yield return new DatasetProblem(
                ProblemSeverity.Warning, "bit-depth", $"of {wide.Length} 16-bit picture(s) {string.Join(", ", parts)}; percentiles and min-max follow what is used, a window must be meant for it.");
        }
    }

    // Three bands of 8 bits are colours in any file.
    private static IEnumerable<DatasetProblem> Unnamed((SourceFile File, PreprocessingSpec? Recipe, FileLook Look)[] scenes)
    {
        string[] unnamed = Names(scenes, s => s is { BandNames.Count: 0, Channels: 4 } or { BandNames.Count: 0, Channels: 3, StoredAs: not SampleKind.UInt8 });
        if (unnamed.Length > 0)
        {
            yield return new DatasetProblem(
                ProblemSeverity.Warning, "unnamed-bands",
                $"{unnamed.Length} scene(s) name none of their bands ({FilePairs.Names(unnamed)}); they are taken for red, green, blue and near infrared in this order: say otherwise with --bands, such as blue,green,red,nir.");
        }
    }

    private static IEnumerable<DatasetProblem> Alpha((SourceFile File, PreprocessingSpec? Recipe, FileLook Look)[] pictures)
    {
        string[] dropped = Names([.. pictures.Where(p => p.Recipe?.Scene == null)], s => s.Channels is 2 or 4);
        if (dropped.Length > 0)
        {
            yield return new DatasetProblem(
                ProblemSeverity.Warning, "alpha", $"{dropped.Length} picture(s) have an alpha channel, or another beside grey or colours ({FilePairs.Names(dropped)}); it is left out.");
        }

        (SourceFile File, PreprocessingSpec? Recipe, FileLook Look)[] scenes = [.. pictures.Where(p => p.Recipe?.Scene != null)];
        string[] alpha = Names(scenes, s => s.BandNames is [.., GeoTiffAlpha] || (s is { Channels: 4, LastIsOnOff: true, BandNames.Count: 0 }));
        if (alpha.Length > 0)
        {
            bool isUsed = scenes.Any(s => s.Recipe!.Scene!.NearInfrared != NearInfrared.Drop);
            yield return new DatasetProblem(
                ProblemSeverity.Warning, "alpha",
                $"the last band of {alpha.Length} scene(s) is an alpha channel, all or nothing everywhere ({FilePairs.Names(alpha)}); it {(isUsed ? "is no near infrared: use --near-infrared drop" : "is left out")}.");
        }
    }

    private static string[] Names((SourceFile File, PreprocessingSpec? Recipe, FileLook Look)[] seen, Func<FileLook, bool> isOne)
        => [.. seen.Where(s => isOne(s.Look)).Select(s => Path.GetFileName(s.File.Path))];
}
