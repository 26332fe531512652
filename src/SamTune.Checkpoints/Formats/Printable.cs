using System.Globalization;
using System.Text;

namespace SamTune.Checkpoints.Formats;

/// <summary>Text from a file, made fit for a one-line message: a checkpoint may name its tensors with line breaks or terminal codes.</summary>
internal static class Printable
{
    private const int LongestShown = 120;

    /// <summary>The text in single quotes, control and unpaired characters escaped, cut to a readable length.</summary>
    public static string Quote(string text) => text.Length > LongestShown ? $"'{Escape(text[..LongestShown])}...'" : $"'{Escape(text)}'";

    /// <summary>The text with control and unpaired characters escaped.</summary>
    public static string Escape(string text)
    {
        StringBuilder result = new(text.Length + 8);
        foreach (char character in text)
        {
            UnicodeCategory category = char.GetUnicodeCategory(character);
            bool harmless = category is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse);
            if (harmless)
            {
                result.Append(character);
            }
            else
            {
                result.Append("\\u").Append(((int)character).ToString("x4"));
            }
        }

        return result.ToString();
    }
}
