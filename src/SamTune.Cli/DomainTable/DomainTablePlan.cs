using SamTune.Adaptation.Domains;
using SamTune.Data.Domains;
using SamTune.Imaging;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace SamTune.Cli.DomainTable;

/// <summary>What is trained and measured: the file that <c>samtune domain-table</c> reads, keys in camelCase.</summary>
internal sealed record DomainTablePlan
{
    private const int LongestFile = 1 << 20;

    /// <summary>Side of the square input; the checkpoint's when null.</summary>
    public int? InputSize { get; init; }

    /// <summary>Steps of each training.</summary>
    public int Steps { get; init; } = 150;

    /// <summary>Pictures a forward pass.</summary>
    public int Batch { get; init; } = 4;

    /// <summary>Where every random number comes from.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Held-out synthetic scenes measured on; 0 for none.</summary>
    public int Scenes { get; init; } = 48;

    /// <summary>The domains by name.</summary>
    public required Dictionary<string, DomainPlan> Domains { get; init; }

    /// <summary>Reads a plan.</summary>
    /// <param name="path">The YAML file.</param>
    /// <exception cref="InputException">It cannot be read, has an unknown or doubled key, or a value is out of range.</exception>
    public static DomainTablePlan Read(string path)
    {
        string name = Path.GetFileName(path);
        FileInfo file = new(path);
        if (!file.Exists || file.Length > LongestFile)
        {
            throw new InputException(file.Exists ? $"{name}: has {file.Length} bytes; a plan has at most {LongestFile}." : $"{path}: there is no such plan; see recipes/domain_table.yaml for one.");
        }

        IDeserializer reader = new DeserializerBuilder()
            .WithNamingConvention(CamelCaseNamingConvention.Instance).WithDuplicateKeyChecking().WithEnforceRequiredMembers().Build();
        try
        {
            DomainTablePlan plan = reader.Deserialize<DomainTablePlan?>(File.ReadAllText(path)) ?? throw new InputException($"{name}: is empty; 'domains' is needed.");
            plan.Validate(name);
            return plan;
        }
        catch (YamlException exception)
        {
            string reason = (exception.InnerException ?? exception).Message.ReplaceLineEndings(" ");
            throw new InputException($"{name}, line {exception.Start.Line}: cannot be used as a plan ({reason.TrimEnd('.')}); compare with recipes/domain_table.yaml.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read ({exception.Message.TrimEnd('.')}); check its permissions.", exception);
        }
    }

    private void Validate(string file)
    {
        Require(Domains is { Count: > 0 }, "domains: none is named; name at least one");
        Require(Steps >= 1 && Batch >= 1 && Scenes >= 0 && InputSize is null or >= 1, $"steps {Steps}, batch {Batch}, scenes {Scenes} and inputSize {InputSize} cannot be used; scenes from 0 and the others from 1 are needed");
        foreach ((string name, DomainPlan? domain) in Domains!)
        {
            AdapterSet.CheckName(name);
            Require(name != DomainTableText.Scenes, $"domains.{name}: is the name of the synthetic scenes; choose another");
            Require(domain != null, $"domains.{name}: is empty; data and truth are needed");
            Require(domain!.MostTrain >= 2 && domain.MostTest >= 1, $"domains.{name}: mostTrain is {domain.MostTrain} and mostTest {domain.MostTest}; 2 and 1 are the least");
            Require(domain.Squares == null == (domain.Masks == null), $"domains.{name}: masks and squares belong together; name both or none");
            Require(domain.GroupPattern == null || (domain.Squares == null && domain.Tasks == null), $"domains.{name}: groupPattern is for data sets; tasks and squares name their parts");
            Require(domain.Squares == null || domain.Tasks == null, $"domains.{name}: tasks and squares exclude each other; name one");
            Require(domain.Profile == null || DomainProfile.Find(domain.Profile) != null, $"domains.{name}: the profile '{domain.Profile}' is unknown; choose {string.Join(", ", DomainProfile.All.Select(p => p.Name))}");
            Require(DomainPlan.Methods.ContainsKey(domain.Method), $"domains.{name}: the method '{domain.Method}' cannot be used; choose {string.Join(", ", DomainPlan.Methods.Keys)}");
            domain.Squares?.Validate($"{file}: domains.{name}.squares");
            _ = domain.Augmentation($"{file}: domains.{name}");
        }

        void Require(bool holds, string problem)
        {
            if (!holds)
            {
                throw new InputException($"{file}: {problem}.");
            }
        }
    }
}
