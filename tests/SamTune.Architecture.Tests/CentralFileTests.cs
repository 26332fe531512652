using System.Text.RegularExpressions;
using System.Xml.Linq;
using SamTune.Testing;

namespace SamTune.Architecture.Tests;

/// <summary>What every project shares is said once.</summary>
public sealed partial class CentralFileTests
{
    [Fact]
    public void Package_versions_stand_in_one_file_only()
    {
        IEnumerable<string> versioned = SourceProject.All
            .SelectMany(p => XDocument.Load(Path.Combine(p.Folder, $"SamTune.{p.Name}.csproj")).Descendants("PackageReference"))
            .Where(e => e.Attribute("Version") != null || e.Element("Version") != null)
            .Select(e => e.Attribute("Include")!.Value);
        Assert.Empty(versioned);
    }

    [Fact]
    public void Every_test_file_runs_all_its_tests()
    {
        IEnumerable<string> skipping = Directory.EnumerateFiles(RepositoryFiles.At("tests"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => SkipAttribute().IsMatch(File.ReadAllText(file)));
        Assert.Empty(skipping);
    }

    [GeneratedRegex(@"\[(Fact|Theory|InlineData)\([^\]]*\bSkip\s*=")]
    private static partial Regex SkipAttribute();
}
