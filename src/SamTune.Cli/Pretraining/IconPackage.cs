using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using SamTune.Imaging;

namespace SamTune.Cli.Pretraining;

/// <summary>
/// The icon file of an npm package, as a recipe names it: <c>npm:@iconify-json/noto@1.2.9#SHA256</c>, the hash being that of its icons.json. Fetched once and kept; the hash is
/// checked at every use.
/// </summary>
internal sealed partial class IconPackage
{
    private const string Prefix = "npm:";
    private const string File = "package/icons.json";
    private const long MaxBytes = 64L << 20;
    private readonly Match _parts;
    private readonly string _text;

    private IconPackage(string text, Match parts)
    {
        _text = text;
        _parts = parts;
    }

    private string Name => _parts.Groups["name"].Value;

    private string Version => _parts.Groups["version"].Value;

    private string Sha256 => _parts.Groups["hash"].Value;

    /// <summary>Reads a package's name; null where the text is a path.</summary>
    /// <exception cref="InputException">It begins like a package, but is none.</exception>
    public static IconPackage? Parse(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        Match parts = Form().Match(text);
        return parts.Success
            ? new IconPackage(text, parts)
            : throw new InputException($"--icons: '{text}' is no package; write npm:@iconify-json/NAME@VERSION#SHA256, the hash being that of its icons.json.");
    }

    /// <summary>The path of the icon file; downloads the package where it is not there.</summary>
    /// <param name="cache">Folder of downloads.</param>
    /// <param name="registry">Address of the npm registry.</param>
    /// <param name="client">Makes the request; not disposed.</param>
    /// <param name="cancel">Stops the download.</param>
    /// <exception cref="InputException">It cannot be had, or is not the file that the recipe means.</exception>
    public async Task<string> FetchAsync(string cache, Uri registry, HttpClient client, CancellationToken cancel)
    {
        string path = Path.Combine(cache, "icons", $"{Name}-{Version}.json");
        if (!System.IO.File.Exists(path))
        {
            var address = new Uri(registry, $"@iconify-json/{Name}/-/{Name}-{Version}.tgz");
            byte[] content = await DownloadAsync(address, client, cancel);
            RequireHash(content, address.ToString());
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, stream => stream.Write(content));
            return path;
        }

        RequireHash(await System.IO.File.ReadAllBytesAsync(path, cancel), path);
        return path;
    }

    private async Task<byte[]> DownloadAsync(Uri address, HttpClient client, CancellationToken cancel)
    {
        try
        {
            using HttpResponseMessage response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (!response.IsSuccessStatusCode)
            {
                throw new InputException($"{address}: the registry answers {(int)response.StatusCode} for {_text}; check name and version, or give a file after --icons.");
            }

            await using Stream body = await response.Content.ReadAsStreamAsync(cancel);
            await using var unpacked = new GZipStream(body, CompressionMode.Decompress);
            await using var archive = new TarReader(unpacked);
            while (await archive.GetNextEntryAsync(copyData: false, cancel) is { } entry)
            {
                if (entry.Name == File && entry is { DataStream: { } data, Length: <= MaxBytes })
                {
                    using var content = new MemoryStream();
                    await data.CopyToAsync(content, cancel);
                    return content.ToArray();
                }
            }

            throw new InputException($"{address}: holds no {File} of at most {MaxBytes:n0} bytes; name an @iconify-json package.");
        }
        catch (Exception problem) when (problem is HttpRequestException or IOException or InvalidDataException)
        {
            throw new InputException($"{address}: cannot be downloaded ({problem.Message.TrimEnd('.')}); check the network, or give a file after --icons.", problem);
        }
    }

    private void RequireHash(byte[] content, string place)
    {
        string found = Convert.ToHexStringLower(SHA256.HashData(content));
        if (found != Sha256)
        {
            throw new InputException($"{place}: icons.json has the SHA-256 {found}, but the recipe needs {Sha256}; remove the file if it is damaged, or name the version that the recipe was made with.");
        }
    }

    [GeneratedRegex("^npm:@iconify-json/(?<name>[a-z0-9-]+)@(?<version>[0-9]+(\\.[0-9]+){2})#(?<hash>[0-9a-f]{64})$")]
    private static partial Regex Form();
}
