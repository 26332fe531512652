using SamTune.Checkpoints.Formats;

namespace SamTune.Checkpoints.Layouts;

/// <summary>
/// The sizes of a SAM model: everything needed to build it, and with it the name and shape of each of its tensors
/// (<see cref="SamStateDict"/>). The defaults are those of ViT-B. Kirillov et al., "Segment Anything" (2023); <c>build_sam.py</c> of segment-anything.
/// </summary>
public sealed record SamArchitecture
{
    /// <summary>Sides of the square input in pixels; a multiple of <see cref="PatchSize"/>. The reference has 1024.</summary>
    public int ImageSize { get; init; } = 1024;

    /// <summary>Sides of a patch in pixels; each becomes one token.</summary>
    public int PatchSize { get; init; } = 16;

    /// <summary>Channels of the input picture.</summary>
    public int InputChannels { get; init; } = 3;

    /// <summary>Width of the encoder's tokens: 768, 1024 or 1280.</summary>
    public int EncoderEmbedDim { get; init; } = 768;

    /// <summary>Blocks of the encoder: 12, 24 or 32.</summary>
    public int EncoderDepth { get; init; } = 12;

    /// <summary>Attention heads of an encoder block: 12 or 16. They divide <see cref="EncoderEmbedDim"/>.</summary>
    public int EncoderHeads { get; init; } = 12;

    /// <summary>Width of the encoder's hidden MLP layer as a multiple of <see cref="EncoderEmbedDim"/>.</summary>
    public double MlpRatio { get; init; } = 4;

    /// <summary>Sides in tokens of the windows within which the blocks attend that are not global; 0 where every block is global.</summary>
    public int WindowSize { get; init; } = 14;

    /// <summary>Indices, ascending from 0, of the encoder blocks that attend to the whole picture.</summary>
    public IReadOnlyList<int> GlobalAttentionBlocks { get; init; } = [2, 5, 8, 11];

    /// <summary>Channels of the image embedding and width of prompt and mask tokens: 256. A multiple of 8.</summary>
    public int PromptEmbedDim { get; init; } = 256;

    /// <summary>Channels inside the prompt encoder's mask branch: 16. A multiple of 4.</summary>
    public int MaskInChannels { get; init; } = 16;

    /// <summary>Masks that the decoder offers for an ambiguous prompt; it has one more for the unambiguous case.</summary>
    public int MultimaskOutputs { get; init; } = 3;

    /// <summary>Layers of the decoder's two-way transformer.</summary>
    public int DecoderDepth { get; init; } = 2;

    /// <summary>Attention heads of the decoder. No tensor shows their number: a checkpoint says it in its metadata, or has 8.</summary>
    public int DecoderHeads { get; init; } = 8;

    /// <summary>Width of the decoder's hidden MLP layer: 2048.</summary>
    public int DecoderMlpDim { get; init; } = 2048;

    /// <summary>By how much the decoder's cross attention is narrower than <see cref="PromptEmbedDim"/>.</summary>
    public int DecoderAttentionDownsampleRate { get; init; } = 2;

    /// <summary>Layers of the head that predicts each mask's IoU.</summary>
    public int IouHeadDepth { get; init; } = 3;

    /// <summary>Width of that head's hidden layers.</summary>
    public int IouHeadHiddenDim { get; init; } = 256;

    /// <summary>SAM ViT-B, 93,735,472 parameters.</summary>
    public static SamArchitecture VitB { get; } = new();

    /// <summary>SAM ViT-L, 312,342,832 parameters.</summary>
    public static SamArchitecture VitL { get; } = new()
    {
        EncoderEmbedDim = 1024,
        EncoderDepth = 24,
        EncoderHeads = 16,
        GlobalAttentionBlocks = [5, 11, 17, 23],
    };

    /// <summary>SAM ViT-H, 641,090,608 parameters.</summary>
    public static SamArchitecture VitH { get; } = new()
    {
        EncoderEmbedDim = 1280,
        EncoderDepth = 32,
        EncoderHeads = 16,
        GlobalAttentionBlocks = [7, 15, 23, 31],
    };

