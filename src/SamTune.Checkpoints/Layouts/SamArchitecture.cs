namespace SamTune.Checkpoints.Layouts;

/// <summary>Sizes of a SAM model; the defaults are those of ViT-B (Kirillov et al. 2023, appendix A).</summary>
public sealed record SamArchitecture
{
    /// <summary>Side of the square input the position tables are made for, in pixels; a multiple of the patch size.</summary>
    public int ImageSize { get; init; } = 1024;

    /// <summary>Side of a patch, in pixels.</summary>
    public int PatchSize { get; init; } = 16;

    /// <summary>Channels of the picture.</summary>
    public int InputChannels { get; init; } = 3;

    /// <summary>Width of the encoder's tokens; a multiple of the number of heads.</summary>
    public int EncoderEmbedDim { get; init; } = 768;

    /// <summary>Number of encoder blocks.</summary>
    public int EncoderDepth { get; init; } = 12;

    /// <summary>Attention heads of an encoder block.</summary>
    public int EncoderHeads { get; init; } = 12;

    /// <summary>Width of the encoder's feed-forward layers over the token width.</summary>
    public double MlpRatio { get; init; } = 4;

    /// <summary>Side of the attention windows, in tokens.</summary>
    public int WindowSize { get; init; } = 14;

    /// <summary>Blocks that attend over the whole map.</summary>
    public IReadOnlyList<int> GlobalAttentionBlocks { get; init; } = [2, 5, 8, 11];

    /// <summary>Width of the image embedding, the prompt tokens and the decoder.</summary>
    public int PromptEmbedDim { get; init; } = 256;

    /// <summary>Channels inside the mask prompt's downscaling; a multiple of 4.</summary>
    public int MaskInChannels { get; init; } = 16;

    /// <summary>Alternatives for an ambiguous prompt, beside the single mask.</summary>
    public int MultimaskOutputs { get; init; } = 3;

    /// <summary>Blocks of the two-way transformer.</summary>
    public int DecoderDepth { get; init; } = 2;

    /// <summary>Attention heads of the decoder.</summary>
    public int DecoderHeads { get; init; } = 8;

    /// <summary>Width of the decoder's feed-forward layers.</summary>
    public int DecoderMlpDim { get; init; } = 2048;

    /// <summary>What the width is divided by inside the decoder's cross attention.</summary>
    public int DecoderAttentionDownsampleRate { get; init; } = 2;

    /// <summary>Layers of the IoU head.</summary>
    public int IouHeadDepth { get; init; } = 3;

    /// <summary>Width inside the IoU head.</summary>
    public int IouHeadHiddenDim { get; init; } = 256;

    /// <summary>ViT-B: 93.7 M parameters.</summary>
    public static SamArchitecture VitB { get; } = new();

    /// <summary>ViT-L: 312.3 M parameters.</summary>
    public static SamArchitecture VitL { get; } = new() { EncoderEmbedDim = 1024, EncoderDepth = 24, EncoderHeads = 16, GlobalAttentionBlocks = [5, 11, 17, 23] };

    /// <summary>ViT-H: 641.1 M parameters.</summary>
    public static SamArchitecture VitH { get; } = new() { EncoderEmbedDim = 1280, EncoderDepth = 32, EncoderHeads = 16, GlobalAttentionBlocks = [7, 15, 23, 31] };

    /// <summary>Checks that the sizes fit together.</summary>
    /// <exception cref="ArgumentException">They do not; the message names the size and what it must be.</exception>
    public void Validate()
    {
        Require(PatchSize >= 1 && ImageSize >= PatchSize && ImageSize % PatchSize == 0, $"ImageSize is {ImageSize}; it must be a multiple of PatchSize, {PatchSize}");
        Require(EncoderDepth >= 1 && EncoderHeads >= 1 && EncoderEmbedDim % EncoderHeads == 0, $"EncoderEmbedDim is {EncoderEmbedDim}; it must be a multiple of EncoderHeads, {EncoderHeads}");
        Require(WindowSize >= 1, $"WindowSize is {WindowSize}; it must be at least 1");
        Require(GlobalAttentionBlocks.All(b => b >= 0 && b < EncoderDepth), $"GlobalAttentionBlocks has a block outside 0..{EncoderDepth - 1}");
        Require(PromptEmbedDim % 8 == 0 && PromptEmbedDim / DecoderAttentionDownsampleRate % DecoderHeads == 0, $"PromptEmbedDim is {PromptEmbedDim}; it must be a multiple of 8 and, divided by DecoderAttentionDownsampleRate, of DecoderHeads, {DecoderHeads}");
        Require(MaskInChannels >= 4 && MaskInChannels % 4 == 0, $"MaskInChannels is {MaskInChannels}; it must be a multiple of 4");
        Require(MultimaskOutputs >= 1 && DecoderDepth >= 1 && DecoderMlpDim >= 1 && IouHeadDepth >= 1 && IouHeadHiddenDim >= 1 && InputChannels >= 1, "a count is below 1");
    }

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new ArgumentException($"SAM architecture: {problem}.");
        }
    }
}
