using System.Text.RegularExpressions;
using SamTune.Testing;

namespace SamTune.Architecture.Tests;

/// <summary>Habits that can be read off the files.</summary>
public sealed partial class SourceFileTests
{
    private const int MaximumLines = 300;

    public static TheoryData<string> Projects => ReferenceTests.Projects;

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_source_file_is_longer_than_300_lines(string name) =>
        Assert.Empty(Files(name).Where(file => File.ReadLines(file).Count() > MaximumLines).Select(Shown));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_file_lies_in_the_namespace_of_its_folder(string name)
    {
        List<string> astray = [];
        foreach (string file in Files(name))
        {
            Match match = NamespaceLine().Match(File.ReadAllText(file));
            string folder = Path.GetDirectoryName(Path.GetRelativePath(RepositoryFiles.At("src"), file))!.Replace(Path.DirectorySeparatorChar, '.');
            // A file without a namespace is a program's entry point.
            if (match.Success && match.Groups[1].Value != folder)
            {
                astray.Add($"{Shown(file)}: {match.Groups[1].Value}");
            }
        }

        Assert.Empty(astray);
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void Libraries_do_not_print(string name)
    {
        // The command line prints what libraries report.
        if (name != "Cli")
        {
            Assert.Empty(Files(name).Where(file => ConsoleCall().IsMatch(File.ReadAllText(file))).Select(Shown));
        }
    }

    private static IEnumerable<string> Files(string name) => SourceProject.All.Single(p => p.Name == name).SourceFiles();

    private static string Shown(string file) => Path.GetRelativePath(RepositoryFiles.Root, file);

    [GeneratedRegex(@"^namespace\s+([\w.]+)\s*;", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"(?<![\w.])Console\.(Write|Error|Out)")]
    private static partial Regex ConsoleCall();
}
