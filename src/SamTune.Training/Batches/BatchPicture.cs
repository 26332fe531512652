using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Preprocessing;
using static TorchSharp.torch;

namespace SamTune.Training.Batches;

/// <summary>One input of a forward pass: a picture alone, or mixed with a second one.</summary>
/// <param name="ComesAgain">Whether the same pixels come in another epoch, so that what is computed of them is worth keeping; false where each pass varies the picture anew.</param>
/// <param name="Image">8-bit RGB.</param>
/// <param name="Mixed">The second picture of MixUp; null for none.</param>
internal sealed record BatchPicture(bool ComesAgain, RgbImage Image, MixedPicture? Mixed = null)
{
    /// <summary>The model's input, (1, 3 + N, S, S) float32 for N extra bands, in the caller's dispose scope. Pictures of different sizes are mixed in the model's frame.</summary>
    public Tensor Prepare(Sam model, IReadOnlyList<BandStatistics> extra)
    {
        using var scope = NewDisposeScope();
        Tensor input = ImagePreprocessor.Prepare(Image, model.InputSide, model.Device, extra);
        if (Mixed is { } mixed)
        {
            input = mixed.Share * input + (1 - mixed.Share) * ImagePreprocessor.Prepare(mixed.Image, model.InputSide, model.Device, extra);
        }

        return input.MoveToOuterDisposeScope();
    }
}

/// <summary>What is mixed into a picture.</summary>
/// <param name="Image">The second picture, 8-bit RGB.</param>
/// <param name="Share">Share of the first picture, 0..1.</param>
internal sealed record MixedPicture(RgbImage Image, double Share);
