using System.Globalization;

namespace SamTune.Bench;

/// <summary>Numbers on the command line.</summary>
internal static class Arguments
{
    /// <summary>A whole number from 1 on.</summary>
    /// <param name="bench">Name of the bench, for the message.</param>
    /// <param name="arguments">What stands behind it.</param>
    /// <param name="index">Which of them.</param>
    /// <param name="usual">Where it is not given.</param>
    /// <exception cref="ArgumentException">It is something else.</exception>
    public static int Whole(string bench, IReadOnlyList<string> arguments, int index, int usual) =>
        arguments.Count <= index ? usual : int.TryParse(arguments[index], CultureInfo.InvariantCulture, out int value) && value > 0
            ? value
            : throw new ArgumentException($"{bench}: '{arguments[index]}' is no whole number from 1 on.");
}
