using SamTune.Checkpoints.Formats;
using SamTune.Checkpoints.Layouts;

namespace SamTune.Checkpoints.Registry;

/// <summary>A model that can be downloaded by its name.</summary>
public sealed record RegistryEntry
{
    /// <summary>What stands on the command line: lower-case letters, digits, '_', '-' and '.', such as <c>vit_b</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Other names for it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary><c>vit_b</c>, <c>vit_l</c> or <c>vit_h</c>; see <see cref="SamArchitecture.FromVariantName"/>.</summary>
    public required string Architecture { get; init; }

    /// <summary>Name of the file in the cache folder, without a folder, ending in .pth, .pt or .safetensors.</summary>
    public required string FileName { get; init; }

    /// <summary>Addresses of the same file, tried in this order; http or https.</summary>
    public required IReadOnlyList<string> Urls { get; init; }

    /// <summary>Size of the file; null where it is not published.</summary>
    public long? Bytes { get; init; }

    /// <summary>SHA-256 of the file, 64 hexadecimal digits; null where it is not published.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Licence of the weights, as an SPDX identifier.</summary>
    public required string Licence { get; init; }

    /// <summary>The publisher's page, http or https.</summary>
    public required string Source { get; init; }

    /// <summary>What it is, in one line.</summary>
    public required string Description { get; init; }

    /// <summary>All names: <see cref="Name"/> and <see cref="Aliases"/>.</summary>
    internal IEnumerable<string> Names => Aliases.Prepend(Name);

    /// <summary>Checks every field.</summary>
    /// <param name="registry">What messages begin with: the file that the entry stands in.</param>
    /// <exception cref="CheckpointException">A field cannot be used; the message names it.</exception>
    public void Validate(string registry)
    {
        foreach (string name in Names)
        {
            Require(IsName(name), "name", name, "lower-case letters, digits, '_', '-' and '.', beginning with a letter");
        }

        Require(Architecture is "vit_b" or "vit_l" or "vit_h", "architecture", Architecture, "vit_b, vit_l or vit_h");
        Require(IsFileName(FileName), "file_name", FileName, "a file name without a folder, ending in .pth, .pt or .safetensors");
        Require(Urls.Count > 0, "urls", "empty", "at least one address");
        foreach (string url in Urls)
        {
            Require(IsAddress(url), "urls", url, "an address that begins with https:// or http://");
        }

        Require(Bytes is null or > 0, "bytes", $"{Bytes}", "a positive number, or null where it is unknown");
        Require(Sha256 is null || (Sha256.Length == 64 && Sha256.All(char.IsAsciiHexDigit)), "sha256", Sha256 ?? "", "64 hexadecimal digits, or null where it is unknown");
        Require(!string.IsNullOrWhiteSpace(Licence), "licence", Licence, "the licence of the weights");
        Require(IsAddress(Source), "source", Source, "the publisher's page");
        Require(!string.IsNullOrWhiteSpace(Description), "description", Description, "one line");

        void Require(bool holds, string field, string found, string needed)
        {
            if (!holds)
            {
                throw new CheckpointException($"{Printable.Escape(registry)}: '{field}' of the model {Printable.Quote(Name)} is {Printable.Quote(found)}; needed is {needed}.");
            }
        }
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && char.IsAsciiLetterLower(name[0]) && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-' or '.');

    // Letters of ASCII only: what is a file name here is one on every system, and cannot leave the cache folder.
    private static bool IsFileName(string name) =>
        name.Length is > 0 and <= 128
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
        && Path.GetExtension(name) is ".pth" or ".pt" or ".safetensors";

    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);
}
