using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Modeling.Preprocessing;

namespace SamTune.Training.Batches;

/// <summary>One object of a batch with what the model is told about it.</summary>
/// <param name="Image">Position of its picture in the batch.</param>
/// <param name="Frame">Where the picture lies in the model's input.</param>
/// <param name="Truth">Its mask, in the picture's own size.</param>
/// <param name="Prompt">The prompt so far.</param>
/// <param name="Corrected">Whether it takes part in corrective rounds.</param>
/// <param name="Weight">How much its loss counts beside the others': 1, or its picture's share where two are mixed.</param>
/// <param name="Missing">Pixels of its picture that hold no measurement and do not count, in the picture's own size; null for none.</param>
internal sealed record PromptedObject(int Image, InputFrame Frame, BinaryMask Truth, PromptSet Prompt, bool Corrected, double Weight = 1, BinaryMask? Missing = null);
