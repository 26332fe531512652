using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Bands;
using SamTune.Adaptation.Domains;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Checkpoints;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Artifacts.Tests;

public sealed class AdapterSetFileTests
{
    private static readonly string s_fingerprint = Fingerprint();

    private static readonly (string Domain, MethodConfig Config)[] s_domains =
    [
        ("mri", new LoraConfig { Rank = 2 }),
        ("ct", new AdapterConfig { Bottleneck = 4, Blocks = [], Output = true }),
        ("aerial", new LoraConfig { Rank = 2, ExtraBands = new ExtraBands { Means = [0.4], Deviations = [0.2], Initialisation = BandInitialisation.RgbMean } }),
        ("thermal", new PromptTuningConfig { Tokens = 3 }),
    ];

    [Fact]
    public void Domains_of_a_file_embed_and_prompt_to_the_bit_as_trained_and_leave_the_base_as_it_is()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        Write(folder);
        using AdapterSet set = AdapterSetFile.Read(folder.At("domains.json")).Load(folder.At("domains.json"), model, s_fingerprint, "tiny");
        Assert.Equal(["aerial", "ct", "mri", "thermal"], set.Domains);
        using Sam other = TestModels.Tiny();
        using var guard = no_grad();
        foreach ((string domain, MethodConfig config) in s_domains)
        {
            using IFineTuning trained = TrainedMethods.Create(config, other, 1);
            var image = Goldens.Tiny()["preprocessed"];
            image = config.ExtraBands == null ? image : cat([image, image.narrow(1, 1, 1).flip(2)], 1);
            Assert.Equal(TensorCopy.ToArray(other.EncodeImages(image, trained.Adaptation)), TensorCopy.ToArray(model.EncodeImages(image, set.Adaptation(domain))));
            Assert.Equal(trained.Trainable.Select(p => p.Name), set.Method(domain).Trainable.Select(p => p.Name));
            Assert.Equal(trained.Trainable.SelectMany(p => TensorCopy.ToArray(p.Parameter)), set.Method(domain).Trainable.SelectMany(p => TensorCopy.ToArray(p.Parameter)));
        }

