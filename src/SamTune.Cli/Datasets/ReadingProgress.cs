namespace SamTune.Cli.Datasets;

/// <summary>Says on the error stream how far a long reading is: nothing where it ends within seconds.</summary>
internal sealed class ReadingProgress(TextWriter error, TimeProvider time) : IProgress<(int Done, int Total)>
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    private long last = time.GetTimestamp();

    /// <inheritdoc/>
    public void Report((int Done, int Total) value)
    {
        if (time.GetElapsedTime(last) > s_pause)
        {
            last = time.GetTimestamp();
            error.WriteLine($"read {value.Done} of {value.Total} pictures");
        }
    }
}
