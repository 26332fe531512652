using SamTune.Data.Checking;
using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Nifti;

namespace SamTune.Cli.Running;

/// <summary>
/// Pictures that a domain is recognised by, each read as a router reads a file to be predicted: of a data set those of the training part where it has parts, of volumes slices, of tiled scenes tiles.
/// Masks only say which slices and tiles count.
/// </summary>
/// <param name="axis">Axis that slices of volumes go across where no task says it.</param>
/// <param name="task">The one task of a tasks.json; null for all.</param>
internal sealed class RoutingData(string axis, string? task)
{
    // More pictures move a mean no further.
    private const int Most = 100;
    private const string Training = "train";

    /// <summary>Opens a place. Its files are read one after the other as the pictures are asked for.</summary>
    /// <param name="place">What <see cref="DatasetSource"/> opens, or pictures or volumes without masks.</param>
    /// <param name="scene">What the domain's recipe says of scenes; null for nothing.</param>
    /// <returns>Up to 100 pictures, spread over all that there are, and the same each time.</returns>
    /// <exception cref="InputException">There is no such place, or it cannot be opened.</exception>
    public IEnumerable<RgbImage> Open(string place, SceneSettings? scene)
    {
        if (UnlabelledImages.Find(place) is { } images)
        {
            return task is null ? Files(images, scene) : throw new InputException($"{place}: holds no tasks.json, so there is no task '{task}'; leave --task out.");
        }

        FoundDataset found = Dataset(place, preprocessing: null);
        DatasetPart[] parts = Parts(place, found);
        return parts[0].Dataset switch
        {
            NiftiSliceDataset => Slices([.. parts.SelectMany(p => All((NiftiSliceDataset)p.Dataset))]),
            SceneTileDataset => Tiles(Parts(place, Dataset(place, TileSpec(found.Root, scene)))),
            _ => Files([.. parts.SelectMany(p => p.Files.Where(f => !f.IsMask)).DistinctBy(f => f.Path)], scene),
        };
    }

    private FoundDataset Dataset(string place, PreprocessingSpec? preprocessing) => DatasetSource.Open(place, new DatasetSourceOptions { Axis = axis, Task = task, Preprocessing = preprocessing });

    private static DatasetPart[] Parts(string place, FoundDataset found)
    {
        if (found.Problems.FirstOrDefault(p => p.Severity == ProblemSeverity.Error) is { } problem)
        {
            throw new InputException(problem.Message);
        }

        DatasetPart[] parts = [.. found.Parts.Where(p => found.AskedPart != null || p.Split is Training or DatasetSource.OnePart)];
        return parts.Length > 0
            ? parts
            : throw new InputException($"{place}: has no part '{Training}'; a domain is recognised by what it was trained on: name a part of {string.Join(", ", found.Parts.Select(p => p.Split).Distinct())}, as in {found.Root}:{found.Parts[0].Split}.");
    }

    private static IEnumerable<(string Path, VolumeAxis Axis, int Slice)> All(NiftiSliceDataset volumes) => Enumerable.Range(0, volumes.Samples.Count).Select(volumes.Locate);

    // Tasks on one volume share slices.
    private static IEnumerable<RgbImage> Slices(IEnumerable<(string Path, VolumeAxis Axis, int Slice)> all) =>
        Spread([.. all.Distinct()]).GroupBy(s => s.Path).SelectMany(group =>
        {
            var volume = new RoutingVolume(group.Key);
            return group.Select(s => volume.Slice(s.Axis, s.Slice));
        });

    private static IEnumerable<RgbImage> Tiles(IReadOnlyList<DatasetPart> parts) =>
        Spread([.. parts.SelectMany(p => p.Dataset.Samples.Select((sample, i) => (p.Dataset, Index: i, sample.Id))).DistinctBy(t => t.Id)]).Select(t => t.Dataset.Load(t.Index).Image);

    // At the scene's own resolution, as a scene to be predicted is looked at.
    private static PreprocessingSpec TileSpec(string root, SceneSettings? scene)
    {
        var usual = new SceneSettings();
        SceneTaskFile file = SceneTaskFile.Read(Path.Combine(root, "tasks.json"));
        return RoutingPicture.Spec(ImageReader.ReadHeader(file.ImagePath, ReadLimits.Windows).StoredAs, usual with { Bands = scene?.Bands, MetresPerPixel = file.MetresPerPixel ?? usual.MetresPerPixel });
    }

    private IEnumerable<RgbImage> Files(IReadOnlyList<SourceFile> files, SceneSettings? scene)
    {
        IReadOnlyList<SourceFile> chosen = Spread(files);
        if (chosen is [{ IsVolume: false } alone])
        {
            return Corners(RoutingPicture.Read(alone.Path, [scene?.Bands]));
        }

        int slices = Math.Max(1, Most / chosen.Count);
        return chosen.SelectMany(f => f.IsVolume ? new RoutingVolume(f.Path).Slices(axis, slices) : [RoutingPicture.Read(f.Path, [scene?.Bands])]);
    }

    // A domain may have one large scene only. How far its pictures lie from each other is seen on parts of it, large enough to be looked at in almost the same scale.
    private static IEnumerable<RgbImage> Corners(RgbImage whole)
    {
        int height = (3 * whole.Size.Height + 3) / 4, width = (3 * whole.Size.Width + 3) / 4;
        return from y in (int[])[0, whole.Size.Height - height] from x in (int[])[0, whole.Size.Width - width] select whole.Cut(new PixelWindow(x, y, width, height));
    }

    private static IReadOnlyList<T> Spread<T>(IReadOnlyList<T> found) => found.Count <= Most ? found : [.. Enumerable.Range(0, Most).Select(i => found[(int)((long)i * found.Count / Most)])];
}
