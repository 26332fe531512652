using SamTune.Imaging;

namespace SamTune.Evaluation.Baselines;

/// <summary>The simplest answer to a box prompt: everything inside the box is the object.</summary>
public static class FilledBox
{
    /// <summary>Fills the tight box around the true object.</summary>
    /// <param name="truth">The true object.</param>
    /// <returns>A mask of the same size; empty when the object is.</returns>
    public static BinaryMask Predict(BinaryMask truth)
    {
        var pixels = new byte[truth.Pixels.Length];
        if (truth.Bounds() is { } box)
        {
            for (int y = (int)box.Y0; y <= (int)box.Y1; y++)
            {
                pixels.AsSpan(y * truth.Size.Width + (int)box.X0, (int)box.Width).Fill(1);
            }
        }

        return new BinaryMask(truth.Size, pixels);
    }
}
