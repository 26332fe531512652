using SamTune.Imaging;

namespace SamTune.Data.Augmentation;

/// <summary>
/// For every pixel of the result, where in the source it comes from. Flips, crop, rotation about the centre and elastic deformation are
/// composed into this one map before anything is sampled, so that a picture is interpolated once and every mask follows it exactly.
/// </summary>
internal sealed class GeometricMap
{
    private readonly ImageSize _size;

    // Source columns and rows in pixel-centre coordinates, (H, W) each.
    private readonly float[] _x;
    private readonly float[] _y;

    private GeometricMap(ImageSize size, float[] x, float[] y, bool keepsDistances)
    {
        _size = size;
        _x = x;
        _y = y;
        KeepsDistances = keepsDistances;
    }

    /// <summary>Whether a pixel of the result covers what a pixel of the source does, along the same axes.</summary>
    public bool KeepsDistances { get; }

    /// <summary>Draws a map. The numbers for rotation, crop and flips are drawn whether they are used or not, so that one setting does not change the others' draws.</summary>
    public static GeometricMap Draw(AugmentationSpec spec, ImageSize size, Random random)
    {
        double angle = (2 * random.NextDouble() - 1) * spec.RotationDegrees * Math.PI / 180;
        double side = Math.Sqrt(1 - random.NextDouble() * (1 - spec.MinimumCropArea));
        double shiftX = (random.NextDouble() - 0.5) * (1 - side) * size.Width, shiftY = (random.NextDouble() - 0.5) * (1 - side) * size.Height;
        double signX = random.NextDouble() < spec.FlipHorizontally ? -1 : 1, signY = random.NextDouble() < spec.FlipVertically ? -1 : 1;
        ElasticField? elastic = spec.ElasticDeviation > 0 ? ElasticField.Draw(spec.ElasticDeviation * size.LongSide, random) : null;

        double cosine = Math.Cos(angle), sine = Math.Sin(angle), centreX = (size.Width - 1) / 2.0, centreY = (size.Height - 1) / 2.0;
        float[] sourceX = new float[size.Height * size.Width], sourceY = new float[sourceX.Length];
        for (int y = 0, i = 0; y < size.Height; y++)
        {
            double v = signY * (y - centreY) * side + shiftY;
            for (int x = 0; x < size.Width; x++, i++)
            {
                double u = signX * (x - centreX) * side + shiftX;
                (double bentX, double bentY) = elastic?.At((x + 0.5) / size.Width, (y + 0.5) / size.Height) ?? (0, 0);
                sourceX[i] = (float)(centreX + cosine * u - sine * v + bentX);
                sourceY[i] = (float)(centreY + sine * u + cosine * v + bentY);
            }
        }

        return new GeometricMap(size, sourceX, sourceY, angle == 0 && side == 1 && elastic == null);
    }

    /// <summary>The picture through the map, bilinear, black outside.</summary>
    public RgbImage Apply(RgbImage image)
    {
        if (image.ExtraBands.Count > 0)
            return image.Change(Apply);
        var result = new byte[image.Pixels.Length];
        for (int i = 0; i < _x.Length; i++)
        {
            int x = (int)MathF.Floor(_x[i]), y = (int)MathF.Floor(_y[i]);
            float right = _x[i] - x, down = _y[i] - y;
            ReadOnlySpan<byte> a = PixelAt(image, x, y), b = PixelAt(image, x + 1, y), c = PixelAt(image, x, y + 1), d = PixelAt(image, x + 1, y + 1);
            for (int channel = 0; channel < 3; channel++)
            {
                float upper = a[channel] + right * (b[channel] - a[channel]), lower = c[channel] + right * (d[channel] - c[channel]);
                result[3 * i + channel] = (byte)(upper + down * (lower - upper) + 0.5f);
            }
        }

        return new RgbImage(image.Size, result);
    }

    /// <summary>The mask through the map, nearest, empty outside.</summary>
    public BinaryMask Apply(BinaryMask mask)
    {
        var result = new byte[mask.Pixels.Length];
        for (int i = 0; i < _x.Length; i++)
        {
            int x = (int)MathF.Floor(_x[i] + 0.5f), y = (int)MathF.Floor(_y[i] + 0.5f);
            result[i] = IsInside(x, y) ? mask.Pixels[y * _size.Width + x] : (byte)0;
        }

        return new BinaryMask(mask.Size, result);
    }

    private ReadOnlySpan<byte> PixelAt(RgbImage image, int x, int y) => IsInside(x, y) ? image.Pixels.AsSpan(3 * (y * _size.Width + x), 3) : "\0\0\0"u8;

    private bool IsInside(int x, int y) => (uint)x < (uint)_size.Width && (uint)y < (uint)_size.Height;
}
