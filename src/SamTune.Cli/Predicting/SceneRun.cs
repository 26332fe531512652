using SamTune.Cli.Running;
using SamTune.Data.Preprocessing;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Imaging.Scenes;
using SamTune.Inference.Automatic;
using SamTune.Inference.Scenes;

namespace SamTune.Cli.Predicting;

/// <summary>A scene tile by tile: a label picture that is written strip by strip, and a report.</summary>
/// <param name="options">Tiles.</param>
/// <param name="prompts">Boxes and clicks; none where everything is segmented.</param>
/// <param name="automatic">What is kept of everything; null where there are prompts.</param>
internal sealed class SceneRun(TilingOptions options, PromptSet[] prompts, AutomaticMaskOptions? automatic) : IPredictionRun
{
    /// <inheritdoc/>
    public void Run(PredictionContext context)
    {
        using FileRasterSource source = FileRasterSource.Open(context.Path);
        var predictor = new TiledPredictor(context.Predictor, options);
        if (automatic == null)
        {
            predictor.Require(source.Size, prompts);
        }

        var scene = new PreparedScene(source, context.Recipe(PreprocessingSpec.Rgb), context.Cancel);
        var progress = new ProgressLines<SceneProgress>(context.Error, p => $"{p.Tiles} of {p.TotalTiles} tiles", p => p.Tiles == p.TotalTiles);
        IReadOnlyList<SceneObject> found;
        if (automatic == null)
        {
            OutputFolder.Create(context.Folder);
            found = WriteLabels(context, source.Size, prompts.Length, write => predictor.Predict(scene, prompts, write, progress, context.Cancel));
        }
        else
        {
            SceneMasks masks = new TiledMaskGenerator(context.Predictor, options, automatic).Generate(scene, progress, context.Cancel);
            OutputFolder.Create(context.Folder);
            found = WriteLabels(context, source.Size, masks.Objects.Count, write =>
            {
                masks.Paint(options.TileSize, write);
                return masks.Objects;
            });
        }

        context.Report(
            "prediction.json",
            new { Scene = context.Path, source.Size.Height, source.Size.Width, Tile = options.TileSize, options.Overlap, Objects = found.Select(FoundObject.Of) },
            [
                (context.At("labels.tif"), $"{found.Count(o => o.Area > 0)} objects in {source.Size} pixels"),
                (context.At("prediction.json"), "their areas, boxes and scores"),
            ]);
    }

    private static IReadOnlyList<SceneObject> WriteLabels(PredictionContext context, ImageSize size, int labels, Func<Action<LabelStrip>, IReadOnlyList<SceneObject>> paint)
    {
        IReadOnlyList<SceneObject> found = [];
        AtomicFile.Write(context.At("labels.tif"), stream =>
        {
            using var writer = new LabelTiffWriter(stream, size, isWide: labels > ushort.MaxValue);
            found = paint(writer.Write);
            writer.Complete();
        });
        return found;
    }

    /// <summary>An object as <c>prediction.json</c> has it; the box is x, y, width, height.</summary>
    private sealed record FoundObject(int Label, long Area, IReadOnlyList<float>? Box, double PredictedIou, int Tiles)
    {
        public static FoundObject Of(SceneObject found) => new(found.Label, found.Area, found.Box is { } box ? Segmentation.Box(box) : null, found.PredictedIou, found.Tiles);
    }
}
