using System.Text.Json;
using SamTune.Data.Datasets;
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

    /// <summary>Writes instances.json with the masks of such a folder as COCO instances and gives its path.</summary>
    public static string WriteCoco(string data)
    {
        ImageFolderDataset pictures = ImageFolderDataset.Open(data);
        var content = new
        {
            images = pictures.Samples.Select((s, i) => new { id = i, file_name = s.Id + ".png", height = 48, width = 48 }),
            categories = new[] { new { id = 1, name = "disc" } },
            annotations = pictures.Samples.Select((_, i) => new { id = i, image_id = i, category_id = 1, segmentation = new { size = new[] { 48, 48 }, counts = RunLength.Encode(pictures.Load(i).Objects[0].Mask).ToCompressedString() } }),
        };
        string path = Path.Combine(data, "instances.json");
        File.WriteAllText(path, JsonSerializer.Serialize(content));
        return path;
    }
}
