using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Inference.Automatic;

namespace SamTune.Inference.Scenes;

/// <summary>Segments everything in a scene of any size: automatic masks of each tile, joined where neighbouring tiles show the same object in their overlap.</summary>
/// <param name="predictor">The model; its picture is replaced.</param>
/// <param name="options">Tiles.</param>
/// <param name="automatic">What is kept in each tile; areas are in pixels of the pictures that the model sees.</param>
public sealed class TiledMaskGenerator(SamPredictor predictor, TilingOptions options, AutomaticMaskOptions automatic)
{
    /// <summary>Segments a scene. One tile is in memory at a time, and of each object its runs of pixels, twelve bytes each.</summary>
    /// <param name="scene">The scene.</param>
    /// <param name="progress">Told after every tile.</param>
    /// <param name="cancel">Stops within tiles.</param>
    /// <exception cref="InputException">An option is out of its range, or the scene cannot be read.</exception>
    public SceneMasks Generate(PreparedScene scene, IProgress<SceneProgress>? progress = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(scene);
        options.Validate();
        var grid = new TileGrid(scene.Size, options);
        var generator = new AutomaticMaskGenerator(predictor, automatic);
        var merging = new MaskMerging(options.MergeOverlap);
        for (int i = 0; i < grid.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            PixelWindow tile = grid[i];
            RgbImage picture = scene.Read(tile);
            var view = new TileView(tile, picture.Size);
            merging.Add(tile, [.. generator.Generate(picture, progress: null, cancel).Select(m => TileMask.Of(m, tile, view)).OfType<TileMask>()]);
            progress?.Report(new SceneProgress(i + 1, grid.Count));
        }

        return new SceneMasks(scene.Size, merging.Groups());
    }
}
