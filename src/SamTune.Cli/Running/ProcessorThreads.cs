using TorchSharp;

namespace SamTune.Cli.Running;

/// <summary>
/// On how many threads the processor computes. libtorch takes one for every processor it sees; a container is often allowed the time of a few of them, which .NET knows, and more threads than that
/// wait for each other.
/// </summary>
internal static class ProcessorThreads
{
    // What OpenMP programs read; who sets it knows better.
    private const string Variable = "OMP_NUM_THREADS";

    /// <summary>Takes no more threads than processors may be used.</summary>
    public static void Fit()
    {
        int there = torch.get_num_threads(), fitting = Fitting(there, Environment.ProcessorCount, Environment.GetEnvironmentVariable(Variable));
        if (fitting != there)
        {
            torch.set_num_threads(fitting);
        }
    }

    /// <summary>The number of threads.</summary>
    /// <param name="there">What libtorch takes.</param>
    /// <param name="allowed">Processors that may be used.</param>
    /// <param name="chosen">Value of the variable; null where it is not set.</param>
    internal static int Fitting(int there, int allowed, string? chosen) => string.IsNullOrEmpty(chosen) ? Math.Min(there, allowed) : there;
}
