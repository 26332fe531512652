using SamTune.Modeling.Encoder;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Modeling.Tests;

public sealed class WindowedAttentionTests
{
    private const int Channels = 12, Heads = 3;

    [Theory]
    [InlineData(8, 8, 4)] // whole windows
    [InlineData(7, 10, 4)] // padded below and to the right
    [InlineData(3, 4, 4)] // padded below alone
    public void Padding_behind_the_fused_layer_is_zeros_before_it_with_all_gradients(int height, int width, int window)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(8);
        using var attention = new EncoderAttention("image_encoder.blocks.0.attn", Channels, Heads, window, grid: 9);
        foreach ((_, TorchSharp.Modules.Parameter parameter) in attention.named_parameters())
        {
            nn.init.normal_(parameter, std: 0.3);
        }

        Tensor tokens = randn(2, height, width, Channels).requires_grad_(), again = tokens.detach().clone().requires_grad_(), direction = randn(2, height, width, Channels);
        Tensor found = attention.Forward(tokens, NoAdaptation.Instance);
        (found * direction).sum().backward();
        Dictionary<string, Tensor> gradients = attention.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!.clone());
        attention.zero_grad();

        Tensor expected = PaddedBefore(attention, again, window);
        (expected * direction).sum().backward();

        Near.Assert(expected, found, 1e-4);
        Near.Assert(again.grad!, tokens.grad!, 1e-4);
        Assert.Equal(6, gradients.Count);
        Assert.All(attention.named_parameters(), p => Near.Assert(p.parameter.grad!, gradients[p.name], 1e-3, p.name));
    }

    // As the paper's authors do it: zeros first, then everything window by window.
    private static Tensor PaddedBefore(EncoderAttention attention, Tensor tokens, long window)
    {
        Dictionary<string, TorchSharp.Modules.Parameter> weights = attention.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        Tensor windows = WindowPartition.Split(tokens, window, zeros(Channels));
        Tensor[] parts = nn.functional.linear(windows, weights["qkv.weight"], weights["qkv.bias"])
            .reshape(-1, window * window, 3, Heads, Channels / Heads).permute(2, 0, 3, 1, 4).reshape(3, -1, window * window, Channels / Heads).unbind(0);
        Tensor bias = DecomposedRelativePosition.Bias(parts[0], weights["rel_pos_h"], weights["rel_pos_w"], window, window);
        Tensor shares = (parts[0].matmul(parts[1].transpose(1, 2)) / Math.Sqrt(Channels / Heads) + bias).softmax(-1);
        Tensor attended = shares.matmul(parts[2]).reshape(-1, Heads, window, window, Channels / Heads).permute(0, 2, 3, 1, 4).reshape(-1, window, window, Channels);
        return WindowPartition.Join(nn.functional.linear(attended, weights["proj.weight"], weights["proj.bias"]), tokens.shape[1], tokens.shape[2]);
    }
}
