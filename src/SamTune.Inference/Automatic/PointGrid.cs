using SamTune.Imaging;

namespace SamTune.Inference.Automatic;

/// <summary>Clicks spread evenly over a picture.</summary>
internal static class PointGrid
{
    /// <summary>The middles of n x n equal cells, row by row.</summary>
    /// <param name="size">Size of the picture.</param>
    /// <param name="perSide">n, 1 or more.</param>
    public static PointPrompt[] Over(ImageSize size, int perSide)
    {
        var points = new PointPrompt[perSide * perSide];
        for (int i = 0; i < points.Length; i++)
        {
            double x = (i % perSide + 0.5) / perSide, y = (i / perSide + 0.5) / perSide;
            points[i] = new PointPrompt((float)(x * size.Width), (float)(y * size.Height), IsForeground: true);
        }

        return points;
    }
}
