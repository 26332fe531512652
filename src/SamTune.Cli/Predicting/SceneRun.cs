using SamTune.Cli.Running;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Scenes;
using SamTune.Inference.Automatic;
using SamTune.Inference.Scenes;

namespace SamTune.Cli.Predicting;

/// <summary>A scene tile by tile: a label picture on the scene's map that is written strip by strip, polygons, and a report.</summary>
/// <param name="tile">Side of a tile in pixels of the scene; null for what the recipe's tiles cover.</param>
/// <param name="overlap">How far tiles overlap; null for an eighth of a tile.</param>
/// <param name="prompts">Boxes and clicks, or the empty prompt; none where everything is segmented.</param>
/// <param name="automatic">What is kept of everything; null where there are prompts.</param>
/// <param name="polygons">Coordinates of the polygons to write; null for none.</param>
internal sealed class SceneRun(int? tile, int? overlap, PromptSet[] prompts, AutomaticMaskOptions? automatic, GeoJsonKind? polygons) : IPredictionRun
{
    /// <inheritdoc/>
    public void Run(PredictionContext context)
    {
        using IRasterSource source = RasterSource.Open(context.Path);
        GeoTiffHeader? map = (source as GeoTiffRasterSource)?.Header;
        ScenePolygons? drawn = polygons is { } kind ? ScenePolygons.For(context.Path, map, kind) : null;
        Preprocessor recipe = context.Recipe(map is { Transform: not null } ? DomainProfile.ForScene(map) : PreprocessingSpec.Rgb);
        TilingOptions options = Tiles(context.Path, recipe.Spec, source.Resolution);
        var predictor = new TiledPredictor(context.Predictor, options);
        if (automatic == null)
        {
            predictor.Require(source.Size, prompts);
        }

        if (Doubt(recipe.Spec, map, source.Resolution) is { } doubt)
        {
            context.Error.WriteLine($"warning: {context.Path}: {doubt}");
        }

        var scene = new PreparedScene(source, recipe, context.Cancel);
        var labels = new SceneLabels(context.At("labels.tif"), scene, map);
        var progress = new ProgressLines<SceneProgress>(context.Error, p => $"{p.Tiles} of {p.TotalTiles} tiles", p => p.Tiles == p.TotalTiles);
        IReadOnlyList<SceneObject> found;
        if (automatic == null)
        {
            OutputFolder.Create(context.Folder);
            found = labels.Write(prompts.Length, write => predictor.Predict(scene, prompts, write, progress, context.Cancel));
        }
        else
        {
            SceneMasks masks = new TiledMaskGenerator(context.Predictor, options, automatic).Generate(scene, progress, context.Cancel);
            OutputFolder.Create(context.Folder);
            found = labels.Write(masks.Objects.Count, write =>
            {
                masks.Paint(options.Rows.Length, write);
                return masks.Objects;
            });
        }

        IReadOnlyList<string> files = drawn?.Write(context.Folder, context.At("labels.tif"), found) ?? [];
        context.Report(
            "prediction.json",
            new
            {
                Scene = context.Path,
                source.Size.Height,
                source.Size.Width,
                Crs = map?.EpsgCode is { } code ? $"EPSG:{code}" : null,
                MetresPerPixel = source.Resolution is { } metres ? new[] { metres.X, metres.Y } : null,
                Tile = new[] { options.Rows.Length, options.Columns.Length },
                Overlap = new[] { options.Rows.Overlap, options.Columns.Overlap },
                Objects = found.Select(FoundObject.Of),
            },
            [
                (context.At("labels.tif"), $"{found.Count(o => o.Area > 0)} objects in {source.Size} pixels"),
                .. files.Select(f => (f, "their outlines")),
                (context.At("prediction.json"), "their areas, boxes and scores"),
            ]);
    }

    // Tiles cover the ground that those of training did.
    private TilingOptions Tiles(string path, PreprocessingSpec spec, GroundResolution? resolution)
    {
        TilingOptions usual = TilingOptions.Default;
        (int height, int width) = tile is { } side ? (side, side)
            : spec.Scene is { } settings ? SceneTiles.SideInScene(settings, resolution)
            : (usual.Rows.Length, usual.Columns.Length);
        return tile != null || Math.Max(height, width) <= TilingOptions.LargestTile
            ? usual with { Rows = Axis(height), Columns = Axis(width) }
            : throw new InputException(
                $"{path}: a tile of the recipe ('{spec}') covers {width}x{height} pixels of this scene of {resolution} a pixel, and at most {TilingOptions.LargestTile} are read at once; bring the scene to a coarser resolution, for example with gdalwarp -tr, or give --tile.");

        TileAxis Axis(int length) => new(length, overlap ?? length * usual.Rows.Overlap / usual.Rows.Length);
    }

    /// <summary>Why objects may have another size than in training; null for no reason.</summary>
    private string? Doubt(PreprocessingSpec spec, GeoTiffHeader? map, GroundResolution? resolution)
    {
        if (spec.Scene is not { } settings)
        {
            return tile != null || map?.Transform == null ? null
                : $"the recipe ('{spec}') says nothing about scenes, so tiles are {TilingOptions.Default.Rows.Length} of its pixels as they are; where the adapter was trained on pictures of another size or resolution, say by --tile how many pixels they covered.";
        }

        return resolution is { } own
            ? ResolutionPlan.For(own, settings.MetresPerPixel).Message
            : map == null || tile != null ? null
            : FormattableString.Invariant($"says no ground resolution, so its pixels are taken as they are; the recipe is for {settings.MetresPerPixel:0.####} m a pixel.");
    }

    /// <summary>An object as <c>prediction.json</c> has it; the box is x, y, width, height.</summary>
    private sealed record FoundObject(int Label, long Area, IReadOnlyList<float>? Box, double PredictedIou, int Tiles)
    {
        public static FoundObject Of(SceneObject found) => new(found.Label, found.Area, found.Box is { } box ? Segmentation.Box(box) : null, found.PredictedIou, found.Tiles);
    }
}
