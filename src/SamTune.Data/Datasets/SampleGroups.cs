using System.Text.RegularExpressions;
using SamTune.Imaging;

namespace SamTune.Data.Datasets;

/// <summary>What must stay on one side of a split, found in the id of a picture.</summary>
/// <param name="pattern">Regular expression whose first parenthesis, or whole match, is the group; when null the first subfolder is, or the picture itself.</param>
internal sealed class SampleGroups(string? pattern)
{
    private readonly Regex? _pattern = pattern == null ? null : new Regex(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));

    /// <summary>Refuses a pattern that is no regular expression.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static void Validate(string? pattern)
    {
        if (pattern == null)
            return;
        try
        {
            _ = new Regex(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
        }
        catch (ArgumentException exception)
        {
            throw new InputException($"group pattern '{pattern}' is no regular expression ({exception.Message}); an example is ^(patient\\d+).", exception);
        }
    }

    /// <summary>The group of a picture.</summary>
    /// <param name="id">Id of the picture: its relative path without extension.</param>
    /// <param name="path">Its file, for the message.</param>
    /// <exception cref="InputException">The pattern does not match.</exception>
    public string Of(string id, string path)
    {
        if (_pattern == null)
        {
            int slash = id.IndexOf('/', StringComparison.Ordinal);
            return slash < 0 ? id : id[..slash];
        }

        Match match = _pattern.Match(id);
        if (!match.Success)
            throw new InputException($"{path}: the group pattern '{_pattern}' does not match '{id}'; every picture needs a group: change the pattern or the name.");
        return match.Groups.Count > 1 ? match.Groups[1].Value : match.Value;
    }
}
