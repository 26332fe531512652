using SamTune.Imaging;
using SamTune.Inference.Automatic;

namespace SamTune.Inference.Scenes;

/// <summary>An automatic mask of one tile in coordinates of the scene, as runs from top to bottom: some hundred bytes instead of a picture.</summary>
internal sealed class TileMask
{
    private TileMask(PixelRun[] runs, BoundingBox box, double predictedIou)
    {
        Runs = runs;
        Box = box;
        PredictedIou = predictedIou;
    }

    public PixelRun[] Runs { get; }

    public BoundingBox Box { get; }

    public double PredictedIou { get; }

    /// <summary>Takes a mask of a tile's picture to the scene; null where none of the scene's pixels is covered enough.</summary>
    /// <param name="mask">In pixels of the picture.</param>
    /// <param name="tile">The tile, in pixels of the scene.</param>
    /// <param name="view">How the picture shows it.</param>
    public static TileMask? Of(AutomaticMask mask, PixelWindow tile, TileView view)
    {
        BinaryMask pixels = view.ToTile(mask.Segmentation.Decode());
        if (pixels.Bounds() is not { } box)
        {
            return null;
        }

        List<PixelRun> runs = [];
        for (int y = 0; y < pixels.Size.Height; y++)
        {
            ReadOnlySpan<byte> row = pixels.Pixels.AsSpan(y * pixels.Size.Width, pixels.Size.Width);
            for (int x = 0; x < row.Length;)
            {
                int next = row[x..].IndexOfAnyExcept((byte)0);
                if (next < 0)
                {
                    break;
                }

                int start = x + next, length = row[start..].IndexOf((byte)0);
                x = length < 0 ? row.Length : start + length;
                runs.Add(new PixelRun(tile.Y + y, tile.X + start, tile.X + x));
            }
        }

        return new TileMask([.. runs], new BoundingBox(box.X0 + tile.X, box.Y0 + tile.Y, box.X1 + tile.X, box.Y1 + tile.Y), mask.PredictedIou);
    }

    /// <summary>IoU of the parts of two masks that lie in a window; 0 where either has none there.</summary>
    public static double OverlapIn(PixelWindow window, TileMask first, TileMask second)
    {
        PixelRun[] a = first.Within(window), b = second.Within(window);
        long shared = 0;
        for (int i = 0, j = 0; i < a.Length && j < b.Length;)
        {
            if (a[i].Y == b[j].Y)
            {
                shared += Math.Max(0, Math.Min(a[i].End, b[j].End) - Math.Max(a[i].Start, b[j].Start));
            }

            // The one that ends first meets nothing further.
            if ((a[i].Y, a[i].End).CompareTo((b[j].Y, b[j].End)) <= 0)
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        long union = a.Sum(r => (long)r.Length) + b.Sum(r => (long)r.Length) - shared;
        return union == 0 ? 0 : (double)shared / union;
    }

    private PixelRun[] Within(PixelWindow window) =>
    [
        .. Runs.Where(r => r.Y >= window.Y && r.Y < window.Bottom && r.Start < window.Right && r.End > window.X)
            .Select(r => r with { Start = Math.Max(r.Start, window.X), End = Math.Min(r.End, window.Right) }),
    ];
}
