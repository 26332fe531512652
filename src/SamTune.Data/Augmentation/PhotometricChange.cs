using SamTune.Imaging;

namespace SamTune.Data.Augmentation;

/// <summary>Changes of light and colour, done in this order: brightness, contrast, saturation, gamma, blur, noise.</summary>
/// <param name="Brightness">Factor on the samples.</param>
/// <param name="Contrast">Factor on the distance to the mean grey.</param>
/// <param name="Saturation">Factor on the distance to a pixel's own grey.</param>
/// <param name="Exponent">Exponent on samples of 0..1.</param>
/// <param name="BlurSigma">Standard deviation of the blur, pixels.</param>
/// <param name="NoiseDeviation">Standard deviation of the noise, 8-bit levels.</param>
internal readonly record struct PhotometricChange(double Brightness, double Contrast, double Saturation, double Exponent, double BlurSigma, double NoiseDeviation)
{
    private static readonly PhotometricChange s_nothing = new(1, 1, 1, 1, 0, 0);

    public static PhotometricChange Draw(AugmentationSpec spec, Random random)
    {
        double Around(double most) => 1 + most * (2 * random.NextDouble() - 1);
        return new PhotometricChange(
            Around(spec.Brightness), Around(spec.Contrast), Around(spec.Saturation), Math.Pow(1 + spec.Gamma, 2 * random.NextDouble() - 1),
            spec.BlurSigma * random.NextDouble(), spec.NoiseDeviation * random.NextDouble());
    }

    public RgbImage Apply(RgbImage image, Random random)
    {
        if (this == s_nothing)
            return image;
        if (image.ExtraBands.Count > 0)
        {
            PhotometricChange same = this;
            return image.Change(i => same.Apply(i, random));
        }


        float[] samples = Array.ConvertAll(image.Pixels, p => (float)p);
        Scale(samples);
        if (BlurSigma > 0)
            samples = GaussianBlur.Apply(samples, image.Size, BlurSigma);
        if (NoiseDeviation > 0)
            AddNoise(samples, random);
        return new RgbImage(image.Size, Array.ConvertAll(samples, s => (byte)(Math.Clamp(s, 0, 255) + 0.5f)));
    }

    private void Scale(float[] samples)
    {
        float brightness = (float)Brightness, contrast = (float)Contrast, saturation = (float)Saturation, exponent = (float)Exponent;
        double total = 0;
        for (int i = 0; i < samples.Length; i += 3)
        {
            for (int c = 0; c < 3; c++)
                samples[i + c] = Math.Clamp(samples[i + c] * brightness, 0, 255);
            total += Grey(samples, i);
        }

        float mean = (float)(total / (samples.Length / 3));
        for (int i = 0; i < samples.Length; i += 3)
        {
            for (int c = 0; c < 3; c++)
                samples[i + c] = Math.Clamp(mean + contrast * (samples[i + c] - mean), 0, 255);
            float grey = Grey(samples, i);
            for (int c = 0; c < 3; c++)
            {
                float value = Math.Clamp(grey + saturation * (samples[i + c] - grey), 0, 255);
                samples[i + c] = exponent == 1 ? value : 255 * MathF.Pow(value / 255, exponent);
            }
        }
    }

    // A grey pixel stays grey: a scan with coloured noise is no scan.
    private void AddNoise(float[] samples, Random random)
    {
        for (int i = 0; i < samples.Length; i += 3)
        {
            bool isGrey = samples[i] == samples[i + 1] && samples[i] == samples[i + 2];
            double noise = NoiseDeviation * random.NextNormal();
            samples[i] += (float)noise;
            samples[i + 1] += (float)(isGrey ? noise : NoiseDeviation * random.NextNormal());
            samples[i + 2] += (float)(isGrey ? noise : NoiseDeviation * random.NextNormal());
        }
    }

    // Luma as in ITU-R BT.601, as Pillow's conversion to grey has it.
    private static float Grey(float[] samples, int i) => 0.299f * samples[i] + 0.587f * samples[i + 1] + 0.114f * samples[i + 2];
}
