using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Cli.Tests;

/// <summary>A folder of generated pictures with one disc each.</summary>
internal static class DiscFolder
{
    /// <summary>Writes images/ and masks/ into a folder and gives its path.</summary>
    public static string Write(TemporaryFolder folder, string name = "discs", int count = 6)
    {
        Directory.CreateDirectory(folder.At(name, "images"));
        Directory.CreateDirectory(folder.At(name, "masks"));
        for (int i = 0; i < count; i++)
        {
            var size = new ImageSize(48, 48);
            var mask = new byte[48 * 48];
            var pixels = new byte[48 * 48 * 3];
            for (int p = 0; p < mask.Length; p++)
            {
                int y = (p / 48) - 16 - i, x = (p % 48) - 30 + i;
                mask[p] = (y * y) + (x * x) < 100 ? (byte)1 : (byte)0;
                pixels.AsSpan(p * 3, 3).Fill(mask[p] != 0 ? (byte)200 : (byte)(40 + (p % 7)));
            }

            ImageWriter.WriteRgbPng(folder.At(name, "images", $"p{i}.png"), new RgbImage(size, pixels));
            ImageWriter.WriteMaskPng(folder.At(name, "masks", $"p{i}.png"), new BinaryMask(size, mask));
        }

        return folder.At(name);
    }
}
