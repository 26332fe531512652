using System.Globalization;

namespace SamTune.Testing;

/// <summary>What a <see cref="FileServer"/> answers.</summary>
public sealed record ServedAnswer
{
    /// <summary>The status code.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Header fields beside Content-Length.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>The body.</summary>
    public byte[] Body { get; init; } = [];

    /// <summary>Content-Length; null for that of the body, negative for none.</summary>
    public long? DeclaredLength { get; init; }

    /// <summary>Close the connection after so many bytes of the body; null for all of them.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Send nothing more and keep the connection open.</summary>
    public bool Silent { get; init; }

    /// <summary>A file as servers give it: the part that Range asks for, if If-Range names this version.</summary>
    public static ServedAnswer File(ServedRequest request, byte[] content, string tag)
    {
        if (request.Header("Range") is not { } range || request.Header("If-Range") is { } known && known != tag)
        {
            return new ServedAnswer { Body = content, Headers = [("ETag", tag)] };
        }

        int from = int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        return from < content.Length
            ? new ServedAnswer
            {
                Status = 206,
                Body = content[from..],
                Headers = [("ETag", tag), ("Content-Range", $"bytes {from}-{content.Length - 1}/{content.Length}")],
            }
            : new ServedAnswer { Status = 416, Headers = [("Content-Range", $"bytes */{content.Length}")] };
    }
}
