using System.Diagnostics;
using System.Globalization;

namespace SamTune.Bench;

/// <summary>A checkout of Meta's segment-anything, timed by reference.py in a process of its own, so that its steps can be taken in turns with ours.</summary>
internal sealed class Reference : IDisposable
{
    private const string Option = "--reference", PythonOption = "--python", UsualPython = "python3";
    private readonly Process _process;

    private readonly long _loaded;

    private Reference(Process process)
    {
        _process = process;
        Answer();
        _loaded = process.WorkingSet64;
    }

    /// <summary>Peak of resident memory since the start, above what the process held when its model was there; in bytes.</summary>
    public long PeakMemory
    {
        get
        {
            _process.Refresh();
            return _process.PeakWorkingSet64 - _loaded;
        }
    }

    /// <summary>Starts the program where the command line names a checkout.</summary>
    /// <param name="arguments">What stands behind the name of the bench; the options are taken out.</param>
    /// <param name="work">encode, full or lora.</param>
    /// <param name="side">Side of the input.</param>
    /// <param name="pictures">Pictures at once.</param>
    /// <returns>Null without <c>--reference</c>.</returns>
    public static Reference? Start(IReadOnlyList<string> arguments, string work, int side, int pictures)
    {
        if (Value(arguments, Option) is not { } checkout)
        {
            return null;
        }

        var start = new ProcessStartInfo(Value(arguments, PythonOption) ?? UsualPython, [Path.Combine(AppContext.BaseDirectory, "reference.py"), checkout, work, $"{side}", $"{pictures}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };

        // Settings of OpenBLAS that some systems carry choose a slower kernel.
        start.Environment.Remove("OPENBLAS_CORETYPE");
        start.Environment.Remove("OPENBLAS_L2_SIZE");
        return new Reference(Process.Start(start)!);
    }

    /// <summary>The arguments without the options of this class.</summary>
    public static IReadOnlyList<string> Without(IReadOnlyList<string> arguments) =>
        [.. arguments.Where((a, i) => !IsOption(a) && (i == 0 || !IsOption(arguments[i - 1])))];

    /// <summary>Works once.</summary>
    /// <returns>Seconds.</returns>
    public double Time()
    {
        _process.StandardInput.WriteLine();
        return double.Parse(Answer(), CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Answer() => _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The Python reference ended; its message stands above.");

    private static bool IsOption(string argument) => argument is Option or PythonOption;

    private static string? Value(IReadOnlyList<string> arguments, string option) =>
        arguments.SkipWhile(a => a != option).Skip(1).FirstOrDefault();
}
