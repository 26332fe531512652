using SamTune.Data.Prompts;
using SamTune.Imaging;

namespace SamTune.Inference.Scenes;

/// <summary>A prompt of a scene and what its tiles have answered so far.</summary>
/// <param name="label">Its number in the label picture.</param>
/// <param name="prompt">In pixels of the scene.</param>
/// <param name="tiles">Positions of its tiles, at least one.</param>
/// <param name="grid">The tiles.</param>
internal sealed class PlacedPrompt(int label, PromptSet prompt, IReadOnlyList<int> tiles, TileGrid grid)
{
    private readonly Queue<PixelRun> _runs = new();
    private LogitBlend? _blend;
    private int _answered;
    private double _estimates;
    private double _shares;
    private long _area;
    private (int X0, int Y0, int X1, int Y1) _bounds = (int.MaxValue, int.MaxValue, -1, -1);

    public int Label => label;

    public IReadOnlyList<int> Tiles => tiles;

    public PromptSet PromptIn(int tile) => TileChoice.Within(prompt, grid[tile]);

    /// <summary>Adds what a tile answers.</summary>
    /// <param name="tile">Its position.</param>
    /// <param name="logits">(H, W) of the tile, row-major.</param>
    /// <param name="predictedIou">The model's own estimate.</param>
    public void Add(int tile, float[] logits, double predictedIou)
    {
        _blend ??= new LogitBlend((tiles.Min(t => grid[t].X), tiles.Max(t => grid[t].Right)), grid.Options);
        _blend.Add(grid[tile], logits);
        double share = TileChoice.ShareIn(prompt, grid[tile], grid.Scene);
        _estimates += share * predictedIou;
        _shares += share;
        if (++_answered == tiles.Count)
        {
            // Nothing more will come: runs take far less memory than logits.
            Keep(grid.Scene.Height);
            _blend = null;
        }
    }

    /// <summary>Paints the rows that are finished.</summary>
    public void Paint(StripCanvas canvas)
    {
        Keep(canvas.End);
        while (_runs.TryPeek(out PixelRun run) && run.Y < canvas.End)
        {
            canvas.Paint(_runs.Dequeue(), label);
        }

        if (_runs.Count == 0)
        {
            // A queue keeps the memory of its longest time.
            _runs.TrimExcess();
        }
    }

    public SceneObject ToObject() => new(
        label, _area, _area > 0 ? new BoundingBox(_bounds.X0, _bounds.Y0, _bounds.X1, _bounds.Y1) : null, _estimates / _shares, tiles.Count);

    private void Keep(int end)
    {
        foreach (PixelRun run in _blend?.Take(end) ?? [])
        {
            _runs.Enqueue(run);
            _area += run.Length;
            _bounds = (Math.Min(_bounds.X0, run.Start), Math.Min(_bounds.Y0, run.Y), Math.Max(_bounds.X1, run.End - 1), Math.Max(_bounds.Y1, run.Y));
        }
    }
}
