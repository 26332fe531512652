using SamTune.Imaging;
using SamTune.Imaging.Codecs;

namespace SamTune.Data.Checking;

/// <summary>What picture files say about their samples.</summary>
internal static class PictureKind
{
    /// <summary>Whether no file has samples of more than 8 bits; a file that cannot be read is not counted.</summary>
    public static bool AreAll8Bit(IEnumerable<string> paths) => paths.All(path => Read(path) is null or { StoredAs: SampleKind.UInt8 });

    private static ImageHeader? Read(string path)
    {
        try
        {
            return ImageReader.ReadHeader(path);
        }
        catch (InputException)
        {
            // Reading its pixels will say what is wrong with it.
            return null;
        }
    }
}
