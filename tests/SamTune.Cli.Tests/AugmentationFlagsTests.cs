using System.Text.Json;
using SamTune.Cli.DomainTable;
using SamTune.Data.Augmentation;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

/// <summary>Single values of an augmentation, from flags and files.</summary>
public sealed class AugmentationFlagsTests : IDisposable
{
    private static readonly string s_base = RepositoryFiles.Golden("tiny_sam.safetensors");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_preview_shows_them_on_top_of_a_preset()
    {
        string data = DiscFolder.Write(_folder, count: 2);
        async Task<JsonElement> Preview(string name, params string[] more)
        {
            CommandLineRun run = await CommandLineRun.Of(["dataset", "preview", data, "--out", _folder.At(name), "--input-size", "64", "--json", .. more]);
            Assert.True(run.ExitCode == 0, run.Error);
            return run.Json.GetProperty("settings");
        }

        JsonElement plain = await Preview("plain.png"), noisy = await Preview("noisy.png", "--augment-set", "noise=30,blur=1.5,gamma=0.2"), medical = await Preview("medical.png", "--augment", "medical", "--augment-set", "gamma=0.3,rotation=0");

        Assert.Equal((0, 30, 1.5, 0.2), (plain.GetProperty("noiseDeviation").GetDouble(), noisy.GetProperty("noiseDeviation").GetDouble(), noisy.GetProperty("blurSigma").GetDouble(), noisy.GetProperty("gamma").GetDouble()));
        Assert.Equal((0.3, 0, 0.8), (medical.GetProperty("gamma").GetDouble(), medical.GetProperty("rotationDegrees").GetDouble(), medical.GetProperty("minimumCropArea").GetDouble()));
        Assert.NotEqual(File.ReadAllBytes(_folder.At("plain.png")), File.ReadAllBytes(_folder.At("noisy.png")));
    }

    [Fact]
    public async Task A_run_takes_them_from_flag_or_file_and_resumes_with_the_same_only()
    {
        string data = DiscFolder.Write(_folder), yaml = _folder.At("run.yaml");
        await File.WriteAllTextAsync(yaml, "augment: few-shot\naugmentSet: [noise=40, blur=1]\n", TestContext.Current.CancellationToken);
        string[] Arguments(string run, params string[] more) => ["train", data, "--base", s_base, "--method", "prompt", "--steps", "2", "--out", _folder.At(run), .. more];
        foreach ((string run, string[] more) in new (string, string[])[] { ("preset", ["--augment", "few-shot"]), ("flag", ["--augment", "few-shot", "--augment-set", "noise=40,blur=1"]), ("file", ["--config", yaml]) })
        {
            CommandLineRun done = await CommandLineRun.Of(Arguments(run, more));
            Assert.True(done.ExitCode == 0, done.Error);
        }

        byte[] Weights(string run) => File.ReadAllBytes(_folder.At(run, "adapter.safetensors"));
        Assert.Equal(Weights("flag"), Weights("file"));
        Assert.NotEqual(Weights("flag"), Weights("preset"));
        CommandLineRun resumed = await CommandLineRun.Of(Arguments("flag", "--resume", "--augment", "few-shot", "--augment-set", "noise=41,blur=1"));
        Assert.Equal(Hosting.ExitCode.BadInput, resumed.ExitCode);
        Assert.Contains("other settings", resumed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sharpness=1", "'sharpness=1'", "gamma, blur, noise")]
    [InlineData("blur", "'blur'", "NAME=NUMBER")]
    [InlineData("blur=1,blur=2", "'blur=2'", "each name once")]
    [InlineData("blur=much", "'much'", "number")]
    [InlineData("noise=101", "noiseDeviation is 101", "0 to 100")]
    public async Task What_cannot_be_set_is_refused(string values, params string[] said)
        => (await CommandLineRun.Of("train", DiscFolder.Write(_folder), "--base", s_base, "--augment-set", values, "--out", _folder.At("run"))).AssertRefused(["--augment-set", .. said]);

    [Fact]
    public async Task A_plan_of_domains_sets_them_for_each()
    {
        const string Plan = "domains:\n  lungs: { data: x, truth: drawn by hand, augment: medical, augmentSet: { blur: 1.5, noise: 5 } }\n";
        await File.WriteAllTextAsync(_folder.At("plan.yaml"), Plan, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_folder.At("wrong.yaml"), Plan.Replace("noise", "nose", StringComparison.Ordinal), TestContext.Current.CancellationToken);

        Assert.Equal(AugmentationSpec.Medical with { BlurSigma = 1.5, NoiseDeviation = 5 }, DomainTablePlan.Read(_folder.At("plan.yaml")).Domains["lungs"].Augmentation("plan"));
        Assert.Contains("domains.lungs.augmentSet: 'nose=5'", Assert.Throws<Imaging.InputException>(() => DomainTablePlan.Read(_folder.At("wrong.yaml"))).Message, StringComparison.Ordinal);
    }
}
