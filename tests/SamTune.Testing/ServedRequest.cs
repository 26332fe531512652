namespace SamTune.Testing;

/// <summary>A request that a <see cref="FileServer"/> received.</summary>
/// <param name="Index">How many came before it.</param>
/// <param name="Target">What stands behind GET or CONNECT: a path, a whole address when the server is asked as a proxy, or host and port when a tunnel is asked for.</param>
/// <param name="Headers">The header fields by name.</param>
public sealed record ServedRequest(int Index, string Target, IReadOnlyDictionary<string, string> Headers)
{
    /// <summary>Bytes of the body that went out.</summary>
    public int BytesSent { get; set; }

    /// <summary>A header field, or null.</summary>
    public string? Header(string name) => Headers.GetValueOrDefault(name);
}
