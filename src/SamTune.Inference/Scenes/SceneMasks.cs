using SamTune.Imaging;
using SamTune.Imaging.Scenes;

namespace SamTune.Inference.Scenes;

/// <summary>Everything that was found in a scene: kept as runs, painted strip by strip.</summary>
public sealed class SceneMasks
{
    private readonly ImageSize _size;
    private readonly List<PixelRun[]> _runs = [];

    internal SceneMasks(ImageSize size, IReadOnlyList<IReadOnlyList<TileMask>> groups)
    {
        _size = size;
        List<SceneObject> objects = [];
        foreach (IReadOnlyList<TileMask> group in groups)
        {
            PixelRun[] runs = group.Count == 1 ? group[0].Runs : Union(group.SelectMany(m => m.Runs));
            _runs.Add(runs);
            objects.Add(new SceneObject(
                objects.Count + 1, runs.Sum(r => (long)r.Length),
                new BoundingBox(group.Min(m => m.Box.X0), group.Min(m => m.Box.Y0), group.Max(m => m.Box.X1), group.Max(m => m.Box.Y1)),
                group.Max(m => m.PredictedIou), group.Count));
        }

        Objects = objects;
    }

    /// <summary>The objects; labels count from 1 in the order of tiles.</summary>
    public IReadOnlyList<SceneObject> Objects { get; }

    /// <summary>Paints the label picture; of objects over each other the smallest is on top.</summary>
    /// <param name="rows">Rows of a strip; the last may have fewer.</param>
    /// <param name="write">Takes the strips from top to bottom.</param>
    public void Paint(int rows, Action<LabelStrip> write)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentNullException.ThrowIfNull(write);
        int[] order = [.. Enumerable.Range(0, Objects.Count).OrderByDescending(i => Objects[i].Area)], next = new int[Objects.Count];
        for (int top = 0; top < _size.Height; top += rows)
        {
            var canvas = new StripCanvas(top, Math.Min(_size.Height, top + rows), _size.Width);
            foreach (int i in order)
            {
                for (; next[i] < _runs[i].Length && _runs[i][next[i]].Y < canvas.End; next[i]++)
                {
                    canvas.Paint(_runs[i][next[i]], Objects[i].Label);
                }
            }

            write(canvas.ToStrip());
        }
    }

    // Sorted, and without pixels twice where tiles overlap.
    private static PixelRun[] Union(IEnumerable<PixelRun> runs)
    {
        List<PixelRun> union = [];
        foreach (PixelRun run in runs.OrderBy(r => r.Y).ThenBy(r => r.Start))
        {
            if (union.Count > 0 && union[^1].Y == run.Y && run.Start <= union[^1].End)
            {
                union[^1] = union[^1] with { End = Math.Max(union[^1].End, run.End) };
            }
            else
            {
                union.Add(run);
            }
        }

        return [.. union];
    }
}
