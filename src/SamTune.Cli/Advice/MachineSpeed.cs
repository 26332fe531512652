using static TorchSharp.torch;

namespace SamTune.Cli.Advice;

/// <summary>How fast this machine is just now, other programs' load included: a short product of the kind that a training consists of.</summary>
internal static class MachineSpeed
{
    // Two cores of a Zen 5 do 175 x 10^9 operations a second in such products and 124 x 10^9 in training steps, which also move data.
    private const double ShareInTraining = 124.0 / 175;
    private const int Tokens = 1024, Width = 768, Hidden = 3072;
    private static readonly TimeSpan s_duration = TimeSpan.FromSeconds(0.5);

    /// <summary>Operations a second that a training does here, measured for half a second.</summary>
    /// <param name="time">The clock.</param>
    public static double OperationsPerSecond(TimeProvider time)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        var input = ones(Tokens, Width);
        var weight = ones(Width, Hidden);
        // The first product sets the library up.
        _ = input.matmul(weight);
        int products = 0;
        long start = time.GetTimestamp();
        do
        {
            using var product = input.matmul(weight);
            products++;
        }
        while (time.GetElapsedTime(start) < s_duration);

        return ShareInTraining * products * 2.0 * Tokens * Width * Hidden / time.GetElapsedTime(start).TotalSeconds;
    }
}
