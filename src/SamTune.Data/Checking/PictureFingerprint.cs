using System.Numerics;
using System.Security.Cryptography;
using SamTune.Imaging;

namespace SamTune.Data.Checking;

/// <summary>What two pictures are compared by: exactly, and nearly.</summary>
/// <param name="Content">SHA-256 of size and pixels, hexadecimal.</param>
/// <param name="Perceptual">A difference hash: a bit for each of 8 x 8 places, whether its grey is above its right neighbour's.</param>
/// <param name="Thumbnail">16 x 16 greys.</param>
/// <param name="IsConstant">Whether all pixels are the same, so that it says nothing where a picture is from.</param>
internal sealed record PictureFingerprint(string Content, ulong Perceptual, byte[] Thumbnail, bool IsConstant)
{
    /// <summary>Bits in which nearly equal pictures differ at most. Of four quarters of 16 bits one is then equal.</summary>
    public const int LargestDistance = 3;

    private const int Side = 16;
    private const double LargestDifference = 6;
    private const double SmallestDeviation = 8;

    /// <summary>Computes the fingerprint.</summary>
    public static PictureFingerprint Of(RgbImage image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([.. BitConverter.GetBytes(image.Size.Height), .. BitConverter.GetBytes(image.Size.Width)]);
        hash.AppendData(image.Pixels);
        RgbImage differences = PillowResize.Bilinear(image, new ImageSize(8, 9));
        ulong bits = 0;
        for (int i = 0; i < 64; i++)
        {
            int at = (i / 8 * 9) + (i % 8);
            bits |= Grey(differences, at) > Grey(differences, at + 1) ? 1UL << i : 0;
        }

        RgbImage small = PillowResize.Bilinear(image, new ImageSize(Side, Side));
        return new PictureFingerprint(Convert.ToHexString(hash.GetHashAndReset()), bits, [.. Enumerable.Range(0, Side * Side).Select(i => (byte)(Grey(small, i) / 3))], HasOneColour(image));
    }

    private static bool HasOneColour(RgbImage image)
    {
        for (int i = 3; i < image.Pixels.Length; i++)
        {
            if (image.Pixels[i] != image.Pixels[i - 3])
                return false;
        }

        return image.ExtraBands.All(band => !band.AsSpan().ContainsAnyExcept(band[0]));
    }

    /// <summary>Whether a person would take the two for the same picture. Nearly uniform pictures are like no other: there is nothing in them to compare.</summary>
    public bool IsNear(PictureFingerprint other)
        => BitOperations.PopCount(Perceptual ^ other.Perceptual) <= LargestDistance
            && HasContrast() && other.HasContrast()
            && Thumbnail.Zip(other.Thumbnail, (a, b) => Math.Abs(a - b)).Average() <= LargestDifference;

    private bool HasContrast()
    {
        double mean = Thumbnail.Average(v => (double)v);
        return Math.Sqrt(Thumbnail.Average(v => (v - mean) * (v - mean))) >= SmallestDeviation;
    }

    private static int Grey(RgbImage image, int pixel) => image.Pixels[3 * pixel] + image.Pixels[(3 * pixel) + 1] + image.Pixels[(3 * pixel) + 2];
}
