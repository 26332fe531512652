using SamTune.Data.Preprocessing;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Imaging.Scenes;

namespace SamTune.Inference.Scenes;

/// <summary>
/// Answers prompts on scenes of any size, tile by tile. A prompt that a tile holds whole is answered by that tile alone; of an object that no tile holds whole the tiles' logits are blended
/// in their overlaps (see <see cref="LogitBlend"/>). Each tile is read and encoded once, and only if a prompt needs it. Finished rows of the label picture are handed
/// out from top to bottom. The model sees a tile at the recipe's ground resolution, as in training; labels are in pixels of the scene. Memory grows with a tile times the scene's width and with the prompts at work, but not with the scene's height.
/// </summary>
/// <param name="predictor">The model; its picture is replaced.</param>
/// <param name="options">Tiles.</param>
public sealed class TiledPredictor(SamPredictor predictor, TilingOptions options)
{
    // Logits at the size of a tile are in memory for this many prompts together.
    private const int PromptsPerBatch = 8;

    /// <summary>Refuses prompts that cannot be answered on a scene of this size.</summary>
    /// <param name="scene">Size of the scene, in pixels.</param>
    /// <param name="prompts">In pixels of the scene.</param>
    /// <exception cref="InputException">There is none, one lies outside the scene or has low-res logits, or an option is out of its range.</exception>
    public void Require(ImageSize scene, IReadOnlyList<PromptSet> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        options.Validate();
        if (prompts.Count == 0)
        {
            throw new InputException("scene: no prompt; a box, a click on an object or the empty prompt is needed.");
        }

        var grid = new TileGrid(scene, options);
        for (int i = 0; i < prompts.Count; i++)
        {
            if (prompts[i].LowResMask != null)
            {
                throw new InputException($"scene: prompt {i} has low-res logits, which belong to one picture and not to tiles; leave them out.");
            }

            if (TileChoice.For(prompts[i], grid, options.MinimumBoxShare).Count == 0)
            {
                throw new InputException($"scene: prompt {i} has no box and no click on an object inside the scene of {scene} pixels; give it in pixels of the scene.");
            }
        }
    }

    /// <summary>Answers prompts.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="prompts">Boxes and clicks in pixels of the scene, or the empty prompt, which goes to every tile; prompt i has the label i + 1.</param>
    /// <param name="write">Takes the rows of the label picture from top to bottom, all of them; where objects overlap the lower label is on top.</param>
    /// <param name="progress">Told after every tile.</param>
    /// <param name="cancel">Stops between tiles.</param>
    /// <returns>One object a prompt.</returns>
    /// <exception cref="InputException">As for <see cref="Require"/>, or the scene cannot be read.</exception>
    public IReadOnlyList<SceneObject> Predict(
        PreparedScene scene, IReadOnlyList<PromptSet> prompts, Action<LabelStrip> write, IProgress<SceneProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        ArgumentNullException.ThrowIfNull(write);
        Require(scene.Size, prompts);
        var grid = new TileGrid(scene.Size, options);
        PlacedPrompt[] placed = [.. prompts.Select((p, i) => new PlacedPrompt(i + 1, p, TileChoice.For(p, grid, options.MinimumBoxShare), grid))];
        ILookup<int, PlacedPrompt> byTile = placed.SelectMany(p => p.Tiles.Select(t => (Tile: t, Prompt: p))).ToLookup(p => p.Tile, p => p.Prompt);
        int top = 0;
        for (int row = 0; row < grid.Rows; row++)
        {
            for (int tile = row * grid.Columns; tile < (row + 1) * grid.Columns; tile++)
            {
                cancel.ThrowIfCancellationRequested();
                Answer(scene, grid[tile], tile, [.. byTile[tile]]);
                progress?.Report(new SceneProgress(tile + 1, grid.Count));
            }

            var canvas = new StripCanvas(top, grid.FinishedAfter(row), scene.Size.Width);
            foreach (PlacedPrompt prompt in placed.Reverse())
            {
                prompt.Paint(canvas);
            }

            write(canvas.ToStrip());
            top = canvas.End;
        }

        return [.. placed.Select(p => p.ToObject())];
    }

    private void Answer(PreparedScene scene, PixelWindow window, int tile, PlacedPrompt[] prompts)
    {
        if (prompts.Length == 0)
        {
            return;
        }

        RgbImage picture = scene.Read(window);
        var view = new TileView(window, picture.Size);
        predictor.SetImage(picture);
        foreach (PlacedPrompt[] batch in prompts.Chunk(PromptsPerBatch))
        {
            IReadOnlyList<Prediction> answers = predictor.PredictMany([.. batch.Select(p => view.ToPicture(p.PromptIn(tile)))], multimask: false);
            for (int i = 0; i < batch.Length; i++)
            {
                batch[i].Add(tile, view.ToTile(answers[i].Best.Logits), answers[i].Best.PredictedIou);
            }
        }
    }
}