    /// <summary>Channels of the image embedding, another name for <see cref="PromptEmbedDim"/>: the two are always equal.</summary>
    public int OutChannels => PromptEmbedDim;

    /// <summary>Sides of the token grid: <see cref="ImageSize"/> / <see cref="PatchSize"/>.</summary>
    public int GridSize => ImageSize / PatchSize;

    /// <summary>Width of one attention head of the encoder.</summary>
    public int EncoderHeadDim => EncoderEmbedDim / EncoderHeads;

    /// <summary>Width of the encoder's hidden MLP layer.</summary>
    public int EncoderMlpDim => (int)(EncoderEmbedDim * MlpRatio);

    /// <summary>Width of the decoder's cross attention.</summary>
    public int DecoderCrossAttentionDim => PromptEmbedDim / DecoderAttentionDownsampleRate;

    /// <summary>Mask tokens of the decoder: one more than <see cref="MultimaskOutputs"/>.</summary>
    public int MaskTokens => MultimaskOutputs + 1;

    /// <summary>
    /// The published model that has these sizes at any <see cref="ImageSize"/>: <c>vit_b</c>, <c>vit_l</c>, <c>vit_h</c>, or <c>custom</c>.
    /// </summary>
    public string VariantName =>
        this == VitB with { ImageSize = ImageSize } ? "vit_b"
        : this == VitL with { ImageSize = ImageSize } ? "vit_l"
        : this == VitH with { ImageSize = ImageSize } ? "vit_h"
        : "custom";

    /// <summary>The same in the spelling of the paper: <c>ViT-B</c>, <c>ViT-L</c>, <c>ViT-H</c>, or <c>this model</c>.</summary>
    public string DisplayName => VariantName switch
    {
        "vit_b" => "ViT-B",
        "vit_l" => "ViT-L",
        "vit_h" => "ViT-H",
        _ => "this model",
    };

    /// <summary>Finds a published model by its name.</summary>
    /// <param name="variantName"><c>vit_b</c>, <c>vit_l</c> or <c>vit_h</c>.</param>
    /// <returns>Its sizes.</returns>
    /// <exception cref="CheckpointException">There is no such model.</exception>
    public static SamArchitecture FromVariantName(string variantName) => variantName switch
    {
        "vit_b" => VitB,
        "vit_l" => VitL,
        "vit_h" => VitH,
        _ => throw new CheckpointException($"model: there is no {Printable.Quote(variantName)}; choose vit_b, vit_l or vit_h."),
    };

    /// <summary>Derives all sizes from the shapes of a model's tensors.</summary>
    /// <param name="referenceNamed">The model's tensors by their reference names; more may be among them.</param>
    /// <param name="decoderHeads">The one size that no shape shows; null for the reference's 8.</param>
    /// <param name="source">What messages begin with, such as the file's name.</param>
    /// <returns>Valid sizes.</returns>
    /// <exception cref="CheckpointException">A tensor that is needed for this is missing, or the shapes fit no SAM.</exception>
    public static SamArchitecture Infer(IReadOnlyList<TensorEntry> referenceNamed, int? decoderHeads = null, string source = "checkpoint") =>
        SamArchitectureInference.Infer(referenceNamed, decoderHeads, source);

