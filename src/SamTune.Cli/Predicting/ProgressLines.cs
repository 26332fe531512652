namespace SamTune.Cli.Predicting;

/// <summary>Shows a long prediction on the error stream: a line every few seconds, and the last one.</summary>
/// <param name="error">Where it is shown.</param>
/// <param name="line">What is said.</param>
/// <param name="isLast">Whether all is done.</param>
internal sealed class ProgressLines<T>(TextWriter error, Func<T, string> line, Func<T, bool> isLast) : IProgress<T>
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);
    private long _last = TimeProvider.System.GetTimestamp();

    /// <inheritdoc/>
    public void Report(T value)
    {
        if (isLast(value) || TimeProvider.System.GetElapsedTime(_last) > s_pause)
        {
            _last = TimeProvider.System.GetTimestamp();
            error.WriteLine(line(value));
        }
    }
}
