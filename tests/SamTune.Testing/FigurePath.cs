using System.Globalization;
using System.Text.Json;

namespace SamTune.Testing;

/// <summary>Paths of figures inside a JSON report, such as <c>updates[1].relative</c>.</summary>
public static class FigurePath
{
    /// <summary>The number that a path leads to.</summary>
    /// <param name="report">Where the path starts.</param>
    /// <param name="path">Names separated by dots, each with an index in brackets behind it where it is a list.</param>
    /// <exception cref="InvalidOperationException">It leads to something that is no number, such as null.</exception>
    /// <exception cref="KeyNotFoundException">It leads nowhere.</exception>
    public static double Resolve(JsonElement report, string path)
    {
        JsonElement found = report;
        foreach (string step in path.Split('.'))
        {
            string[] parts = step.Split('[', ']');
            found = found.GetProperty(parts[0]);
            if (parts.Length > 1)
            {
                found = found[int.Parse(parts[1], CultureInfo.InvariantCulture)];
            }
        }

        return found.GetDouble();
    }
}