    /// <summary>Checks that the sizes belong to a model that can be built.</summary>
    /// <param name="source">What the message begins with, such as the file's name.</param>
    /// <exception cref="CheckpointException">A size is out of range or contradicts another; the message names it.</exception>
    public void Validate(string source = "model")
    {
        Require(PatchSize is > 0 and <= 1024, nameof(PatchSize), PatchSize, "1 to 1024");
        Require(ImageSize > 0 && ImageSize <= 16384 && ImageSize % PatchSize == 0, nameof(ImageSize), ImageSize, $"a multiple of {PatchSize} up to 16384");
        Require(InputChannels is > 0 and <= 1024, nameof(InputChannels), InputChannels, "1 to 1024");
        Require(EncoderEmbedDim is > 0 and <= 65536, nameof(EncoderEmbedDim), EncoderEmbedDim, "1 to 65536");
        Require(EncoderDepth is > 0 and <= 1024, nameof(EncoderDepth), EncoderDepth, "1 to 1024");
        Require(EncoderHeads > 0 && EncoderEmbedDim % EncoderHeads == 0, nameof(EncoderHeads), EncoderHeads, $"a divisor of {EncoderEmbedDim}");
        Require(MlpRatio is > 0 and <= 64 && EncoderMlpDim > 0, nameof(MlpRatio), MlpRatio, "more than 0, at most 64");
        Require(
            GlobalAttentionBlocks.SequenceEqual(GlobalAttentionBlocks.Distinct().Order()) && GlobalAttentionBlocks.All(block => block >= 0 && block < EncoderDepth),
            nameof(GlobalAttentionBlocks),
            string.Join(", ", GlobalAttentionBlocks),
            $"ascending indices from 0 to {EncoderDepth - 1}");
        bool allGlobal = GlobalAttentionBlocks.Count == EncoderDepth;
        Require(WindowSize <= 1024 && (WindowSize > 0 || (WindowSize == 0 && allGlobal)), nameof(WindowSize), WindowSize, "1 to 1024, or 0 where all blocks are global");
        Require(PromptEmbedDim is > 0 and <= 65536 && PromptEmbedDim % 8 == 0, nameof(PromptEmbedDim), PromptEmbedDim, "a multiple of 8 up to 65536");
        Require(MaskInChannels is > 0 and <= 65536 && MaskInChannels % 4 == 0, nameof(MaskInChannels), MaskInChannels, "a multiple of 4 up to 65536");
        Require(MultimaskOutputs is > 0 and <= 1024, nameof(MultimaskOutputs), MultimaskOutputs, "1 to 1024");
        Require(DecoderDepth is > 0 and <= 1024, nameof(DecoderDepth), DecoderDepth, "1 to 1024");
        Require(
            DecoderAttentionDownsampleRate > 0 && PromptEmbedDim % DecoderAttentionDownsampleRate == 0,
            nameof(DecoderAttentionDownsampleRate),
            DecoderAttentionDownsampleRate,
            $"a divisor of {PromptEmbedDim}");
        Require(
            DecoderHeads > 0 && PromptEmbedDim % DecoderHeads == 0 && DecoderCrossAttentionDim % DecoderHeads == 0,
            nameof(DecoderHeads),
            DecoderHeads,
            $"a divisor of {PromptEmbedDim} and {DecoderCrossAttentionDim}");
        Require(DecoderMlpDim is > 0 and <= 1 << 20, nameof(DecoderMlpDim), DecoderMlpDim, "1 to 1048576");
        Require(IouHeadDepth is > 1 and <= 64, nameof(IouHeadDepth), IouHeadDepth, "2 to 64");
        Require(IouHeadHiddenDim is > 0 and <= 1 << 20, nameof(IouHeadHiddenDim), IouHeadHiddenDim, "1 to 1048576");

        void Require(bool holds, string name, object found, string needed)
        {
            if (!holds)
            {
                throw new CheckpointException($"{source}: {name} is {found}; needed is {needed}.");
            }
        }
    }

    /// <summary>Equal where every size is, the list of global blocks included.</summary>
    /// <param name="other">The sizes to compare with.</param>
    /// <returns>Whether all are equal.</returns>
    public bool Equals(SamArchitecture? other) =>
        other != null && Sizes().SequenceEqual(other.Sizes()) && GlobalAttentionBlocks.SequenceEqual(other.GlobalAttentionBlocks);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (double size in Sizes())
        {
            hash.Add(size);
        }

        return hash.ToHashCode();
    }

    private double[] Sizes() =>
    [
        ImageSize, PatchSize, InputChannels, EncoderEmbedDim, EncoderDepth, EncoderHeads, MlpRatio, WindowSize, PromptEmbedDim, MaskInChannels,
        MultimaskOutputs, DecoderDepth, DecoderHeads, DecoderMlpDim, DecoderAttentionDownsampleRate, IouHeadDepth, IouHeadHiddenDim,
    ];
}
