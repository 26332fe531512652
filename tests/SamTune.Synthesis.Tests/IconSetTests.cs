using SamTune.Imaging;
using SamTune.Synthesis.Figures;
using SamTune.Testing;

namespace SamTune.Synthesis.Tests;

public sealed class IconSetTests
{
    // A face with an eye and its pupil, and beside it a hat that touches nothing.
    private const string Face = """
        <g fill="none"><path fill="#ffcc00" d="M2 10h20v20h-20z"/><path fill="#fff" d="M6 14h8v8h-8z"/><path fill="#000000" d="M8 16h3v3h-3z"/><path fill="url(#a)" d="M24 1h6v6h-6z"/></g>
        """;

    [Fact]
    public void A_path_within_an_earlier_one_is_its_part()
    {
        using var folder = new TemporaryFolder();
        string json = System.Text.Json.JsonSerializer.Serialize(new { prefix = "faces", width = 32, height = 32, icons = new { face = new { body = Face } } });
        IconSet set = IconSet.Load(Write(folder, json));
        Figure figure = Assert.Single(set.Figures);
        Assert.Equal("faces", set.Name);
        Assert.Equal([-1, 0, 1, -1], figure.Layers.Select(l => l.Parent));
        Assert.Equal("#ffffcc00", figure.Layers[0].Colour.ToString());
        Assert.Null(figure.Layers[3].Colour);
        Assert.InRange(figure.Layers[0].Outline.Bounds.Left, -0.876f, -0.874f);
    }

    [Fact]
    public void Icons_with_more_than_filled_paths_are_left_out()
    {
        using var folder = new TemporaryFolder();
        IconSet set = IconSet.Load(Write(folder, """
            {"prefix": "p", "icons": {"a": {"body": "<circle r=\"4\"/>"}, "b": {"body": "<path transform=\"scale(2)\" d=\"M0 0h4v4z\"/>"}, "c": {"body": "<path d=\"M0 0h4v4z\"/>"}}}
            """));
        Assert.Equal(1, set.Count);
    }

    [Theory]
    [InlineData("not json", "not the icons.json of an @iconify-json package")]
    [InlineData("{\"prefix\": \"p\", \"icons\": {\"a\": {\"body\": \"<circle/>\"}}}", "none of its icons is made of filled paths alone")]
    [InlineData("{\"prefix\": \"p\", \"icons\": {\"a\": {\"body\": \"<path\"}}}", "not the icons.json")]
    [InlineData("[]", "not the icons.json")]
    public void A_wrong_file_is_refused_in_one_line(string content, string reason)
    {
        using var folder = new TemporaryFolder();
        string path = Write(folder, content);
        var error = Assert.Throws<InputException>(() => IconSet.Load(path));
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("no such file", Assert.Throws<InputException>(() => IconSet.Load("nowhere/icons.json")).Message, StringComparison.Ordinal);

    private static string Write(TemporaryFolder folder, string content)
    {
        string path = folder.At("icons.json");
        File.WriteAllText(path, content);
        return path;
    }
}
