using SamTune.Modeling.Encoder;
using SamTune.Modeling.Layers;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Modeling.Tests;

public sealed class AutocastTests
{
    [Fact]
    public void Inside_the_scope_products_are_rounded_and_outside_they_are_not()
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        random.manual_seed(1);
        var image = randn(1, 3, 128, 128);
        Tensor Encode() => model.EncodeImages(image, NoAdaptation.Instance);
        var exact = Encode();
        Tensor rounded;
        using (Autocast.BFloat16())
        {
            using (Autocast.BFloat16(enabled: false))
            {
                Assert.True(exact.Equals(Encode()), "a scope that is switched off computes in float32");
            }

            rounded = Encode();
        }

        Assert.True(exact.Equals(Encode()), "the scope ends");
        double difference = ((rounded - exact).norm() / exact.norm()).item<float>();
        Assert.Equal(ScalarType.Float32, rounded.dtype);
        Assert.InRange(difference, 1e-5, 0.05);
    }

    [Theory]
    [InlineData(8, 8, 4)] // whole windows
    [InlineData(7, 10, 4)] // filled up below and to the right
    [InlineData(7, 10, 0)] // the whole map
    public void Without_gradients_the_same_bits_come_out(int height, int width, int window)
    {
        // 15 numbers a head: the scale of the queries is no power of two.
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        using var block = new EncoderBlock(0, width: 45, heads: 3, hidden: 90, window, grid: 10);
        foreach ((_, TorchSharp.Modules.Parameter parameter) in block.named_parameters())
        {
            nn.init.normal_(parameter, std: 0.3);
        }

        Tensor tokens = randn(2, height, width, 45);
        using Autocast precision = Autocast.BFloat16();
        Tensor trained = block.Forward(tokens, NoAdaptation.Instance);
        using var noGradients = no_grad();
        Assert.True(trained.Equals(block.Forward(tokens, NoAdaptation.Instance)));
    }

    [Fact]
    public void Gradients_of_weights_stay_float32_and_point_the_same_way()
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        random.manual_seed(1);
        var image = randn(1, 3, 128, 128);
        Tensor Gradient(bool rounded)
        {
            model.zero_grad();
            using Autocast precision = Autocast.BFloat16(rounded);
            model.EncodeImages(image, NoAdaptation.Instance).square().mean().backward();
            return model.named_parameters().Single(p => p.name == "image_encoder.blocks.1.attn.qkv.weight").parameter.grad!.clone();
        }

        Tensor exact = Gradient(false), rough = Gradient(true);
        Assert.Equal(ScalarType.Float32, rough.dtype);
        double cosine = ((exact * rough).sum() / (exact.norm() * rough.norm())).item<float>();
        Assert.InRange(cosine, 0.99, 0.9999999);
    }
}
