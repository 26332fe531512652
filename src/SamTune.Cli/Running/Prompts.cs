using SamTune.Data.Prompts;
using SamTune.Imaging;

namespace SamTune.Cli.Running;

/// <summary>Prompts that follow from a mask without chance.</summary>
internal static class Prompts
{
    /// <summary>The exact box, the innermost click, or both, or nothing.</summary>
    public static PromptSet Exact(BinaryMask mask, PromptKind kind) => new()
    {
        Box = kind is PromptKind.Box or PromptKind.BoxAndPoints ? PromptSampler.TightBox(mask) : null,
        Points = kind is PromptKind.Point or PromptKind.Points or PromptKind.BoxAndPoints ? [PromptSampler.CentrePoint(mask)] : [],
    };
}
