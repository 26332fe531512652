using System.Text.Json.Nodes;
using SamTune.Checkpoints.Layouts;
using SamTune.Checkpoints.Registry;
using SamTune.Testing;

namespace SamTune.Checkpoints.Tests.Registry;

public sealed class ModelRegistryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_model_that_comes_with_the_library_is_safe_to_fetch()
    {
        ModelRegistry registry = ModelRegistry.Load();
        Assert.All(new[] { "vit_b", "vit_l", "vit_h", "medsam" }, name => Assert.NotNull(registry.Find(name)));
        string[] names = [.. registry.Entries.SelectMany(e => e.Aliases.Append(e.Name))];
        Assert.Equal(names.Distinct(), names);
        Assert.All(registry.Entries, entry =>
        {
            Assert.All(entry.Urls.Append(entry.Source), url => Assert.StartsWith("https://", url, StringComparison.Ordinal));
            Assert.Equal(entry.Architecture, SamArchitecture.FromVariantName(entry.Architecture).VariantName);
            Assert.Matches("^[0-9a-f]{64}$", entry.Sha256);
            Assert.Contains(entry.Licence, new[] { "Apache-2.0", "MIT", "CC-BY-4.0" });
            Assert.InRange(entry.Bytes ?? 0, 4 * Parameters(entry.Architecture), (4 * Parameters(entry.Architecture)) + 200_000);
        });

        // 4 bytes a parameter; the constants of the prompt encoder are among them.
        static long Parameters(string variant) => variant switch
        {
            "vit_b" => 93_735_472,
            "vit_l" => 312_342_832,
            _ => 641_090_608,
        };
    }

    [Fact]
    public void A_model_has_its_aliases()
    {
        ModelRegistry registry = ModelRegistry.Load();
        Assert.Same(registry.Get("vit_b"), registry.Get("sam_vit_b"));
        Assert.Null(registry.Find("vit_x"));
        string message = Assert.Throws<CheckpointException>(() => registry.Get("vit_x")).Message;
        Assert.Contains("'vit_x': is no model of the registry; choose vit_b, vit_l, vit_h, medsam", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_adds_models()
    {
        ModelRegistry registry = ModelRegistry.Load(Write(_ => { }));
        RegistryEntry mine = registry.Get("mine");
        Assert.Equal(("mine.safetensors", null, null), (mine.FileName, mine.Bytes, mine.Sha256));
        Assert.NotNull(registry.Find("vit_b"));
    }

    [Theory]
    [InlineData("sha256", "\"abc\"", "'sha256' of the model 'mine' is 'abc'; needed is 64 hexadecimal digits")]
    [InlineData("sha265", "null", "sha265")]
    [InlineData("name", "\"vit_b\"", "the name 'vit_b' is taken already")]
    [InlineData("name", "\"sam_tiny\"", "the name 'sam_tiny' is taken already")]
    [InlineData("name", "\"../mine\"", "'name' of the model '../mine'")]
    [InlineData("aliases", "[\"My Model\"]", "'name' of the model 'mine' is 'My Model'")]
    [InlineData("file_name", "\"../mine.pth\"", "'file_name' of the model 'mine' is '../mine.pth'")]
    [InlineData("file_name", "\"mine.exe\"", "'file_name'")]
    [InlineData("file_name", "\"SAM_vit_b_01ec64.pth\"", "is taken already; choose another file_name")]
    [InlineData("urls", "[]", "'urls' of the model 'mine' is 'empty'")]
    [InlineData("urls", "[\"file:///etc/passwd\"]", "begins with https:// or http://")]
    [InlineData("urls", "null", "urls")]
    [InlineData("urls", "[null]", "a list holds null")]
    [InlineData("aliases", "[null]", "a list holds null")]
    [InlineData("bytes", "-1", "'bytes' of the model 'mine' is '-1'")]
    [InlineData("bytes", "\"many\"", "bytes")]
    [InlineData("architecture", "\"vit_t\"", "'architecture' of the model 'mine' is 'vit_t'; needed is vit_b, vit_l or vit_h")]
    [InlineData("licence", "\"\"", "'licence' of the model 'mine'")]
    public void An_entry_that_cannot_be_used_is_one_line(string field, string value, string said)
    {
        string path = Write(entry => entry[field] = JsonNode.Parse(value));
        string message = Assert.Throws<CheckpointException>(() => ModelRegistry.Load(path)).Message;
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.Contains(path, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[1, 2]")]
    [InlineData("{\"format_version\": 1}")]
    [InlineData("{\"format_version\": 2, \"models\": []}")]
    [InlineData("{\"format_version\": 1, \"models\": [null]}")]
    public void What_is_no_registry_is_one_line(string json)
    {
        string path = folder.At("mine.json");
        File.WriteAllText(path, json);
        Assert.StartsWith($"{path}: ", Assert.Throws<CheckpointException>(() => ModelRegistry.Load(path)).Message, StringComparison.Ordinal);
        Assert.StartsWith("missing.json: cannot be read", Assert.Throws<CheckpointException>(() => ModelRegistry.Load("missing.json")).Message, StringComparison.Ordinal);
    }

    private string Write(Action<JsonObject> change)
    {
        JsonObject entry = new()
        {
            ["name"] = "mine",
            ["architecture"] = "vit_b",
            ["file_name"] = "mine.safetensors",
            ["urls"] = new JsonArray("https://example.org/mine.safetensors"),
            ["licence"] = "MIT",
            ["source"] = "https://example.org",
            ["description"] = "mine",
        };
        change(entry);
        string path = folder.At("mine.json");
        File.WriteAllText(path, new JsonObject { ["format_version"] = 1, ["models"] = new JsonArray(entry) }.ToJsonString());
        return path;
    }
}
