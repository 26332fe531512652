using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using SamTune.Imaging;

namespace SamTune.Cli.Pretraining;

/// <summary>
/// The icon file of an npm package, as a recipe names it: <c>npm:@iconify-json/noto@1.2.9#SHA256</c>, the hash being that of its icons.json. Fetched once by npm itself, with the registry and proxy that
/// it is set up for, and kept; the hash is checked at every use.
/// </summary>
internal sealed partial class IconPackage
{
    private const string Prefix = "npm:";
    private const string File = "package/icons.json";
    private const long MaxBytes = 64L << 20;
    private readonly Match _parts;

    private IconPackage(Match parts) => _parts = parts;

    /// <summary>The program that fetches packages, where none other is named.</summary>
    public static string Npm => OperatingSystem.IsWindows() ? "npm.cmd" : "npm";

    private string Name => _parts.Groups["name"].Value;

    private string Version => _parts.Groups["version"].Value;

    private string Package => $"@iconify-json/{Name}@{Version}";

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
            ? new IconPackage(parts)
            : throw new InputException($"--icons: '{text}' is no package; write npm:@iconify-json/NAME@VERSION#SHA256, the hash being that of its icons.json.");
    }

    /// <summary>The path of the icon file; fetches the package where it is not there.</summary>
    /// <param name="cache">Folder of downloads.</param>
    /// <param name="npm">The npm program.</param>
    /// <param name="cancel">Stops the download.</param>
    /// <exception cref="InputException">It cannot be had, or is not the file that the recipe means.</exception>
    public async Task<string> FetchAsync(string cache, string npm, CancellationToken cancel)
    {
        string folder = Path.Combine(cache, "icons"), path = Path.Combine(folder, $"{Name}-{Version}.json");
        if (System.IO.File.Exists(path))
        {
            RequireHash(await System.IO.File.ReadAllBytesAsync(path, cancel), path);
            return path;
        }

        Directory.CreateDirectory(folder);
        string download = Directory.CreateDirectory(Path.Combine(folder, $".{Name}-{Version}-{Guid.NewGuid():n}")).FullName;
        try
        {
            await PackAsync(npm, download, cancel);
            byte[] content = await UnpackAsync(download, cancel);
            RequireHash(content, Package);
            AtomicFile.Write(path, stream => stream.Write(content));
            return path;
        }
        finally
        {
            Directory.Delete(download, recursive: true);
        }
    }

    private async Task PackAsync(string npm, string folder, CancellationToken cancel)
    {
        var start = new ProcessStartInfo(npm, ["pack", Package, "--pack-destination", folder, "--silent", "--ignore-scripts"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        using Process process = Start(start);
        using CancellationTokenRegistration stop = cancel.Register(() => process.Kill(entireProcessTree: true));
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None), error = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        cancel.ThrowIfCancellationRequested();
        string said = string.Join(' ', $"{await error} {await output}".Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Trim();
        if (process.ExitCode != 0)
        {
            throw new InputException(
                $"{Package}: npm could not fetch it (exit code {process.ExitCode}{(said.Length > 0 ? $": {said}" : "")}); check name, version and network, or give an icons.json after --icons.");
        }
    }

    private Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception problem)
        {
            throw new InputException($"{Package}: '{start.FileName}' cannot be started; install Node.js with npm, or give an icons.json after --icons.", problem);
        }
    }

    private async Task<byte[]> UnpackAsync(string folder, CancellationToken cancel)
    {
        string[] archives = Directory.GetFiles(folder, "*.tgz");
        if (archives.Length != 1)
        {
            throw new InputException($"{Package}: npm left {archives.Length} archives instead of one; try again, or give an icons.json after --icons.");
        }

        try
        {
            await using FileStream file = System.IO.File.OpenRead(archives[0]);
            await using var unpacked = new GZipStream(file, CompressionMode.Decompress);
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
        }
        catch (InvalidDataException problem)
        {
            throw new InputException($"{Package}: the archive that npm fetched is damaged ({problem.Message.TrimEnd('.')}); try again, or give an icons.json after --icons.", problem);
        }

        throw new InputException($"{Package}: holds no {File} of at most {MaxBytes:n0} bytes; name an @iconify-json package.");
    }

    private void RequireHash(byte[] content, string place)
    {
        string found = Convert.ToHexStringLower(SHA256.HashData(content)), expected = _parts.Groups["hash"].Value;
        if (found != expected)
        {
            throw new InputException($"{place}: icons.json has the SHA-256 {found}, but the recipe needs {expected}; remove the file if it is damaged, or name the version that the recipe was made with.");
        }
    }

    [GeneratedRegex("^npm:@iconify-json/(?<name>[a-z0-9-]+)@(?<version>[0-9]+(\\.[0-9]+){2})#(?<hash>[0-9a-f]{64})$")]
    private static partial Regex Form();
}
