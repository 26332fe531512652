using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using SamTune.Cli.Pretraining;
using SamTune.Imaging;
using SamTune.Testing;

namespace SamTune.Cli.Tests.Pretraining;

public sealed class IconPackageTests : IDisposable
{
    private static readonly byte[] s_icons = Encoding.UTF8.GetBytes("""{"prefix": "p", "icons": {"a": {"body": "<path d=\"M0 0h4v4z\"/>"}}}""");
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_package_is_fetched_by_npm_once_and_checked_at_every_use()
    {
        string npm = FakeNpm(Archive("package/icons.json")), cache = folder.At("cache");
        IconPackage package = Package(s_icons);
        string path = await package.FetchAsync(cache, npm, Cancel);
        Assert.Equal(s_icons, await File.ReadAllBytesAsync(path, Cancel));
        Assert.Equal("pack @iconify-json/faces@1.2.3 --pack-destination", File.ReadAllText(folder.At("asked")).Trim()[..49]);
        Assert.Equal([path], Directory.GetFileSystemEntries(Path.GetDirectoryName(path)!));

        Assert.Equal(path, await package.FetchAsync(cache, folder.At("no-npm"), Cancel));
        await File.WriteAllTextAsync(path, "damaged", Cancel);
        await Refused(package, npm, path, "SHA-256", "remove the file");
    }

    [Fact]
    public async Task Another_content_than_the_recipes_is_refused_and_not_kept()
    {
        await Refused(Package([1, 2, 3]), FakeNpm(Archive("package/icons.json")), "@iconify-json/faces@1.2.3", Hash(s_icons), Hash([1, 2, 3]));
        Assert.Empty(Directory.GetFileSystemEntries(folder.At("cache", "icons")));
    }

    [Fact]
    public async Task An_archive_without_icons_or_a_damaged_one_is_named()
    {
        await Refused(Package(s_icons), FakeNpm(Archive("package/readme.md")), "holds no package/icons.json");
        await Refused(Package(s_icons), FakeNpm([1, 2, 3, 4]), "is damaged", "try again");
    }

    [Fact]
    public async Task What_npm_complains_about_is_passed_on()
    {
        await Refused(Package(s_icons), FakeNpm(archive: null), "@iconify-json/faces@1.2.3", "exit code 7", "no such version", "--icons");
        await Refused(Package(s_icons), folder.At("no-npm"), "install Node.js with npm");
    }

    [Theory]
    [InlineData("npm:left-pad@1.0.0#00")]
    [InlineData("npm:@iconify-json/faces#00")]
    [InlineData("npm:@iconify-json/../x@1.2.3#0000000000000000000000000000000000000000000000000000000000000000")]
    public void A_name_in_another_form_is_refused(string text) =>
        Assert.Contains("write npm:@iconify-json/NAME@VERSION#SHA256", Assert.Throws<InputException>(() => IconPackage.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_path_is_no_package() => Assert.Null(IconPackage.Parse("icons/faces.json"));

    private static string Hash(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    private static IconPackage Package(byte[] content) => IconPackage.Parse($"npm:@iconify-json/faces@1.2.3#{Hash(content)}")!;

    private static byte[] Archive(string entry)
    {
        using var bytes = new MemoryStream();
        using (var zipped = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var archive = new TarWriter(zipped))
        {
            archive.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, entry) { DataStream = new MemoryStream(s_icons) });
        }

        return bytes.ToArray();
    }

    private async Task Refused(IconPackage package, string npm, params string[] said)
    {
        string message = (await Assert.ThrowsAsync<InputException>(() => package.FetchAsync(folder.At("cache"), npm, Cancel))).Message;
        Assert.All(said, text => Assert.Contains(text, message, StringComparison.Ordinal));
    }

    // A program that notes what it was asked and leaves the archive in its working folder, as npm does; without an archive it complains.
    private string FakeNpm(byte[]? archive)
    {
        string prepared = folder.At("prepared"), asked = folder.At("asked"), program = folder.At(OperatingSystem.IsWindows() ? "npm.cmd" : "npm");
        if (archive != null)
        {
            File.WriteAllBytes(prepared, archive);
        }

        if (OperatingSystem.IsWindows())
        {
            string act = archive != null ? $"copy /y \"{prepared}\" faces.tgz >nul" : "echo no such version 1>&2\r\nexit /b 7";
            File.WriteAllText(program, $"@echo off\r\necho %* > \"{asked}\"\r\n{act}\r\n");
        }
        else
        {
            string act = archive != null ? $"cp '{prepared}' faces.tgz" : "echo 'no such version' >&2; exit 7";
            File.WriteAllText(program, $"#!/bin/sh\necho \"$@\" > '{asked}'\n{act}\n");
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        return program;
    }
}
