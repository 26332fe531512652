using SamTune.Modeling.Decoder;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Modeling.Tests;

public sealed class MaskUpscalingTests
{
    [Fact]
    public void Token_by_token_equals_the_transposed_convolutions()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        var upscaling = new MaskUpscaling(16);
        foreach (Parameter parameter in upscaling.parameters())
        {
            using var guard = no_grad();
            parameter.normal_(0, 0.5);
        }

        Dictionary<string, Parameter> weights = upscaling.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        var tokens = randn(2, 9, 16);
        var filters = randn(2, 4, 2);
        var map = tokens.transpose(1, 2).reshape(2, 16, 3, 3);
        var first = nn.functional.conv_transpose2d(map, weights["0.weight"], weights["0.bias"], strides: [2, 2]);
        var norm = nn.functional.layer_norm(first.permute(0, 2, 3, 1), [4], weights["1.weight"], weights["1.bias"], 1e-6).permute(0, 3, 1, 2);
        var second = nn.functional.gelu(nn.functional.conv_transpose2d(nn.functional.gelu(norm), weights["3.weight"], weights["3.bias"], strides: [2, 2]));
        var expected = matmul(filters, second.flatten(2)).reshape(2, 4, 12, 12);
        Assert.True(allclose(expected, upscaling.Forward(tokens, filters), rtol: 1e-5, atol: 1e-5));
    }
}
