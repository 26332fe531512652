namespace SamTune.Evaluation.Comparison;

/// <summary>What a whole comparison took.</summary>
/// <param name="Seconds">From the start to the last measurement; of a resumed run only its last part.</param>
/// <param name="PeakMemoryBytes">Largest resident memory of the process.</param>
/// <param name="Processors">Processors the process may use.</param>
/// <param name="Threads">Threads a tensor operation uses.</param>
/// <param name="Device">Where the model computed: cpu, or cuda:0.</param>
/// <param name="System">Operating system and processor architecture.</param>
public sealed record RunCost(double Seconds, long PeakMemoryBytes, int Processors, int Threads, string Device, string System);
