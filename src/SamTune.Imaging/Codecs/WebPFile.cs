using System.Buffers.Binary;

namespace SamTune.Imaging.Codecs;

/// <summary>The one fact of a WebP that its decoder hides: whether its pixels are lossy (WebP Container Specification, "RIFF file format" and "Extended file format").</summary>
internal static class WebPFile
{
    private const int FileHeaderLength = 12, ChunkHeaderLength = 8;

    /// <summary>True when the pixels are in a "VP8 " chunk, which changes values; those of a "VP8L" chunk are exact.</summary>
    /// <param name="file">The file, of which chunks are passed over until the pixels come.</param>
    public static bool IsLossy(Stream file)
    {
        Span<byte> chunk = stackalloc byte[ChunkHeaderLength];
        for (long position = FileHeaderLength; position < file.Length;)
        {
            file.Position = position;
            if (file.ReadAtLeast(chunk, chunk.Length, throwOnEndOfStream: false) < chunk.Length || chunk.StartsWith("VP8L"u8))
                return false;
            if (chunk.StartsWith("VP8 "u8))
                return true;
            // A chunk of odd length is followed by a byte of padding.
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            position += ChunkHeaderLength + length + (length & 1);
        }

        return false;
    }
}
