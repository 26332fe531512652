using SamTune.Checkpoints;
using SamTune.Checkpoints.Layouts;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Artifacts.Tests;

public sealed class SamLoaderTests
{
    [Theory]
    [InlineData("tiny_sam.safetensors", 0)]
    [InlineData("tiny_sam.pth", 0)]
    [InlineData("tiny_sam_legacy.pth", 0)]
    [InlineData("tiny_sam_hf.safetensors", 0)]
    [InlineData("tiny_sam_fp16.pth", 1e-3)]
    public void Every_format_and_layout_fills_the_same_model(string name, double tolerance)
    {
        using Sam loaded = SamLoader.Load(RepositoryFiles.Golden(name), expected: TestModels.TinyArchitecture);
        using Sam reference = TestModels.Tiny();
        AssertSameWeights(reference, loaded, tolerance);
        Assert.False(loaded.training);
    }

    [Theory]
    [InlineData(SamFileFormat.SafeTensors)]
    [InlineData(SamFileFormat.Pth)]
    [InlineData(SamFileFormat.HuggingFace)]
    public void Saved_model_loads_to_the_bit_and_half_precision_to_its_rounding(SamFileFormat format)
    {
        using var folder = new TemporaryFolder();
        using Sam model = TestModels.Tiny();
        SamLoader.Save(model, folder.At("full"), format);
        SamLoader.Save(model, folder.At("half"), format, half: true);
        using Sam full = SamLoader.Load(folder.At("full")), half = SamLoader.Load(folder.At("half"));
        AssertSameWeights(model, full, 0);
        AssertSameWeights(model, half, 2e-3);
        Assert.True(new FileInfo(folder.At("half")).Length < 0.6 * new FileInfo(folder.At("full")).Length);
        Assert.Equal(SamFingerprint.Compute(model), SamFingerprint.Compute(full));
    }

    [Fact]
    public void Fingerprint_in_memory_equals_that_of_the_file_and_changes_with_one_weight()
    {
        using SamCheckpoint file = SamCheckpoint.Open(RepositoryFiles.Golden("tiny_sam.pth"));
        using Sam model = SamLoader.Load(RepositoryFiles.Golden("tiny_sam.pth"));
        string fingerprint = SamFingerprint.Compute(model);
        Assert.Equal(ModelFingerprint.Compute(file), fingerprint);
        using (no_grad())
        {
            model.parameters().Last()[0].add_(1e-3f);
        }

        Assert.NotEqual(fingerprint, SamFingerprint.Compute(model));
    }

    [Fact]
    public void Input_side_and_caller_scope_do_not_change_the_weights()
    {
        Sam model;
        using (NewDisposeScope())
        {
            model = SamLoader.Load(RepositoryFiles.Golden("tiny_sam.safetensors"), inputSide: 96);
        }

        using (model)
        {
            Assert.Equal(96, model.InputSide);
            using Sam reference = TestModels.Tiny();
            AssertSameWeights(reference, model, 0);
        }
    }

    [Fact]
    public void Missing_misshaped_and_unexpected_keys_are_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        const string Key = "mask_decoder.iou_token.weight";
        string Altered(string name, Func<TensorData, IEnumerable<TensorData>> change)
        {
            using Checkpoint source = Checkpoint.Open(RepositoryFiles.Golden("tiny_sam.safetensors"));
            SafeTensorsWriter.Write(folder.At(name), [.. source.Tensors.SelectMany(t => change(TensorData.FromCheckpoint(source, t.Name)))]);
            return folder.At(name);
        }

        string missing = Altered("missing.safetensors", t => t.Name == Key ? [] : [t]);
        string misshaped = Altered("misshaped.safetensors", t => [t.Name == Key ? TensorData.FromFloat32(Key, [2, 32], new float[64]) : t]);
        string unexpected = Altered("unexpected.safetensors", t => t.Name == Key ? [t, TensorData.FromFloat32("mask_decoder.extra", [1], new float[1])] : [t]);
        foreach ((string path, string name) in new[] { (missing, Key), (misshaped, Key), (unexpected, "mask_decoder.extra") })
        {
            string message = Assert.Throws<CheckpointException>(() => SamLoader.Load(path)).Message;
            Assert.Contains(name, message, StringComparison.Ordinal);
            Assert.StartsWith(Path.GetFileName(path), message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', message);
        }

        Assert.Throws<CheckpointException>(() => SamLoader.Load(missing, strict: false));
        Assert.Throws<CheckpointException>(() => SamLoader.Load(misshaped, strict: false));
        SamLoader.Load(unexpected, strict: false).Dispose();
        Assert.Throws<CheckpointException>(() => SamLoader.Load(RepositoryFiles.Golden("tiny_sam.pth"), expected: SamArchitecture.VitB));
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused_and_leave_no_file()
    {
        using var folder = new TemporaryFolder();
        using Sam model = TestModels.Tiny();
        using (no_grad())
        {
            model.parameters().First().fill_(1e5f);
        }

        string message = Assert.Throws<InputException>(() => SamLoader.Save(model, folder.At("m.safetensors"), half: true)).Message;
        Assert.StartsWith("m.safetensors: 'image_encoder.", message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.FullPath));
        Assert.Throws<CheckpointException>(() => SamLoader.Save(model, folder.At("none", "m.safetensors")));
    }

    internal static void AssertSameWeights(Sam expected, Sam actual, double tolerance)
    {
        using var scope = NewDisposeScope();
        Dictionary<string, Tensor> state = actual.state_dict();
        Assert.Equal(expected.state_dict().Keys, state.Keys);
        foreach ((string name, Tensor value) in expected.state_dict())
        {
            Near.Assert(value.detach(), state[name], tolerance * Math.Max(1, value.detach().abs().max().item<float>()), name);
        }
    }
}
