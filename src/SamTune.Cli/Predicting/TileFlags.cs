using System.CommandLine;
using SamTune.Cli.Running;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Inference.Automatic;
using SamTune.Inference.Scenes;

namespace SamTune.Cli.Predicting;

/// <summary>The flags of predicting on a scene tile by tile.</summary>
internal sealed class TileFlags
{
    private readonly Option<int?> tile = new("--tile") { Description = "Of a scene: side of the tiles it is cut into, in its pixels; what the recipe's tiles cover, else 1024. Memory then does not grow with its height." };
    private readonly Option<int?> overlap = new("--overlap") { Description = "Of a scene: how far tiles overlap, in pixels (an eighth of a tile)." };
    private readonly Option<string?> boxes = new("--boxes") { Description = "Of a large scene: JSON file of prompts, such as [[10, 20, 80, 90], {\"box\": [5, 5, 60, 70], \"points\": [[30, 40, 1]]}]." };

    private readonly Option<string?> geoJson = new("--geojson") { Description = "Of a GeoTIFF: outlines of the objects as polygons, in the coordinates of the scene, wgs84, or both." };

    private Option[] All => [tile, overlap, boxes, geoJson];

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option flag in All)
        {
            command.Add(flag);
        }
    }

    /// <summary>Whether the picture is to be cut into tiles: one of the flags is given.</summary>
    public bool AreGiven(ParseResult result) => All.Any(f => result.GetResult(f) is { Implicit: false });

    /// <summary>Reads the flags.</summary>
    /// <param name="result">The parsed command line.</param>
    /// <param name="areas">Values of --box.</param>
    /// <param name="clicks">Values of --point.</param>
    /// <param name="automatic">What --auto keeps; null without it.</param>
    /// <param name="hasAdapter">Whether an adapter may know without a prompt what is wanted.</param>
    /// <exception cref="InputException">There are too many kinds of prompts, or none and no adapter, or a value is out of range.</exception>
    public SceneRun Read(ParseResult result, string[] areas, string[] clicks, AutomaticMaskOptions? automatic, bool hasAdapter)
    {
        TileAxis usual = TilingOptions.Default.Rows;
        int side = result.GetValue(tile) ?? usual.Length;
        TilingOptions.Square(side, result.GetValue(overlap) ?? Math.Min(usual.Overlap, side / 2)).Validate();
        string? file = result.GetValue(boxes);
        bool isWritten = areas.Length + clicks.Length > 0;
        int kinds = new[] { file != null, isWritten, automatic != null }.Count(given => given);
        if (kinds > 1 || (kinds == 0 && !hasAdapter))
        {
            throw new InputException($"prompts: {(kinds > 1 ? "several kinds are given" : "there is none, and no adapter that does without")}; a scene (a GeoTIFF, or a picture with --tile) needs one of --boxes FILE, --box and --point, or --auto.");
        }

        PromptSet[] prompts = automatic != null ? [] : file != null ? PromptFile.ReadPrompts(file) : PromptText.Prompts(areas, clicks);
        GeoJsonKind? polygons = result.GetValue(geoJson) is { } kind ? Words.OneOf<GeoJsonKind>(kind, geoJson.Name) : null;
        return new SceneRun(result.GetValue(tile), result.GetValue(overlap), prompts, automatic, polygons);
    }
}
