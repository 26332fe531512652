using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Scenes;
using SamTune.Inference.Scenes;

namespace SamTune.Cli.Predicting;

/// <summary>The label file of a scene: on its map, and where the scene holds no measurement the labels hold none.</summary>
/// <param name="path">The file.</param>
/// <param name="scene">The scene.</param>
/// <param name="map">Its header; null where it is no TIFF.</param>
internal sealed class SceneLabels(string path, PreparedScene scene, GeoTiffHeader? map)
{
    private const int RowsAtOnce = 64;

    private readonly bool mayMiss = map is { NoData: not null } or { StoredAs: SampleKind.Float32 or SampleKind.Float64 };

    /// <summary>Writes the file.</summary>
    /// <param name="labels">The largest label.</param>
    /// <param name="paint">Paints the objects and says what they are.</param>
    public IReadOnlyList<SceneObject> Write(int labels, Func<Action<LabelStrip>, IReadOnlyList<SceneObject>> paint)
    {
        bool isWide = labels >= LabelFile.NoData(isWide: false);
        IReadOnlyList<SceneObject> found = [];
        LabelFile.Write(path, scene.Size, map, isWide, mayMiss, write => found = paint(mayMiss ? strip => Masked(strip, LabelFile.NoData(isWide), write) : write));
        return found;
    }

    private void Masked(LabelStrip strip, int noData, Action<LabelStrip> write)
    {
        ImageSize size = strip.Labels.Size;
        for (int y = 0; y < size.Height; y += RowsAtOnce)
        {
            var rows = new PixelWindow(0, y, size.Width, Math.Min(RowsAtOnce, size.Height - y));
            LabelMap part = strip.Labels.Cut(rows);
            byte[] missing = scene.FindMissing(rows with { Y = strip.Y + y }).Pixels;
            for (int i = 0; i < missing.Length; i++)
            {
                part.Labels[i] = missing[i] != 0 ? noData : part.Labels[i];
            }

            write(new LabelStrip(strip.Y + y, part));
        }
    }
}
