using System.Globalization;
using SamTune.Imaging;

namespace SamTune.Cli.Advice;

/// <summary>An amount of memory as it is typed.</summary>
internal static class MemorySize
{
    /// <summary>Reads "4GB", "4 GB", "500MB", "4GiB" or plain bytes; a GB is 10^9 bytes, a GiB 2^30.</summary>
    /// <exception cref="InputException">The text is no amount.</exception>
    public static long Parse(string text, string flag)
    {
        string number = text.Trim();
        double unit = 1;
        foreach ((string name, double factor) in new[] { ("GiB", (double)(1L << 30)), ("MiB", (double)(1L << 20)), ("GB", 1e9), ("MB", 1e6), ("G", 1e9), ("M", 1e6) })
        {
            if (number.EndsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                (number, unit) = (number[..^name.Length].TrimEnd(), factor);
                break;
            }
        }

        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value * unit is >= 1 and < 1e15
            ? (long)(value * unit)
            : throw new InputException($"{flag}: '{text}' is no amount of memory; write it as 4GB or 500MB.");
    }
}
