using System.Globalization;
using System.Text;
using BenchmarkDotNet.Environments;
using TorchSharp;

namespace SamTune.Bench;

/// <summary>What a figure was measured on.</summary>
internal static class Machine
{
    // Linux, proc(5): processes that run or wait to run, a mean over the last minute.
    private const string LoadFile = "/proc/loadavg";

    /// <summary>The machine in words, as BenchmarkDotNet describes it, with the threads of libtorch and how busy the machine is.</summary>
    public static string Describe()
    {
        var text = new StringBuilder();
        foreach (string line in HostEnvironmentInfo.GetCurrent().ToFormattedString())
        {
            text.Append(line.Trim()).Append("; ");
        }

        text.Append($"libtorch with {torch.get_num_threads()} threads");
        return Load() is { } load
            ? text.Append(CultureInfo.InvariantCulture, $"; {load:0.0} processes ran or waited for {Environment.ProcessorCount} processors before the measurement").Append(load > 1 ? ", so other programs took part of them." : ".").ToString()
            : text.Append('.').ToString();
    }

    private static double? Load() => File.Exists(LoadFile) ? double.Parse(File.ReadAllText(LoadFile).Split(' ')[0], CultureInfo.InvariantCulture) : null;
}
