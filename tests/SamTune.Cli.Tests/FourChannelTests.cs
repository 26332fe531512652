using System.Text.Json;
using SamTune.Checkpoints;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Maps;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

/// <summary>Near infrared as a fourth channel, from a folder of GeoTIFF scenes through training and the artifact to prediction and evaluation.</summary>
public sealed class FourChannelTests : IDisposable
{
    private const string Filters = "base_model.model.image_encoder.patch_embed.extra_bands.weight";

    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Before_it_has_learned_a_fourth_channel_changes_nothing_and_is_saved_predicted_with_and_evaluated()
    {
        string scene = Scene((x, y) => (x * 11) + y);

        // A step of this size is lost in rounding, so the artifact is that of step 0.
        JsonElement trained = await Ok(Train("--lr", "1e-30", "--steps", "1"));
        string adapter = trained.GetProperty("artifact").GetString()!;
        JsonElement four = await Ok("predict", scene, "--base", s_base, "--adapter", adapter, "--box", "10,10,50,50", "--out", _folder.At("four"));
        JsonElement three = await Ok("predict", scene, "--base", s_base, "--profile", "satellite", "--scene-tile", "64", "--box", "10,10,50,50", "--out", _folder.At("three"));
        Assert.Equal([64, 64], four.GetProperty("tile").EnumerateArray().Select(t => t.GetInt32()));
        Assert.Equal(three.GetProperty("objects").GetRawText(), four.GetProperty("objects").GetRawText());
        Assert.Equal(await Bytes("three", "labels.tif"), await Bytes("four", "labels.tif"));

        JsonElement scores = await Ok("evaluate", _folder.At("data"), "--base", s_base, "--adapter", adapter, "--clicks", "0", "--out", _folder.At("report"));
        Assert.All(scores.GetProperty("dice").EnumerateArray(), kind => Assert.Equal(kind.GetProperty("base").GetDouble(), kind.GetProperty("dice").GetDouble()));

        JsonElement bands = JsonElement.Parse(await File.ReadAllTextAsync(Path.ChangeExtension(adapter, ".json"), TestContext.Current.CancellationToken)).GetProperty("method").GetProperty("extra_bands");
        Assert.InRange(bands.GetProperty("means")[0].GetDouble(), 1, 254);
        Assert.Equal("zero", bands.GetProperty("initialisation").GetString());
    }

    [Fact]
    public async Task The_filters_learn_and_the_artifact_is_used_with_its_own_recipe_only()
    {
        string scene = Scene((x, y) => (x * 11) + y);
        JsonElement trained = await Ok(Train("--lr", "0.01", "--steps", "2"));
        string adapter = trained.GetProperty("artifact").GetString()!;
        using (Checkpoint file = Checkpoint.Open(adapter))
        {
            var values = new float[file.Tensors.Single(t => t.Name == Filters).ElementCount];
            file.ReadAsFloat32(Filters, values);
            Assert.True(values.Max(v => MathF.Abs(v)) > 1e-3);
        }

        await Ok("predict", scene, "--base", s_base, "--adapter", adapter, "--box", "10,10,50,50", "--out", _folder.At("found"));
        (await Predict(scene, adapter, "--profile", "satellite", "--near-infrared", "drop")).AssertRefused("--near-infrared", "trained with");
        (await Predict(RepositoryFiles.Golden("tiny_image.png"), adapter)).AssertRefused("tiny_image.png", "near infrared");
    }

    [Fact]
    public async Task Scenes_that_have_nothing_to_learn_a_fourth_channel_from_are_refused_before_anything_is_written()
    {
        Scene((_, _) => 7);
        (await CommandLineRun.Of(Train("--steps", "1"))).AssertRefused("everywhere", "--near-infrared drop");
        (await CommandLineRun.Of("train", _folder.At("data"), "--base", s_base, "--profile", "satellite", "--band-filters", "zero", "--val-share", "0", "--out", _folder.At("run"))).AssertRefused("--band-filters", "four-channels");
        (await CommandLineRun.Of(Train("--band-filters", "ones"))).AssertRefused("--band-filters", "ones", "rgb-mean");
        Assert.False(Directory.Exists(_folder.At("run")));
    }

    private static async Task<JsonElement> Ok(params string[] arguments)
    {
        CommandLineRun run = await CommandLineRun.Of([.. arguments, "--json"]);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Json;
    }

    private string[] Train(params string[] more) =>
    [
        "train", _folder.At("data"), "--base", s_base, "--profile", "satellite", "--near-infrared", "four-channels", "--scene-tile", "64", "--val-share", "0", "--batch", "1", "--dropout", "0",
        "--out", _folder.At("run"), .. more,
    ];

    private Task<CommandLineRun> Predict(string picture, string adapter, params string[] more) =>
        CommandLineRun.Of(["predict", picture, "--base", s_base, "--adapter", adapter, "--box", "10,10,50,50", "--out", _folder.At("refused"), .. more]);

    private Task<byte[]> Bytes(string folder, string file) => File.ReadAllBytesAsync(_folder.At(folder, file), TestContext.Current.CancellationToken);

    // Bright squares on a ground whose bands differ; the near infrared is what is asked for.
    private string Scene(Func<int, int, int> nearInfrared)
    {
        Directory.CreateDirectory(_folder.At("data", "images"));
        Directory.CreateDirectory(_folder.At("data", "masks"));
        var size = new ImageSize(64, 100);
        bool IsSquare(int x, int y) => x % 50 is >= 15 and < 40 && y is >= 15 and < 45;
        short[] samples =
        [
            .. from y in Enumerable.Range(0, size.Height) from x in Enumerable.Range(0, size.Width) from b in Enumerable.Range(0, 4)
               select (short)(b == 3 ? nearInfrared(x, y) : (IsSquare(x, y) ? 900 : 100) + (((x * 7) + (y * 13) + (b * 31)) % 90)),
        ];
        var header = new GeoTiffHeader
        {
            Size = size,
            BandNames = ["red", "green", "blue", "nir"],
            StoredAs = SampleKind.Int16,
            GeoKeys = GeoKeys.Of(CoordinateReferenceSystem.FromEpsg(32633)),
            Transform = GeoTransform.NorthUp(500_000, 5_000_000, 0.3, 0.3),
        };
        GeoTiffWriter.Write(_folder.At("data", "images", "town.tif"), header, samples);
        byte[] mask = [.. from y in Enumerable.Range(0, size.Height) from x in Enumerable.Range(0, size.Width) select IsSquare(x, y) ? (byte)1 : (byte)0];
        ImageWriter.WriteMaskPng(_folder.At("data", "masks", "town.png"), new BinaryMask(size, mask));
        return _folder.At("data", "images", "town.tif");
    }
}
