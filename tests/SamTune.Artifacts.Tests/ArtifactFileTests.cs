using System.Text.Json;
using SamTune.Adaptation;
using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Full;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Checkpoints;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Modeling.Preprocessing;
using SamTune.Modeling.Prompts;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Artifacts.Tests;

public sealed class ArtifactFileTests
{
    private const string Manifest = "a.json";

    public static TheoryData<string> Methods { get; } = ["full", "adapters", "lora", "prompt"];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Saved_and_loaded_method_predicts_the_same_to_the_bit(string name)
    {
        using var folder = new TemporaryFolder();
        using Sam model = TestModels.Tiny();
        string fingerprint = SamFingerprint.Compute(model);
        using IFineTuning trained = Trained(name, model);
        ArtifactFile.Save(folder.At("a.safetensors"), trained, ManifestOf(fingerprint));
        float[] expected = Predict(model, trained.Adaptation);

        using Sam other = TestModels.Tiny();
        Assert.NotEqual(expected, Predict(other, NoAdaptation.Instance));
        using IFineTuning loaded = ArtifactFile.Load(folder.At("a.safetensors"), other, fingerprint, "tiny");
        Assert.Equal(expected, Predict(other, loaded.Adaptation));
        Assert.Equal(trained.Config.Method, loaded.Config.Method);
        Assert.Equal(trained.Trainable.Select(p => p.Name), loaded.Trainable.Select(p => p.Name));
        if (name != "full")
        {
            Assert.Equal(fingerprint, SamFingerprint.Compute(other));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void File_holds_only_what_was_trained_and_half_precision_halves_it(string name)
    {
        using var folder = new TemporaryFolder();
        using Sam model = TestModels.Tiny();
        using IFineTuning trained = Trained(name, model);
        ArtifactFile.Save(folder.At("a.safetensors"), trained, ManifestOf(new string('0', 64)), half: true);
        using (Checkpoint file = Checkpoint.Open(folder.At("a.safetensors")))
        {
            Assert.Equal(trained.Trainable.Select(p => p.Name).Order(), file.Tensors.Select(t => t.Name).Order());
            Assert.All(file.Tensors, t => Assert.Equal(TensorElementType.Float16, t.ElementType));
        }

        using IFineTuning loaded = ArtifactFile.Load(folder.At("a.safetensors"), model, new string('0', 64), "tiny");
        foreach (((string key, var before), (_, var after)) in trained.Trainable.Zip(loaded.Trainable))
        {
            Near.AssertRelative(before.detach(), after.detach(), 1e-3, key);
        }
    }

    [Fact]
    public void Manifest_comes_back_and_lies_beside_the_file_for_people()
    {
        using var folder = new TemporaryFolder();
        using Sam model = TestModels.Tiny();
        using IFineTuning trained = Trained("lora", model);
        ArtifactManifest manifest = ManifestOf(SamFingerprint.Compute(model)) with
        {
            Preprocessing = JsonSerializer.SerializeToElement(new { window = new[] { -160, 240 } }),
            Dataset = new DatasetSummary("liver", new Dictionary<string, int> { ["train"] = 12 }),
            Metrics = new Dictionary<string, double> { ["dice"] = 0.1 + 0.2, ["hd95"] = double.NaN },
        };
        ArtifactFile.Save(folder.At("a.safetensors"), trained, manifest);
        ArtifactManifest read = ArtifactFile.ReadManifest(folder.At("a.safetensors"));
        Assert.Equal((manifest with { Method = trained.Config, TrainedParameters = trained.ParameterCount() }).ToJson(), read.ToJson());
        Assert.Equal(0.1 + 0.2, read.Metrics["dice"]);
        Assert.Equal(new LoraConfig().Targets, Assert.IsType<LoraConfig>(read.Method).Targets);
        Assert.Equal(read.ToJson(), ArtifactManifest.FromJson(File.ReadAllText(folder.At(Manifest)), Manifest).ToJson());
        Assert.Equal(["a.json", "a.safetensors"], Directory.GetFiles(folder.FullPath).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Another_base_is_refused_by_name_and_the_model_stays_as_it_was()
    {
        using var folder = new TemporaryFolder();
        using Sam model = TestModels.Tiny();
        using (IFineTuning trained = Trained("full", TestModels.Tiny()))
        {
            ArtifactFile.Save(folder.At("a.safetensors"), trained, ManifestOf("abcdef" + new string('0', 58)));
        }

        string fingerprint = SamFingerprint.Compute(model);
        string message = Assert.Throws<InputException>(() => ArtifactFile.Load(folder.At("a.safetensors"), model, fingerprint, "other")).Message;
        Assert.Equal(
            $"a.safetensors: trained on base 'tiny' (sha256 abcdef000000...), but the loaded base is 'other' (sha256 {fingerprint[..12]}...); pass --base tiny.", message);
        Assert.Equal(fingerprint, SamFingerprint.Compute(model));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("misshaped")]
    [InlineData("unexpected")]
    public void Wrong_key_is_refused_by_name_and_the_model_stays_as_it_was(string kind)
    {
        using var folder = new TemporaryFolder();
        using Sam model = TestModels.Tiny(), source = TestModels.Tiny();
        string fingerprint = SamFingerprint.Compute(model);
        using IFineTuning trained = Trained("full", source);
        ArtifactFile.Save(folder.At("good.safetensors"), trained, ManifestOf(fingerprint));
        string key = kind == "unexpected" ? "extra" : trained.Trainable[^1].Name;
        using (Checkpoint good = Checkpoint.Open(folder.At("good.safetensors")))
        {
            List<TensorData> tensors = [.. good.Tensors.Where(t => kind == "unexpected" || t.Name != key).Select(t => TensorData.FromCheckpoint(good, t.Name))];
            if (kind != "missing")
            {
                tensors.Add(TensorData.FromFloat32(key, [7], new float[7]));
            }

            SafeTensorsWriter.Write(folder.At("bad.safetensors"), tensors, good.Metadata);
        }

        foreach (var parameter in model.parameters())
        {
            parameter.requires_grad = false;
        }

        string message = Assert.Throws<InputException>(() => ArtifactFile.Load(folder.At("bad.safetensors"), model, fingerprint, "tiny")).Message;
        Assert.StartsWith($"bad.safetensors: '{key}' is ", message, StringComparison.Ordinal);
        Assert.Equal(fingerprint, SamFingerprint.Compute(model));
        Assert.All(model.parameters(), p => Assert.False(p.requires_grad));
    }

    [Fact]
    public void Truncated_artifact_is_refused_wherever_it_is_cut()
    {
        using var folder = new TemporaryFolder();
        using Sam model = TestModels.Tiny();
        using IFineTuning trained = Trained("prompt", model);
        ArtifactFile.Save(folder.At("a.safetensors"), trained, ManifestOf(new string('0', 64)));
        byte[] whole = File.ReadAllBytes(folder.At("a.safetensors"));
        foreach (int length in new[] { 0, 4, 8, 100, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(folder.At("cut.safetensors"), whole[..length]);
            string message = Assert.Throws<CheckpointException>(() => ArtifactFile.Load(folder.At("cut.safetensors"), model, new string('0', 64), "tiny")).Message;
            Assert.StartsWith("cut.safetensors: ", message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }
    }

    [Fact]
    public void Unwritable_output_and_diverged_values_are_refused_and_leave_no_file()
    {
        using var folder = new TemporaryFolder();
        using Sam model = TestModels.Tiny();
        using IFineTuning trained = Trained("lora", model);
        ArtifactManifest manifest = ManifestOf(new string('0', 64));
        Assert.Throws<CheckpointException>(() => ArtifactFile.Save(folder.At("none", "a.safetensors"), trained, manifest));
        Assert.Throws<CheckpointException>(() => ArtifactFile.Save(folder.FullPath, trained, manifest));
        Assert.Throws<InputException>(() => ArtifactFile.Save(folder.At("a.json"), trained, manifest));
        using (no_grad())
        {
            trained.Trainable[0].Parameter.fill_(float.NaN);
        }

        string message = Assert.Throws<InputException>(() => ArtifactFile.Save(folder.At("a.safetensors"), trained, manifest)).Message;
        Assert.StartsWith($"a.safetensors: '{trained.Trainable[0].Name}' holds NaN", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullPath));
    }

    [Theory]
    [InlineData("\"format_version\": 1", "\"format_version\": 2", "format_version 2")]
    [InlineData("\"input_side\"", "\"inptu_side\"", "inptu_side")]
    [InlineData("\"method\": \"lora\"", "\"method\": \"magic\"", "magic")]
    [InlineData("\"input_side\": 128", "\"input_side\": 0", "input_side")]
    public void Manifest_that_cannot_be_used_is_refused_with_its_fault(string from, string to, string named)
    {
        string json = (ManifestOf(new string('0', 64)) with { Method = new LoraConfig() }).ToJson();
        Assert.Contains(from, json, StringComparison.Ordinal);
        string message = Assert.Throws<InputException>(() => ArtifactManifest.FromJson(json.Replace(from, to, StringComparison.Ordinal), "a.safetensors")).Message;
        Assert.StartsWith("a.safetensors: ", message, StringComparison.Ordinal);
        Assert.Contains(named, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Fact]
    public void Manifest_that_announces_more_than_the_file_holds_is_refused_before_memory_is_taken()
    {
        using var folder = new TemporaryFolder();
        using Sam model = TestModels.Tiny();
        string json = (ManifestOf(new string('0', 64)) with { Method = new AdapterConfig { Bottleneck = int.MaxValue } }).ToJson();
        SafeTensorsWriter.Write(folder.At("a.safetensors"), [], new Dictionary<string, string> { [ArtifactFile.ManifestKey] = json });
        Assert.Contains("announces", Assert.Throws<InputException>(() => ArtifactFile.Load(folder.At("a.safetensors"), model, new string('0', 64), "tiny")).Message, StringComparison.Ordinal);
        Assert.Contains("is no artifact", Assert.Throws<InputException>(() => ArtifactFile.ReadManifest(RepositoryFiles.Golden("tiny_sam.safetensors"))).Message, StringComparison.Ordinal);
    }

    private static ArtifactManifest ManifestOf(string fingerprint) => new()
    {
        Method = FullConfig.MedSam,
        BaseName = "tiny",
        BaseSha256 = fingerprint,
        InputSide = 128,
        ToolVersion = "0.1.0",
    };

    private static IFineTuning Trained(string name, Sam model)
    {
        MethodConfig config = name switch
        {
            "full" => FullConfig.MedSam,
            "adapters" => new AdapterConfig { Bottleneck = 8, Blocks = [0, 3] },
            "lora" => new LoraConfig { Rank = 4 },
            _ => new PromptTuningConfig(),
        };
        IFineTuning method = FineTuning.Create(config, model, seed: 1);
        using var guard = no_grad();
        using var generator = new Generator(7);
        foreach ((_, var parameter) in method.Trainable)
        {
            using Tensor noise = randn(parameter.shape, generator: generator);
            parameter.add_(noise, alpha: 0.05);
        }

        method.SetMode(training: false, seed: 0);
        return method;
    }

    private static float[] Predict(Sam model, IModelAdaptation adaptation)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using PromptBatch prompts = PromptBatchBuilder.Build(
            [(new InputFrame(new ImageSize(96, 120), 128), [new PromptSet { Points = [new PointPrompt(40, 30, true)] }])], CPU);
        return TensorCopy.ToArray(model.DecodeMasks(model.EncodeImages(Goldens.Tiny()["preprocessed"], adaptation), prompts, adaptation).LowRes);
    }
}
