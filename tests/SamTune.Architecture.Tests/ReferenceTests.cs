using SamTune.Testing;

namespace SamTune.Architecture.Tests;

/// <summary>The table of docs/architecture.md: which room may open onto which.</summary>
public sealed class ReferenceTests
{
    private static readonly Dictionary<string, string[]> s_allowed = new(StringComparer.Ordinal)
    {
        ["Imaging"] = [],
        ["Checkpoints"] = [],
        ["Data"] = ["Imaging"],
        ["Synthesis"] = ["Imaging", "Data"],
        ["Modeling"] = ["Imaging", "Data", "Checkpoints"],
        ["Adaptation"] = ["Modeling"],
        ["Artifacts"] = ["Adaptation", "Checkpoints"],
        ["Training"] = ["Data", "Artifacts"],
        ["Inference"] = ["Data", "Artifacts"],
        ["Evaluation"] = ["Inference"],
        ["Cli"] = ["Imaging", "Data", "Synthesis", "Checkpoints", "Modeling", "Adaptation", "Artifacts", "Training", "Inference", "Evaluation"],
    };

    public static TheoryData<string> Projects => [.. SourceProject.All.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_the_table_allows(string name)
    {
        Assert.True(s_allowed.TryGetValue(name, out string[]? allowed), $"SamTune.{name} is not in the table: add it here and in docs/architecture.md.");
        Assert.Empty(Project(name).References.Except(allowed));
    }

    [Fact]
    public void Every_project_of_the_table_exists() =>
        Assert.Equal(s_allowed.Keys.Order(StringComparer.Ordinal), SourceProject.All.Select(p => p.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Projects))]
    public void No_project_reaches_itself(string name) => Assert.DoesNotContain(name, Reachable(name));

    [Theory]
    [InlineData("Imaging")]
    [InlineData("Data")]
    [InlineData("Checkpoints")]
    [InlineData("Synthesis")]
    public void Files_and_pictures_know_no_tensors(string name)
    {
        IEnumerable<SourceProject> rooms = Reachable(name).Append(name).Select(Project);
        Assert.DoesNotContain(rooms.SelectMany(p => p.Packages), package => package.Contains("torch", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(rooms.SelectMany(p => p.SourceFiles()), file => File.ReadAllText(file).Contains("using TorchSharp", StringComparison.Ordinal));
    }

    [Fact]
    public void No_library_references_the_command_line() => Assert.DoesNotContain(SourceProject.All, p => p.References.Contains("Cli"));

    [Theory]
    [MemberData(nameof(Projects))]
    public void Every_project_has_its_tests_in_the_solution(string name)
    {
        string solution = File.ReadAllText(RepositoryFiles.At("SamTune.slnx"));
        Assert.Contains($"src/SamTune.{name}/SamTune.{name}.csproj", solution, StringComparison.Ordinal);
        Assert.Contains($"tests/SamTune.{name}.Tests/SamTune.{name}.Tests.csproj", solution, StringComparison.Ordinal);
        Assert.True(File.Exists(RepositoryFiles.At("tests", $"SamTune.{name}.Tests", $"SamTune.{name}.Tests.csproj")));
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_documented_table_names_every_project(string name) =>
        Assert.Contains($"`SamTune.{name}`", File.ReadAllText(RepositoryFiles.At("docs", "architecture.md")), StringComparison.Ordinal);

    private static SourceProject Project(string name) => SourceProject.All.Single(p => p.Name == name);

    private static HashSet<string> Reachable(string name)
    {
        HashSet<string> reached = new(StringComparer.Ordinal);
        Queue<string> open = new(Project(name).References);
        while (open.TryDequeue(out string? next))
        {
            if (reached.Add(next))
            {
                Project(next).References.ToList().ForEach(open.Enqueue);
            }
        }

        return reached;
    }
}
