using SamTune.Modeling.Layers;
using static TorchSharp.torch;

namespace SamTune.Modeling.Tests;

public sealed class ConvolutionProductTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_convolution_gives_the_product_and_its_gradients(bool hasBias)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(5);
        Tensor[] one = [randn(2, 9, 11, 24).requires_grad_(), randn(40, 24).requires_grad_(), randn(40).requires_grad_()];
        Tensor[] two = [.. one.Select(t => t.detach().clone().requires_grad_())];
        Tensor direction = randn(2, 9, 11, 40);

        Tensor expected = nn.functional.linear(one[0], one[1], hasBias ? one[2] : null);
        Tensor found = ConvolutionProduct.Of(two[1], hasBias ? two[2] : null, two[0]);
        // As LoRA does it.
        expected.narrow(-1, 3, 8).add_(1);
        found.narrow(-1, 3, 8).add_(1);
        (expected * direction).sum().backward();
        (found * direction).sum().backward();

        Assert.Equal(expected.shape, found.shape);
        Assert.True(found.is_contiguous());
        Assert.True(allclose(expected, found, rtol: 1e-5, atol: 1e-5));
        Assert.All(one.Zip(two).Take(hasBias ? 3 : 2), p => Assert.True(allclose(p.First.grad!, p.Second.grad!, rtol: 1e-4, atol: 1e-4)));
    }

    [Fact]
    public void A_frozen_weight_gets_no_gradient_and_the_result_is_the_same_to_the_bit()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(6);
        Tensor input = randn(2, 5, 7, 16).requires_grad_(), weight = randn(12, 16), bias = randn(12);

        Tensor found = ConvolutionProduct.Of(weight, bias, input);
        found.sum().backward();

        Assert.True(allclose(input.grad!, weight.sum(dim: 0).expand_as(input), rtol: 1e-5, atol: 1e-5));
        Assert.Null(weight.grad);
        Assert.Null(bias.grad);
        using var noGrad = no_grad();
        Assert.Equal(found.data<float>().ToArray(), ConvolutionProduct.Of(weight, bias, input).data<float>().ToArray());
    }
}
