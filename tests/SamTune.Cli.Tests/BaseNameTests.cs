using SamTune.Checkpoints;
using SamTune.Checkpoints.Registry;
using SamTune.Cli.Running;
using SamTune.Imaging;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

public sealed class BaseNameTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly ModelPlaces places;

    public BaseNameTests() => places = new ModelPlaces(ModelRegistry.Load(), new Lazy<ModelCache>(new ModelCache(folder.At("cache"))), folder.At("program"));

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_file_is_itself()
    {
        string path = RepositoryFiles.Golden("tiny_sam.pth");
        Assert.Equal(path, BaseName.Resolve(path, places));
        Assert.Equal(folder.FullPath, BaseName.Resolve(folder.FullPath, places));
    }

    [Theory]
    [InlineData("vit_b")]
    [InlineData("sam_vit_b")]
    public void A_name_that_was_pulled_is_its_file(string name)
    {
        string message = Assert.Throws<InputException>(() => BaseName.Resolve(name, places)).Message;
        Assert.Contains(folder.At("cache", "sam_vit_b_01ec64.pth"), message, StringComparison.Ordinal);
        Assert.EndsWith($"run: samtune pull {name}", message, StringComparison.Ordinal);

        RegistryEntry entry = places.Registry.Get("vit_b");
        Directory.CreateDirectory(places.Cache.Folder);
        using (FileStream sparse = File.Create(places.Cache.PathOf(entry)))
        {
            sparse.SetLength(entry.Bytes!.Value);
        }

        Assert.Equal(places.Cache.PathOf(entry), BaseName.Resolve(name, places));
    }

    [Fact]
    public void A_file_of_another_size_is_not_the_model()
    {
        Directory.CreateDirectory(places.Cache.Folder);
        File.WriteAllText(places.Cache.PathOf(places.Registry.Get("vit_b")), "half");
        Assert.Throws<InputException>(() => BaseName.Resolve("vit_b", places));
    }

    [Fact]
    public void The_model_that_comes_with_the_program_lies_beside_it()
    {
        string file = folder.At("program", "models", "sam_tiny", "sam_tiny.safetensors");
        string message = Assert.Throws<InputException>(() => BaseName.Resolve("sam_tiny", places)).Message;
        Assert.Contains(file, message, StringComparison.Ordinal);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "");
        Assert.Equal(file, BaseName.Resolve("sam_tiny", places));
    }

    [Fact]
    public void Where_the_environment_names_no_place_for_downloads_only_a_downloaded_model_is_refused()
    {
        ModelPlaces homeless = ModelPlaces.Find(_ => null);
        Assert.Equal(homeless.BundledFile, BaseName.Resolve("sam_tiny", homeless));
        Assert.Equal("missing.pth", BaseName.Resolve("missing.pth", homeless));
        Assert.Contains("set SAMTUNE_CACHE", Assert.Throws<CheckpointException>(() => BaseName.Resolve("vit_b", homeless)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_nobody_knows_lists_those_that_are()
    {
        string message = Assert.Throws<InputException>(() => BaseName.Resolve("vit_bb", places)).Message;
        Assert.StartsWith("vit_bb: is neither a file nor a model's name; choose sam_tiny, vit_b, vit_l, vit_h", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.pth")]
    [InlineData("folder/missing")]
    public void A_path_to_nothing_is_left_to_the_loader(string path) => Assert.Equal(path, BaseName.Resolve(path, places));

    [Theory]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("predict")]
    [InlineData("merge")]
    public async Task Every_command_with_a_base_takes_a_name(string command)
    {
        string[] arguments = command switch
        {
            "predict" => ["predict", RepositoryFiles.Golden("tiny_image.png"), "--point", "1,1,1", "--out", folder.At("out")],
            "merge" => ["merge", folder.At("out.pth"), "--adapter", folder.At("adapter.safetensors")],
            _ => [command, DiscFolder.Write(folder), "--out", folder.At("out")],
        };
        (await CommandLineRun.Of([.. arguments, "--base", "no_such_model"])).AssertRefused("no_such_model: is neither a file nor a model's name");
    }
}
