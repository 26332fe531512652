using System.Globalization;
using SamTune.Data.Augmentation;
using SamTune.Data.Prompts;
using SamTune.Imaging;

namespace SamTune.Cli.Running;

/// <summary>Reads the words and numbers that stand inside a flag's text.</summary>
internal static class Words
{
    /// <summary>A number.</summary>
    /// <exception cref="InputException">The text is none.</exception>
    public static double Number(string text, string flag) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value)
            ? value
            : throw new InputException($"{flag}: '{text}' is no number; write numbers with a decimal point, separated by commas.");

    /// <summary>A whole number.</summary>
    /// <exception cref="InputException">The text is none.</exception>
    public static int Whole(string text, string flag) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw new InputException($"{flag}: '{text}' is no whole number; write whole numbers separated by commas.");

    /// <summary>A count.</summary>
    /// <exception cref="InputException">It is below 1.</exception>
    public static int AtLeastOne(int count, string flag) => count >= 1 ? count : throw new InputException($"{flag}: is {count}; 1 or more is needed.");

    /// <summary>A position that is counted from 0.</summary>
    /// <exception cref="InputException">It is below 0.</exception>
    public static int AtLeastZero(int position, string flag) => position >= 0 ? position : throw new InputException($"{flag}: is {position}; 0 or more is needed.");

    /// <summary>An augmentation by its preset's name; null for none.</summary>
    /// <exception cref="InputException">There is no such preset.</exception>
    public static AugmentationSpec? Augmentation(string? name, string flag)
    {
        if (name is null or "none")
        {
            return null;
        }

        return AugmentationSpec.Presets.TryGetValue(name, out AugmentationSpec? spec)
            ? spec
            : throw new InputException($"{flag}: '{name}' is unknown; choose {string.Join(", ", AugmentationSpec.Presets.Keys)}.");
    }

    /// <summary>An augmentation with single values set on top, such as <c>blur=1,noise=5</c>; null where nothing varies.</summary>
    /// <param name="start">What is changed; null for pictures as they are.</param>
    /// <param name="items">Pairs of a name of <see cref="AugmentationSpec.Settings"/> and a number; null for none.</param>
    /// <param name="flag">Where they come from, for messages.</param>
    /// <exception cref="InputException">A name is unknown or stands twice, or a value is none or out of its range.</exception>
    public static AugmentationSpec? Augmentation(AugmentationSpec? start, IReadOnlyList<string>? items, string flag)
    {
        AugmentationSpec spec = start ?? AugmentationSpec.None;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string item in items ?? [])
        {
            string[] parts = item.Split('=', StringSplitOptions.TrimEntries);
            if (parts.Length != 2 || !seen.Add(parts[0]) || spec.With(parts[0], Number(parts[1], flag)) is not { } changed)
            {
                throw new InputException($"{flag}: '{item}' cannot be used; write NAME=NUMBER, each name once, as in blur=1,noise=5; the names are {string.Join(", ", AugmentationSpec.Settings.Keys)}.");
            }

            spec = changed;
        }

        try
        {
            spec.Validate();
        }
        catch (ArgumentException exception)
        {
            throw new InputException($"{flag}: {exception.Message}", exception);
        }

        return spec == AugmentationSpec.None ? null : spec;
    }

    /// <summary>A word as a shell takes it: in quotes where it holds anything that a shell reads otherwise.</summary>
    public static string Quoted(string word) =>
        word.All(c => char.IsLetterOrDigit(c) || "-_./:=,+@%~\\".Contains(c, StringComparison.Ordinal) && (c != '\\' || OperatingSystem.IsWindows())) && word.Length > 0 ? word
        : OperatingSystem.IsWindows() ? $"\"{word}\""
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A name of an enumeration, in any case, with or without dashes.</summary>
    /// <exception cref="InputException">The text is none of them.</exception>
    public static T OneOf<T>(string text, string flag)
        where T : struct, Enum
    {
        string word = text.Replace("-", "", StringComparison.Ordinal);
        string? name = Enum.GetNames<T>().FirstOrDefault(n => n.Equals(word, StringComparison.OrdinalIgnoreCase));
        return name != null ? Enum.Parse<T>(name) : throw new InputException($"{flag}: '{text}' is unknown; choose {string.Join(", ", Enum.GetNames<T>().Select(Dashed))}.");
    }

    /// <summary>Weights of prompt kinds: <c>box:0.5,point:0.5</c>; kinds that are not named have the weight 0.</summary>
    /// <exception cref="InputException">An item is not of this form.</exception>
    public static PromptMixture Mixture(IReadOnlyList<string> items, string flag)
    {
        var weights = new Dictionary<PromptKind, double>();
        foreach (string item in items)
        {
            string[] parts = item.Split(':');
            PromptKind kind = OneOf<PromptKind>(parts[0], flag);
            if (parts.Length > 2 || !weights.TryAdd(kind, parts.Length == 2 ? Number(parts[1], flag) : 1))
            {
                throw new InputException($"{flag}: '{item}' cannot be used; name each kind once with its weight, as in box:0.5,point:0.5.");
            }
        }

        return new PromptMixture
        {
            None = weights.GetValueOrDefault(PromptKind.None),
            Box = weights.GetValueOrDefault(PromptKind.Box),
            Point = weights.GetValueOrDefault(PromptKind.Point),
            Points = weights.GetValueOrDefault(PromptKind.Points),
            BoxAndPoints = weights.GetValueOrDefault(PromptKind.BoxAndPoints),
        };
    }

    private static string Dashed(string name) =>
        string.Concat(name.Select((c, i) => i > 0 && char.IsUpper(c) ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
