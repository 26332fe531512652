using System.Xml.Linq;
using SamTune.Testing;

namespace SamTune.Architecture.Tests;

/// <summary>A project under src/ as its file describes it.</summary>
/// <param name="Name">Without the leading <c>SamTune.</c>.</param>
/// <param name="Folder">Full path.</param>
/// <param name="References">Projects it references directly, without the leading <c>SamTune.</c>.</param>
/// <param name="Packages">NuGet packages it references directly.</param>
internal sealed record SourceProject(string Name, string Folder, IReadOnlyList<string> References, IReadOnlyList<string> Packages)
{
    private const string Prefix = "SamTune.";

    /// <summary>All projects under src/.</summary>
    public static IReadOnlyList<SourceProject> All { get; } =
        [.. Directory.EnumerateFiles(RepositoryFiles.At("src"), "*.csproj", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 })
            .Order(StringComparer.Ordinal)
            .Select(Read)];

    /// <summary>The C# files, without what builds leave behind.</summary>
    public IEnumerable<string> SourceFiles() =>
        Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetRelativePath(Folder, file).Split(Path.DirectorySeparatorChar)[0] is not ("bin" or "obj"));

    private static SourceProject Read(string file)
    {
        XDocument project = XDocument.Load(file);
        return new SourceProject(
            Path.GetFileNameWithoutExtension(file)[Prefix.Length..],
            Path.GetDirectoryName(file)!,
            [.. Includes(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))[Prefix.Length..])],
            [.. Includes(project, "PackageReference")]);
    }

    private static IEnumerable<string> Includes(XDocument project, string element) =>
        project.Descendants(element).Select(e => e.Attribute("Include")!.Value);
}
