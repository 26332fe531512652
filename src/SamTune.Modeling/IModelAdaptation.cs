using SamTune.Modeling.Preprocessing;
using TorchSharp;

namespace SamTune.Modeling;

/// <summary>
/// What a fine-tuning method adds to a forward pass. The model's own modules hold the base weights only; an adaptation is handed in with each
/// call. Switching domains is therefore passing another object, and the base cannot be changed by one.
/// </summary>
/// <remarks>Every method may return its argument unchanged. Results belong to the caller's dispose scope.</remarks>
public interface IModelAdaptation
{
    /// <summary>
    /// Called with the result of every linear layer of the encoder's blocks and of the decoder's transformer. What is added must be zero where the input is zero: tokens that only fill up a window are
    /// zeros and are not handed in.
    /// </summary>
    /// <param name="layer">Checkpoint name of the layer without ".weight", such as "image_encoder.blocks.3.attn.qkv".</param>
    /// <param name="input">What went into the layer, (..., in features); the first dimension holds images or prompts.</param>
    /// <param name="output">What the base computed, (..., out features); may be changed in place and returned.</param>
    torch.Tensor ApplyToLinear(string layer, torch.Tensor input, torch.Tensor output);

    /// <summary>Called after each block of the image encoder.</summary>
    /// <param name="block">Index of the block, from 0.</param>
    /// <param name="tokens">Patch tokens, (B, H, W, C); not to be changed in place.</param>
    torch.Tensor ApplyAfterBlock(int block, torch.Tensor tokens);

    /// <summary>Learned tokens that stand before the user's prompt tokens: (N, C) for every prompt, or (P, N, C) for each of its own; null when there are none.</summary>
    torch.Tensor? PromptTokens { get; }

    /// <summary>Which of the learned tokens exist, (P, N) bool; null when all do.</summary>
    torch.Tensor? PromptTokensPresent => null;

    /// <summary>Channels of the input beyond those that the base takes: mean and deviation of each over the training data, in 8-bit levels.</summary>
    IReadOnlyList<BandStatistics> ExtraBands => [];

    /// <summary>Those of <see cref="ExtraBands"/> that one image of a batch fills; the further channels of its row stay zero.</summary>
    /// <param name="image">Position in the batch, from 0.</param>
    IReadOnlyList<BandStatistics> ExtraBandsOf(int image) => ExtraBands;

    /// <summary>Whether <see cref="ApplyToLinear"/> does anything at a layer; what splits a batch need not split it for layers that stay as they are.</summary>
    /// <param name="layer">Checkpoint name of the layer without ".weight".</param>
    bool AdaptsLinear(string layer) => true;

    /// <summary>Called for the patch embedding.</summary>
    /// <param name="image">Normalised picture, (B, channels of the base + <see cref="ExtraBands"/>, S, S).</param>
    /// <param name="embed">The base's embedding: (B, channels of the base, S, S) to tokens, (B, S / patch, S / patch, C).</param>
    /// <returns>Tokens without positions, (B, S / patch, S / patch, C).</returns>
    torch.Tensor EmbedPatches(torch.Tensor image, Func<torch.Tensor, torch.Tensor> embed) => embed(image);

    /// <summary>Called with what leaves the image encoder.</summary>
    /// <param name="embedding">Image embedding, (B, C, g, g); not to be changed in place.</param>
    torch.Tensor ApplyToEmbedding(torch.Tensor embedding) => embedding;

    /// <summary>The adaptation for a pass of the decoder, whose rows are prompts instead of images.</summary>
    /// <param name="imageIndex">Image of each prompt, (P) int64.</param>
    IModelAdaptation ForPrompts(torch.Tensor imageIndex) => this;
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
    public bool AdaptsLinear(string layer) => false;

    /// <inheritdoc/>
    public torch.Tensor ApplyToLinear(string layer, torch.Tensor input, torch.Tensor output) => output;

    /// <inheritdoc/>
    public torch.Tensor ApplyAfterBlock(int block, torch.Tensor tokens) => tokens;
}
