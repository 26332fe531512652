using System.CommandLine;
using System.CommandLine.Parsing;

namespace SamTune.Cli.Config;

/// <summary>Where a setting's value comes from: the flag if it was typed, else the settings file, else the default.</summary>
internal static class Setting
{
    /// <summary>Looks the three places through.</summary>
    /// <typeparam name="T">The type of the setting.</typeparam>
    /// <param name="result">The parsed command line.</param>
    /// <param name="flag">The flag; its own default is not used.</param>
    /// <param name="file">The settings file.</param>
    /// <param name="key">The key in the file.</param>
    /// <param name="read">Reads the file's value.</param>
    /// <param name="otherwise">The default.</param>
    /// <returns>The value.</returns>
    public static T Resolve<T>(ParseResult result, Option<T> flag, YamlSettings file, string key, Func<YamlValue, T> read, T otherwise)
    {
        if (result.GetResult(flag) is OptionResult { Implicit: false })
        {
            return result.GetRequiredValue(flag);
        }

        return file.Find(key) is { Items: not null } value ? read(value) : otherwise;
    }
}
