using SamTune.Data.Prompts;
using SamTune.Imaging;

namespace SamTune.Inference.Scenes;

/// <summary>Which tiles a prompt goes to, and what it is there.</summary>
internal static class TileChoice
{
    /// <summary>
    /// The one tile that holds the prompt's box whole and farthest from its inner edges; where none holds it whole, all that hold enough of it. The box of a prompt of clicks
    /// alone is that of its clicks on the object. The empty prompt goes to every tile.
    /// </summary>
    /// <param name="prompt">In pixels of the scene.</param>
    /// <param name="grid">The tiles.</param>
    /// <param name="minimumShare">Least share of the box in a tile, or of the tile in the box.</param>
    /// <returns>Positions of tiles, rising; empty where the prompt lies outside the scene.</returns>
    public static IReadOnlyList<int> For(PromptSet prompt, TileGrid grid, double minimumShare)
    {
        if (IsEmpty(prompt))
        {
            return [.. Enumerable.Range(0, grid.Count)];
        }

        if (Extent(prompt, grid.Scene) is not { } box)
        {
            return [];
        }

        List<(int Tile, float Distance)> whole = [];
        List<int> partly = [];
        for (int i = 0; i < grid.Count; i++)
        {
            PixelWindow tile = grid[i];
            if (Clip(box, tile) is not { } inside)
            {
                continue;
            }

            if (inside == box)
            {
                whole.Add((i, DistanceToInnerEdge(box, tile, grid.Scene)));
            }
            else if (Area(inside) >= minimumShare * Math.Min(Area(box), tile.Size.PixelCount))
            {
                partly.Add(i);
            }
        }

        return whole.Count > 0 ? [whole.MaxBy(w => (w.Distance, -w.Tile)).Tile] : partly;
    }

    /// <summary>The part of a prompt that lies in a tile, in pixels of the tile.</summary>
    public static PromptSet Within(PromptSet prompt, PixelWindow tile) => new()
    {
        Box = prompt.Box is { } box && Clip(box, tile) is { } inside
            ? new BoundingBox(inside.X0 - tile.X, inside.Y0 - tile.Y, inside.X1 - tile.X, inside.Y1 - tile.Y)
            : null,
        Points = [.. prompt.Points.Where(p => p.X >= tile.X && p.Y >= tile.Y && p.X < tile.Right && p.Y < tile.Bottom).Select(p => p with { X = p.X - tile.X, Y = p.Y - tile.Y })],
    };

    /// <summary>The share of a prompt's box that lies in a tile, by which the tile's estimate counts; of the empty prompt all tiles count alike.</summary>
    public static double ShareIn(PromptSet prompt, PixelWindow tile, ImageSize scene) =>
        IsEmpty(prompt) ? 1 : Extent(prompt, scene) is { } box && Clip(box, tile) is { } inside ? Area(inside) / Area(box) : 0;

    private static bool IsEmpty(PromptSet prompt) => prompt.Box is null && prompt.Points.Count == 0;

    private static BoundingBox? Extent(PromptSet prompt, ImageSize scene)
    {
        var whole = new PixelWindow(0, 0, scene.Width, scene.Height);
        if (prompt.Box is { } box)
        {
            return Clip(box, whole);
        }

        PointPrompt[] inside = [.. prompt.Points.Where(p => p.IsForeground && p.X >= 0 && p.Y >= 0 && p.X < scene.Width && p.Y < scene.Height)];
        return inside.Length == 0 ? null : new BoundingBox(inside.Min(p => p.X), inside.Min(p => p.Y), inside.Max(p => p.X), inside.Max(p => p.Y));
    }

    private static BoundingBox? Clip(BoundingBox box, PixelWindow tile)
    {
        var inside = new BoundingBox(Math.Max(box.X0, tile.X), Math.Max(box.Y0, tile.Y), Math.Min(box.X1, tile.Right - 1), Math.Min(box.Y1, tile.Bottom - 1));
        return inside.X1 >= inside.X0 && inside.Y1 >= inside.Y0 ? inside : null;
    }

    private static double Area(BoundingBox box) => (double)box.Width * box.Height;

    // Where the scene itself ends nothing is cut off.
    private static float DistanceToInnerEdge(BoundingBox box, PixelWindow tile, ImageSize scene)
    {
        float distance = float.PositiveInfinity;
        if (tile.X > 0)
        {
            distance = Math.Min(distance, box.X0 - tile.X);
        }

        if (tile.Y > 0)
        {
            distance = Math.Min(distance, box.Y0 - tile.Y);
        }

        if (tile.Right < scene.Width)
        {
            distance = Math.Min(distance, tile.Right - 1 - box.X1);
        }

        return tile.Bottom < scene.Height ? Math.Min(distance, tile.Bottom - 1 - box.Y1) : distance;
    }
}
