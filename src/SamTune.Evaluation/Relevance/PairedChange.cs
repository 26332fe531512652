using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Relevance;

/// <summary>A figure before and after, over the same pictures.</summary>
/// <param name="Before">Mean with the base.</param>
/// <param name="After">Mean with the method.</param>
/// <param name="Change">Mean of the pictures' own changes with its 95 % interval.</param>
public sealed record PairedChange(double Before, double After, BootstrapInterval Change)
{
    /// <summary>1 when the interval lies above 0, -1 when it lies below, 0 when it holds 0: no change can be told from the pictures.</summary>
    public int Direction => Change.Lower > 0 ? 1 : Change.Upper < 0 ? -1 : 0;
}
