using System.CommandLine;
using SamTune.Cli.Config;

namespace SamTune.Cli.Running;

/// <summary>A command's settings: flags first, then the file of <c>--config</c>. A flag's key in the file is its name in camelCase.</summary>
internal sealed class CommandSettings
{
    private readonly ParseResult result;
    private readonly YamlSettings file;

    /// <summary>Reads the settings file, if one is named.</summary>
    /// <param name="result">The parsed command line.</param>
    /// <param name="config">The flag that names the file; null for a command without one.</param>
    public CommandSettings(ParseResult result, Option<string?>? config)
    {
        this.result = result;
        string[] known = [.. result.CommandResult.Command.Options.Where(o => o != config && o.Name.StartsWith("--", StringComparison.Ordinal)).Select(KeyOf)];
        file = config != null && result.GetValue(config) is { } path ? YamlSettings.Load(path, known) : YamlSettings.Empty;
    }

    /// <summary>A whole number, or null where nothing says one.</summary>
    public int? Whole(Option<int?> flag) => Setting.Resolve(result, flag, file, KeyOf(flag), v => v.Number<int>("a whole number"), (int?)null);

    /// <summary>A real number, or null where nothing says one.</summary>
    public double? Real(Option<double?> flag) => Setting.Resolve(result, flag, file, KeyOf(flag), v => v.Number<double>("a number"), (double?)null);

    /// <summary>A switch.</summary>
    public bool IsOn(Option<bool> flag) => Setting.Resolve(result, flag, file, KeyOf(flag), v => v.Flag(), false);

    /// <summary>Text; a list in the file is joined by commas, as on the command line. Null where nothing says one.</summary>
    public string? Text(Option<string?> flag) =>
        Setting.Resolve(result, flag, file, KeyOf(flag), v => v.IsList ? string.Join(',', v.List()) : v.Text(), (string?)null);

    /// <summary>The items of a comma-separated list, or null where nothing says one.</summary>
    public IReadOnlyList<string>? List(Option<string?> flag) =>
        Text(flag)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static string KeyOf(Option flag)
    {
        string[] words = flag.Name.TrimStart('-').Split('-');
        return words[0] + string.Concat(words.Skip(1).Select(w => char.ToUpperInvariant(w[0]) + w[1..]));
    }
}
