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
