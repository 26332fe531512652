using System.Globalization;
using SamTune.Imaging;

namespace SamTune.Cli.Config;

/// <summary>One value of a settings file, with the place it came from for messages.</summary>
/// <param name="FileName">The file.</param>
/// <param name="Key">The key, nested ones joined by dots.</param>
/// <param name="Line">The line, counted from 1.</param>
/// <param name="Items">The scalar, or the items of the list; null where the file says <c>null</c>.</param>
/// <param name="IsList">Whether the file has a list here.</param>
internal sealed record YamlValue(string FileName, string Key, long Line, IReadOnlyList<string>? Items, bool IsList)
{
    /// <summary>The value as a type that reads itself from text: whole numbers, real numbers.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="kind">The type in words, for the message: <c>a whole number</c>.</param>
    /// <returns>The value.</returns>
    /// <exception cref="InputException">The text is no such value.</exception>
    public T Number<T>(string kind)
        where T : IParsable<T> =>
        T.TryParse(Text(), CultureInfo.InvariantCulture, out T? value) ? value : throw Wrong(kind);

    /// <summary>The value as text.</summary>
    /// <exception cref="InputException">It is a list or null.</exception>
    public string Text() => !IsList && Items is [string text] ? text : throw Wrong("one value");

    /// <summary>The value as true or false.</summary>
    /// <exception cref="InputException">It is neither.</exception>
    public bool Flag() => Text() switch
    {
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        _ => throw Wrong("true or false"),
    };

    /// <summary>The value as one of an enumeration's names, in any case and with or without dashes.</summary>
    /// <exception cref="InputException">It is none of them.</exception>
    public T OneOf<T>()
        where T : struct, Enum
    {
        string word = Text().Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        string? name = Enum.GetNames<T>().FirstOrDefault(n => n.Equals(word, StringComparison.OrdinalIgnoreCase));
        return name == null ? throw Wrong($"one of {string.Join(", ", Enum.GetNames<T>())}") : Enum.Parse<T>(name);
    }

    /// <summary>The value as a list of texts; a single value is a list of one.</summary>
    /// <exception cref="InputException">It is null.</exception>
    public IReadOnlyList<string> List() => Items ?? throw Wrong("a list");

    private InputException Wrong(string needed)
    {
        string found = Items == null ? "null" : IsList ? $"[{string.Join(", ", Items)}]" : $"'{Items[0]}'";
        return new InputException($"{FileName}, line {Line}: '{Key}' is {found}; it must be {needed}.");
    }
}
