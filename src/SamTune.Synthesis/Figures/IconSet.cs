using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using SamTune.Imaging;
using SkiaSharp;

namespace SamTune.Synthesis.Figures;

/// <summary>Drawings of an icon package as figures with parts: every path is a layer, and a path that lies within an earlier one is a part of it.</summary>
/// <remarks>Reads the file of an <c>@iconify-json</c> package (https://iconify.design/docs/types/iconify-json.html). Icons that use more than filled paths are left out.</remarks>
public sealed class IconSet
{
    private const int MaxLayers = 48;
    private const long MaxFileBytes = 64L << 20;

    private IconSet(string name, IReadOnlyList<Figure> figures)
    {
        Name = name;
        Figures = figures;
    }

    /// <summary>The package's prefix.</summary>
    public string Name { get; }

    /// <summary>Number of figures.</summary>
    public int Count => Figures.Count;

    internal IReadOnlyList<Figure> Figures { get; }

    /// <summary>Reads an icon file.</summary>
    /// <param name="path">Its icons.json.</param>
    /// <exception cref="InputException">The file is missing, is no icon file, or holds no icon that can be used.</exception>
    public static IconSet Load(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length > MaxFileBytes)
        {
            throw new InputException($"{path}: {(file.Exists ? $"{file.Length:n0} bytes are too many for an icon file" : "no such file")}; the icons.json of an @iconify-json package is needed.");
        }

        try
        {
            using JsonDocument json = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = json.RootElement;
            float width = Length(root, "width", 16), height = Length(root, "height", 16);
            Figure[] figures = [.. root.GetProperty("icons").EnumerateObject()
                .Select(icon => Read(icon.Value.GetProperty("body").GetString()!, Length(icon.Value, "width", width), Length(icon.Value, "height", height)))
                .OfType<Figure>()];
            return figures.Length > 0
                ? new IconSet(root.GetProperty("prefix").GetString()!, figures)
                : throw new InputException($"{path}: none of its icons is made of filled paths alone.");
        }
        catch (Exception problem) when (problem is JsonException or KeyNotFoundException or InvalidOperationException or System.Xml.XmlException)
        {
            throw new InputException($"{path}: not the icons.json of an @iconify-json package ({problem.Message}).");
        }
    }

    private static float Length(JsonElement element, string name, float otherwise) =>
        element.TryGetProperty(name, out JsonElement value) ? value.GetSingle() : otherwise;

    private static Figure? Read(string body, float width, float height)
    {
        var root = XElement.Parse($"<svg xmlns:xlink=\"http://www.w3.org/1999/xlink\">{body}</svg>");
        if (root.Descendants().Any(e => e.Name.LocalName is not ("g" or "path") || e.Attribute("transform") != null || e.Attribute("stroke") != null))
        {
            return null;
        }

        SKMatrix toUnit = SKMatrix.CreateScale(2 / Math.Max(width, height), 2 / Math.Max(width, height))
            .PreConcat(SKMatrix.CreateTranslation(-width / 2, -height / 2));
        var outlines = new List<(SKPath Path, SKColor? Colour)>();
        foreach (XElement element in root.Descendants().Where(e => e.Name.LocalName == "path"))
        {
            if (SKPath.ParseSvgPathData((string?)element.Attribute("d") ?? "") is not { IsEmpty: false } path)
            {
                continue;
            }

            path.FillType = (string?)element.Attribute("fill-rule") == "evenodd" ? SKPathFillType.EvenOdd : SKPathFillType.Winding;
            path.Transform(toUnit);
            outlines.Add((path, Colour((string?)element.Attribute("fill"))));
        }

        if (outlines.Count is 0 or > MaxLayers)
        {
            return null;
        }

        int[] parents = Nesting.ParentsOf([.. outlines.Select(o => o.Path)]);
        return new Figure([.. outlines.Select((o, i) => new FigureLayer(o.Path, parents[i], o.Colour))]);
    }

    private static SKColor? Colour(string? fill) =>
        fill is ['#', ..] && fill.Length is 4 or 7 && int.TryParse(fill.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out _) && SKColor.TryParse(fill, out SKColor colour)
            ? colour
            : null;
}
