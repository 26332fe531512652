using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SamTune.Imaging;
using SamTune.Training.Batches;

namespace SamTune.Training.Caching;

/// <summary>
/// Names of activations. A key is the SHA-256 of everything that an activation follows from: the pixels as they go into the model's own preprocessing (so the data set's preparation and the view are in
/// it), the input side, the base's fingerprint, how far the frozen part reaches, and both precisions. An activation of anything else has another name and cannot be found.
/// </summary>
internal static class ActivationKey
{
    // To be raised when the base computes something else from the same weights and pixels, or the model's own preprocessing changes.
    private const int Version = 1;

    /// <summary>What all keys of a run have in common.</summary>
    /// <param name="baseFingerprint">Of the weights.</param>
    /// <param name="blocks">Blocks of the frozen part.</param>
    /// <param name="isWhole">Whether the neck is in it.</param>
    /// <param name="inputSide">S, pixels.</param>
    /// <param name="stored">Precision of the entry.</param>
    /// <param name="isBFloat16">Whether it is computed in mixed precision.</param>
    public static string Common(string baseFingerprint, int blocks, bool isWhole, int inputSide, CachePrecision stored, bool isBFloat16) =>
        FormattableString.Invariant($"samtune activation {Version}; base {baseFingerprint}; blocks {blocks}{(isWhole ? " and neck" : "")}; side {inputSide}; stored {stored}; computed {(isBFloat16 ? "bfloat16" : "float32")}");

    /// <summary>The key of a picture, 64 hexadecimal digits.</summary>
    public static string Of(string common, BatchPicture picture)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(common));
        Add(hash, picture.Image, picture.Mixed?.Share ?? 1);
        if (picture.Mixed is { } mixed)
        {
            Add(hash, mixed.Image, 1 - mixed.Share);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Add(IncrementalHash hash, RgbImage image, double share)
    {
        Span<byte> head = stackalloc byte[16];
        BinaryPrimitives.WriteInt32LittleEndian(head, image.Size.Height);
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], image.Size.Width);
        BinaryPrimitives.WriteDoubleLittleEndian(head[8..], share);
        hash.AppendData(head);
        hash.AppendData(image.Pixels);
    }
}
