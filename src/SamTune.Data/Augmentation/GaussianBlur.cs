using SamTune.Imaging;

namespace SamTune.Data.Augmentation;

/// <summary>A separable Gaussian over three deviations to either side; the border pixels continue outside.</summary>
internal static class GaussianBlur
{
    private const int Channels = 3;

    /// <summary>Blurs (H, W, 3) samples.</summary>
    public static float[] Apply(float[] samples, ImageSize size, double sigma)
    {
        float[] kernel = Kernel(sigma);
        float[] rows = Pass(samples, kernel, lines: size.Height, length: size.Width, lineStep: size.Width * Channels, step: Channels);
        return Pass(rows, kernel, lines: size.Width, length: size.Height, lineStep: Channels, step: size.Width * Channels);
    }

    private static float[] Kernel(double sigma)
    {
        int radius = (int)Math.Ceiling(3 * sigma);
        double[] weights = [.. Enumerable.Range(-radius, 2 * radius + 1).Select(d => Math.Exp(-d * d / (2 * sigma * sigma)))];
        double sum = weights.Sum();
        return Array.ConvertAll(weights, w => (float)(w / sum));
    }

    private static float[] Pass(float[] source, float[] kernel, int lines, int length, int lineStep, int step)
    {
        var result = new float[source.Length];
        int radius = kernel.Length / 2;
        for (int line = 0; line < lines; line++)
        {
            for (int at = 0; at < length; at++)
            {
                int target = line * lineStep + at * step;
                for (int k = 0; k < kernel.Length; k++)
                {
                    int from = line * lineStep + Math.Clamp(at + k - radius, 0, length - 1) * step;
                    for (int c = 0; c < Channels; c++)
                        result[target + c] += kernel[k] * source[from + c];
                }
            }
        }

        return result;
    }
}