        ExtraBands bands = set.Method("aerial").Config.ExtraBands!;
        Assert.Equal((0.4, 0.2, BandInitialisation.RgbMean), (bands.Means.Single(), bands.Deviations.Single(), bands.Initialisation));
        Assert.Equal(s_fingerprint, SamFingerprint.Compute(model));
    }

    [Fact]
    public void A_file_comes_back_as_it_was_written()
    {
        using var folder = new TemporaryFolder();
        var file = new AdapterSetFile
        {
            Domains = new Dictionary<string, DomainEntry>
            {
                ["mri"] = new() { Artifact = "runs/mri/adapter.safetensors", Threshold = 0.7, Prototype = new DomainPrototype { Features = [0.1f, -2, 3e-9f], Radius = 0.25, Pictures = 12 } },
                ["ct"] = new() { Artifact = "../ct.safetensors" },
            },
        };
        file.Write(folder.At("domains.json"));
        AdapterSetFile read = AdapterSetFile.Read(folder.At("domains.json"));
        Assert.Equal(["ct", "mri"], read.Domains.Keys.Order());
        Assert.Equal(file.Domains["mri"].Prototype!.Features, read.Domains["mri"].Prototype!.Features);
        Assert.Equal((0.25, 12, 0.7), (read.Domains["mri"].Prototype!.Radius, read.Domains["mri"].Prototype!.Pictures, read.Domains["mri"].Threshold));
        Assert.Equal((null, DomainEntry.DefaultThreshold), (read.Domains["ct"].Prototype, read.Domains["ct"].Threshold));
        Assert.Equal(folder.At("runs/mri/adapter.safetensors"), read.ArtifactPath(folder.At("domains.json"), "mri"));
        Assert.Contains("ct, mri", Assert.Throws<InputException>(() => read.ArtifactPath("domains.json", "xray")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("null", "")]
    [InlineData("[]", "")]
    [InlineData("""{"domains": {}, "format_version": 2}""", "format_version 2")]
    [InlineData("""{"domain": {}}""", "domain")]
    [InlineData("""{"domains": {"mri": {"artefact": "a"}}}""", "artefact")]
    [InlineData("""{"domains": {"mri": {"artifact": "a", "treshold": 1}}}""", "treshold")]
    [InlineData("""{"domains": {"mri": {"artifact": "a"}, "mri": {"artifact": "b"}}}""", "uplicate")]
    [InlineData("""{"domains": {"mri": null}}""", "")]
    [InlineData("""{"domains": {"mri": {"artifact": "/etc/passwd"}}}""", "domain 'mri': artifact is '/etc/passwd'")]
    [InlineData("""{"domains": {"mri": {"artifact": "a", "threshold": 1.5}}}""", "threshold is 1.5")]
    [InlineData("""{"domains": {"auto": {"artifact": "a"}}}""", "'auto'")]
    [InlineData("""{"domains": {"mri": {"artifact": "a", "prototype": {"features": [], "radius": 1, "pictures": 2}}}}""", "features are none")]
    [InlineData("""{"domains": {"mri": {"artifact": "a", "prototype": {"features": [1e99], "radius": 1, "pictures": 2}}}}""", "")]
    [InlineData("""{"domains": {"mri": {"artifact": "a", "prototype": {"features": [1], "radius": -1, "pictures": 2}}}}""", "radius is -1")]
    public void A_file_that_cannot_be_used_is_refused_with_its_fault(string json, string said)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.At("domains.json"), json);
        string message = Assert.Throws<InputException>(() => AdapterSetFile.Read(folder.At("domains.json"))).Message;
        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Artifacts_that_do_not_fit_the_set_are_refused_and_the_base_stays_as_it_was()
    {
        using var folder = new TemporaryFolder();
        using Sam model = TestModels.Tiny(), source = TestModels.Tiny(), small = TestModels.Tiny(96);
        Write(folder);
        using (IFineTuning full = TrainedMethods.Create(new FullConfig(), source, 1))
        {
            Save(folder.At("full.safetensors"), full, s_fingerprint);
            Save(folder.At("other.safetensors"), FineTuning.Create(new LoraConfig(), source, 0), new string('a', 64));
        }

        using var set = new AdapterSet(model);
        void Refused(string said, string domain, string file) =>
            Assert.Contains(said, Assert.Throws<InputException>(() => set.AddArtifact(domain, folder.At(file), s_fingerprint, "tiny")).Message, StringComparison.Ordinal);
        Refused("cannot share the base", "full", "full.safetensors");
        Refused("trained on base", "other", "other.safetensors");
        Refused("is no name", "a+b", "mri.safetensors");
        set.AddArtifact("mri", folder.At("mri.safetensors"), s_fingerprint, "tiny");
        Refused("in the set already", "mri", "mri.safetensors");
        Assert.Throws<CheckpointException>(() => set.AddArtifact("none", folder.At("none.safetensors"), s_fingerprint, "tiny"));
        Assert.Equal(["mri"], set.Domains);
        Assert.Equal(s_fingerprint, SamFingerprint.Compute(model));
        using var smallSet = new AdapterSet(small);
        Assert.Contains("input side of 128", Assert.Throws<InputException>(() => smallSet.AddArtifact("mri", folder.At("mri.safetensors"), s_fingerprint, "tiny")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_composition_saved_as_one_artifact_loads_back_to_the_bit()
    {
        using var folder = new TemporaryFolder();
        using Sam model = TestModels.Tiny();
        using var set = new AdapterSet(model);
        set.Add("mri", TrainedMethods.Create(new LoraConfig { Rank = 2, Targets = ["encoder.q"] }, model, 1));
        set.Add("ct", TrainedMethods.Create(new LoraConfig { Rank = 3, Targets = ["decoder.v", "encoder.q"] }, model, 2));
        using IFineTuning composed = set.Compose(DomainMixture.Parse("mri:0.7+ct:0.3"));
        Save(folder.At("both.safetensors"), composed, s_fingerprint);
        using IFineTuning loaded = ArtifactFile.Load(folder.At("both.safetensors"), model, s_fingerprint, "tiny");
        Assert.Equal(5, Assert.IsType<LoraConfig>(loaded.Config).Rank);
        Assert.Equal(composed.Trainable.Select(p => p.Name), loaded.Trainable.Select(p => p.Name));
        Assert.Equal(composed.Trainable.SelectMany(p => TensorCopy.ToArray(p.Parameter)), loaded.Trainable.SelectMany(p => TensorCopy.ToArray(p.Parameter)));
    }

    [Fact]
    public void Extra_bands_that_announce_more_than_the_file_holds_are_refused()
    {
        using var folder = new TemporaryFolder();
        using Sam model = TestModels.Formula(TestModels.TinyArchitecture with { EncoderEmbedDim = 512 });
        var bands = new ExtraBands { Means = new double[256], Deviations = [.. Enumerable.Repeat(1.0, 256)] };
        string json = (Manifest(s_fingerprint) with { Method = new LoraConfig { Rank = 1, ExtraBands = bands } }).ToJson();
        SafeTensorsWriter.Write(folder.At("a.safetensors"), [], new Dictionary<string, string> { [ArtifactFile.ManifestKey] = json });
        Assert.Contains("announces", Assert.Throws<InputException>(() => ArtifactFile.Load(folder.At("a.safetensors"), model, s_fingerprint, "tiny")).Message, StringComparison.Ordinal);
    }

    private static void Write(TemporaryFolder folder)
    {
        using Sam model = TestModels.Tiny();
        foreach ((string domain, MethodConfig config) in s_domains)
        {
            using IFineTuning trained = TrainedMethods.Create(config, model, 1);
            Save(folder.At($"{domain}.safetensors"), trained, s_fingerprint);
        }

        new AdapterSetFile { Domains = s_domains.ToDictionary(d => d.Domain, d => new DomainEntry { Artifact = $"{d.Domain}.safetensors" }) }.Write(folder.At("domains.json"));
    }

    private static string Fingerprint()
    {
        using Sam model = TestModels.Tiny();
        return SamFingerprint.Compute(model);
    }

    private static void Save(string path, IFineTuning method, string fingerprint) => ArtifactFile.Save(path, method, Manifest(fingerprint) with { Method = method.Config });

    private static ArtifactManifest Manifest(string fingerprint) => new()
    {
        Method = new LoraConfig(),
        BaseName = "tiny",
        BaseSha256 = fingerprint,
        InputSide = 128,
        ToolVersion = "0.1.0",
    };
}
