using static TorchSharp.torch;

namespace SamTune.Modeling.Layers;

/// <summary>
/// input x weight^T + bias as a convolution with a kernel of 1 x 1. libtorch's own gradient of a convolution keeps its input even where the weight is frozen (for ViT-B at 1024 pixels 88 MB a block); this one
/// keeps it only for a weight that is trained.
/// </summary>
/// <remarks>For tensors in main memory: there a backward pass runs on the calling thread, and its dispose scopes hold.</remarks>
internal sealed class ConvolutionProduct : autograd.SingleTensorFunction<ConvolutionProduct>
{
    /// <inheritdoc/>
    public override string Name => nameof(ConvolutionProduct);

    /// <summary>Applies a weight matrix and a bias; carries gradients to all three where they are wanted.</summary>
    /// <param name="weight">(out, in), float32.</param>
    /// <param name="bias">(out); null for none.</param>
    /// <param name="input">(B, H, W, in), float32.</param>
    /// <returns>(B, H, W, out), contiguous; the caller disposes it.</returns>
    public static Tensor Of(Tensor weight, Tensor? bias, Tensor input)
    {
        bool isWanted = is_grad_enabled() && (weight.requires_grad || input.requires_grad || bias is { requires_grad: true });
        using var scope = NewDisposeScope();
        Tensor map = !isWanted ? Forward(weight, bias, input) : bias is null ? apply(weight, input) : apply(weight, input, bias);

        // Out here: what a function of one's own returns may be changed in place only if it is no view.
        return map.permute(0, 2, 3, 1).contiguous().MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor weight, Tensor input, Tensor? bias) = ((Tensor)vars[0], (Tensor)vars[1], vars.Length > 2 ? (Tensor)vars[2] : null);
        ctx.save_for_backward(weight.requires_grad ? [weight, input] : [weight]);
        ctx.save_data("wanted", vars.Cast<Tensor>().Select(t => t.requires_grad).ToArray());
        return Forward(weight, bias, input);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ReturnedGradients.Release();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        List<Tensor> saved = ctx.get_saved_variables();
        var wanted = (bool[])ctx.get_data("wanted");
        // Plain products: a convolution would need the weight turned round, which for few tokens takes as long as it saves.
        Tensor gradient = grad_output.permute(0, 2, 3, 1).contiguous(), rows = gradient.view(-1, gradient.shape[^1]);
        Tensor? ofWeight = wanted[0] ? rows.t().mm(saved[1].reshape(-1, saved[1].shape[^1])) : null;
        Tensor? ofInput = wanted[1] ? rows.mm(saved[0]).reshape([.. gradient.shape[..^1], saved[0].shape[1]]) : null;
        grad_output.Dispose();
        return wanted.Length > 2 ? ReturnedGradients.Return(ofWeight, ofInput, wanted[2] ? rows.sum(dim: 0) : null) : ReturnedGradients.Return(ofWeight, ofInput);
    }

    // (B, out, H, W). Tokens lie as a convolution wants them (channels last), so nothing is copied.
    private static Tensor Forward(Tensor weight, Tensor? bias, Tensor input)
    {
        using var scope = NewDisposeScope();
        Tensor map = input.contiguous().permute(0, 3, 1, 2);
        return nn.functional.conv2d(map, weight.reshape(weight.shape[0], weight.shape[1], 1, 1), bias).MoveToOuterDisposeScope();
    }
}
