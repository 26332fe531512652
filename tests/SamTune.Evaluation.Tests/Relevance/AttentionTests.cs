using SamTune.Data.Datasets;
using SamTune.Evaluation.Relevance;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Encoder;
using SamTune.Modeling.Preprocessing;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Evaluation.Tests.Relevance;

public sealed class AttentionTests
{
    [Theory]
    [InlineData(0)] // windows, some of them padded
    [InlineData(1)] // the whole map
    public void Recomputed_attention_times_the_values_is_what_the_block_computed(int block)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using Sam model = TestModels.Tiny();
        using var layers = new Recorder();
        model.EncodeImages(Goldens.Tiny()["preprocessed"], layers);
        string path = $"image_encoder.blocks.{block}.attn";
        Dictionary<string, TorchSharp.Modules.Parameter> tables = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        long side = block == 0 ? 5 : 8;
        Tensor fused = WindowPartition.Split(layers.Outputs[$"{path}.qkv"], side, tables[$"{path}.qkv.bias"]), attended = layers.Inputs[$"{path}.proj"];
        long count = fused.shape[0];
        Assert.Equal(block == 0 ? 4 : 1, count);
        for (int head = 0; head < 2; head++)
        {
            var weights = AttentionWeights.OfEncoder(fused, head, 2, tables[$"{path}.rel_pos_h"], tables[$"{path}.rel_pos_w"]);
            Near.Assert(ones(count, side * side), weights.sum(-1), 1e-5, "sum of a row");
            var values = fused.narrow(3, 128 + 32 * head, 32).reshape(count, side * side, 32);
            Near.Assert(attended.narrow(3, 32 * head, 32), WindowPartition.Join(matmul(weights, values).reshape(count, side, side, 32), 8, 8), 1e-5, $"head {head}");
        }
    }

    [Fact]
    public void Decoder_attention_times_the_values_is_what_its_final_layer_computed_for_the_mask_token()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using Sam model = TestModels.Tiny();
        using var layers = new Recorder();
        Sample sample = Adapted.Samples(1)[0];
        var observer = new ForwardObserver(layers, model, RegionsOf(model, sample));
        Trace(model, observer, sample);
        const string Path = "mask_decoder.transformer.final_attn_token_to_image";
        var attended = layers.Inputs[$"{Path}.out_proj"].select(1, 1);
        var values = layers.Outputs[$"{Path}.v_proj"];
        float[] map = Assert.Single(observer.Decoder);
        Assert.Equal(64, map.Length);
        Assert.Equal(1, map.Sum(), 1e-5);

        // The map is a mean of heads, so it is held against heads that are computed here one by one.
        var expected = zeros(64);
        for (int head = 0; head < 8; head++)
        {
            Tensor Of(string part) => layers.Outputs[$"{Path}.{part}"].narrow(2, 2 * head, 2);
            var weights = AttentionWeights.Of(Of("q_proj").narrow(1, 1, 1), Of("k_proj"), null);
            Near.Assert(attended.narrow(1, 2 * head, 2), matmul(weights, values.narrow(2, 2 * head, 2)).squeeze(1), 1e-5, $"head {head}");
            expected.add_(weights.squeeze() / 8);
        }

        Near.Assert(expected, tensor(map), 1e-6);
    }

    [Fact]
    public void Attention_received_from_the_object_sums_to_one_where_windows_are_not_padded_and_to_less_where_they_are()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using Sam model = TestModels.Tiny();
        Sample sample = Adapted.Samples(1)[0];
        var observer = new ForwardObserver(NoAdaptation.Instance, model, RegionsOf(model, sample));
        Trace(model, observer, sample);
        Assert.Equal(4, observer.Blocks.Count);
        Assert.Equal(1, observer.Blocks[1].FromObject.Sum(), 1e-5);
        Assert.Equal(1, observer.Blocks[3].FromPicture.Sum(), 1e-5);
        Assert.InRange(observer.Blocks[0].FromPicture.Sum(), 0.3, 0.999);
    }

    [Fact]
    public void An_observed_pass_is_the_ordinary_one_to_the_bit()
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        using Sam model = TestModels.Tiny();
        Sample sample = Adapted.Samples(1)[0];
        var image = ImagePreprocessor.Prepare(sample.Image, model.InputSide, model.Device);
        var observed = model.EncodeImages(image, new ForwardObserver(NoAdaptation.Instance, model, RegionsOf(model, sample)));
        Assert.Equal(TensorCopy.ToArray(model.EncodeImages(image, NoAdaptation.Instance)), TensorCopy.ToArray(observed));
    }

    [Fact]
    public void A_token_is_inside_when_half_of_it_is_covered_or_when_it_is_the_most_covered()
    {
        // 64 x 32 pixels in a map of 4 x 4 tokens: each token is 16 x 16 pixels, the lower half of the map is padding.
        var frame = new InputFrame(new ImageSize(32, 64), 64);
        TokenRegions Of(int y0, int x0, int y1, int x1) => TokenRegions.Of(frame, Masks.Rectangle(new ImageSize(32, 64), y0, x0, y1 - y0, x1 - x0));
        TokenRegions half = Of(0, 8, 16, 39);
        Assert.Equal([0, 1], half.Inside);
        Assert.Equal([2, 3, 4, 5, 6, 7], half.Outside);
        Assert.Equal([0, 1, 2], Of(0, 8, 16, 40).Inside);
        Assert.Equal([6], Of(20, 30, 26, 40).Inside);
        Assert.Empty(Of(0, 0, 32, 64).Outside);
    }

    private static TokenRegions RegionsOf(Sam model, Sample sample) => TokenRegions.Of(model.FrameFor(sample.Image.Size), RelevanceBaseline.ObjectsOf(sample));

    private static void Trace(Sam model, ForwardObserver observer, Sample sample)
    {
        var embedding = model.EncodeImages(ImagePreprocessor.Prepare(sample.Image, model.InputSide, model.Device), observer);
        using var prompts = Modeling.Prompts.PromptBatchBuilder.Build(
            [(model.FrameFor(sample.Image.Size), [Data.Prompts.ExactPrompt.Of(sample.Objects[0].Mask, Data.Prompts.PromptKind.Box)])], model.Device);
        model.DecodeMasks(embedding, prompts, observer);
    }

    /// <summary>Keeps what went into and came out of every linear layer.</summary>
    private sealed class Recorder : IModelAdaptation, IDisposable
    {
        public Dictionary<string, Tensor> Inputs { get; } = [];

        public Dictionary<string, Tensor> Outputs { get; } = [];

        public Tensor? PromptTokens => null;

        public Tensor ApplyAfterBlock(int block, Tensor tokens) => tokens;

        public Tensor ApplyToLinear(string layer, Tensor input, Tensor output)
        {
            Inputs[layer] = input.clone().DetachFromDisposeScope();
            Outputs[layer] = output.clone().DetachFromDisposeScope();
            return output;
        }

        public void Dispose()
        {
            foreach (Tensor kept in Inputs.Values.Concat(Outputs.Values))
            {
                kept.Dispose();
            }
        }
    }
}
