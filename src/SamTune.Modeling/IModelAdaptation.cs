using TorchSharp;

namespace SamTune.Modeling;

/// <summary>
/// What a fine-tuning method adds to a forward pass. The model's own modules hold the base weights only; an adaptation is handed in with each
/// call. Switching domains is therefore passing another object, and the base cannot be changed by one.
/// </summary>
/// <remarks>Every method may return its argument unchanged. Results belong to the caller's dispose scope.</remarks>
public interface IModelAdaptation
{
    /// <summary>Called with the result of every linear layer of the encoder's blocks and of the decoder's transformer.</summary>
    /// <param name="layer">Checkpoint name of the layer without ".weight", such as "image_encoder.blocks.3.attn.qkv".</param>
    /// <param name="input">What went into the layer, (..., in features); the first dimension holds images, windows of images, or prompts.</param>
    /// <param name="output">What the base computed, (..., out features); may be changed in place and returned.</param>
    torch.Tensor ApplyToLinear(string layer, torch.Tensor input, torch.Tensor output);

    /// <summary>Called after each block of the image encoder.</summary>
    /// <param name="block">Index of the block, from 0.</param>
    /// <param name="tokens">Patch tokens, (B, H, W, C).</param>
    torch.Tensor ApplyAfterBlock(int block, torch.Tensor tokens);

    /// <summary>Learned tokens that stand before the user's prompt tokens, (N, C), or null when there are none.</summary>
    torch.Tensor? PromptTokens { get; }
}

/// <summary>The base model as it is.</summary>
public sealed class NoAdaptation : IModelAdaptation
{
    private NoAdaptation()
    {
    }

    /// <summary>The one instance; it has no state.</summary>
    public static NoAdaptation Instance { get; } = new();

    /// <inheritdoc/>
    public torch.Tensor? PromptTokens => null;

    /// <inheritdoc/>
    public torch.Tensor ApplyToLinear(string layer, torch.Tensor input, torch.Tensor output) => output;

    /// <inheritdoc/>
    public torch.Tensor ApplyAfterBlock(int block, torch.Tensor tokens) => tokens;
}
