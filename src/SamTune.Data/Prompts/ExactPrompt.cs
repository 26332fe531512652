using SamTune.Imaging;

namespace SamTune.Data.Prompts;

/// <summary>The prompt that a careful user would give: the tight box, or a click where the object is deepest. Used for measuring.</summary>
public static class ExactPrompt
{
    /// <summary>Derives the prompt from the object's true mask.</summary>
    /// <param name="mask">The object; at least one pixel.</param>
    /// <param name="kind">None, Box, Point or BoxAndPoints (one click); further clicks are corrections, see <see cref="PromptSampler.CorrectiveClick"/>.</param>
    /// <exception cref="ArgumentException">The kind has no exact form, or the mask is empty.</exception>
    public static PromptSet Of(BinaryMask mask, PromptKind kind) => kind switch
    {
        PromptKind.None => PromptSet.None,
        PromptKind.Box => new PromptSet { Box = PromptSampler.TightBox(mask) },
        PromptKind.Point => new PromptSet { Points = [PromptSampler.CentrePoint(mask)] },
        PromptKind.BoxAndPoints => new PromptSet { Box = PromptSampler.TightBox(mask), Points = [PromptSampler.CentrePoint(mask)] },
        _ => throw new ArgumentException($"'{kind}' has no exact form.", nameof(kind)),
    };
}
