using SamTune.Checkpoints.Layouts;

namespace SamTune.Cli.Commands;

/// <summary>The sizes of a model as <c>inspect --json</c> names them: a promise to scripts, apart from the library's own record.</summary>
internal sealed record ModelSizes(
    int ImageSize,
    int PatchSize,
    int InputChannels,
    int EncoderEmbedDim,
    int EncoderDepth,
    int EncoderHeads,
    double MlpRatio,
    int WindowSize,
    IReadOnlyList<int> GlobalAttentionBlocks,
    int PromptEmbedDim,
    int MaskInChannels,
    int MultimaskOutputs,
    int DecoderDepth,
    int DecoderHeads,
    int DecoderMlpDim,
    int IouHeadDepth,
    int IouHeadHiddenDim)
{
    /// <summary>The sizes of an architecture.</summary>
    public static ModelSizes Of(SamArchitecture architecture) => new(
        architecture.ImageSize,
        architecture.PatchSize,
        architecture.InputChannels,
        architecture.EncoderEmbedDim,
        architecture.EncoderDepth,
        architecture.EncoderHeads,
        architecture.MlpRatio,
        architecture.WindowSize,
        architecture.GlobalAttentionBlocks,
        architecture.PromptEmbedDim,
        architecture.MaskInChannels,
        architecture.MultimaskOutputs,
        architecture.DecoderDepth,
        architecture.DecoderHeads,
        architecture.DecoderMlpDim,
        architecture.IouHeadDepth,
        architecture.IouHeadHiddenDim);
}
