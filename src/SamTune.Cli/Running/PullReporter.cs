using System.Globalization;
using SamTune.Checkpoints.Registry;
using Spectre.Console;

namespace SamTune.Cli.Running;

/// <summary>Shows downloads on the error stream: a bar on a terminal, lines elsewhere.</summary>
internal static class PullReporter
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    /// <summary>Runs downloads while showing them.</summary>
    /// <param name="error">Where they are shown.</param>
    /// <param name="run">The downloads; hands each step to the receiver.</param>
    public static async Task ShowAsync(TextWriter error, Func<IProgress<DownloadProgress>, Task> run)
    {
        bool isTerminal = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;
        if (!isTerminal)
        {
            await run(new Lines(error, TimeProvider.System));
            return;
        }

        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        await console.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left },
                new ProgressBarColumn(),
                new PercentageColumn(),
                new DownloadedColumn { Culture = CultureInfo.InvariantCulture },
                new TransferSpeedColumn { Culture = CultureInfo.InvariantCulture },
                new RemainingTimeColumn())
            .StartAsync(context => run(new Bars(console, context)));
    }

    private sealed class Bars(IAnsiConsole console, ProgressContext context) : IProgress<DownloadProgress>
    {
        private readonly Dictionary<(string, DownloadPhase), ProgressTask> tasks = [];

        public void Report(DownloadProgress value)
        {
            if (value.Note != null)
            {
                console.MarkupLineInterpolated($"{value.Name}: {value.Note}");
                return;
            }

            if (!tasks.TryGetValue((value.Name, value.Phase), out ProgressTask? task))
            {
                string what = value.Phase switch
                {
                    DownloadPhase.Waiting => ": waiting for another download of it",
                    DownloadPhase.Verifying => ": SHA-256",
                    _ => "",
                };
                task = tasks[(value.Name, value.Phase)] = context.AddTask(Markup.Escape(value.Name + what));
            }

            task.IsIndeterminate = value.TotalBytes == null || value.Phase == DownloadPhase.Waiting;
            task.MaxValue = value.TotalBytes ?? double.MaxValue;
            task.Value = value.Bytes;
        }
    }

    private sealed class Lines(TextWriter error, TimeProvider time) : IProgress<DownloadProgress>
    {
        private (string Name, DownloadPhase Phase, long Bytes, long Time) last;

        public void Report(DownloadProgress value)
        {
            bool isNew = (value.Name, value.Phase) != (last.Name, last.Phase);
            TimeSpan elapsed = time.GetElapsedTime(last.Time);
            bool isDue = value.Phase == DownloadPhase.Downloading && (value.Bytes == value.TotalBytes || elapsed > s_pause);
            if (isNew || isDue || value.Note != null)
            {
                error.WriteLine(Line(value, isNew || value.Bytes < last.Bytes ? null : (value.Bytes - last.Bytes) / elapsed.TotalSeconds));
                last = (value.Name, value.Phase, value.Bytes, time.GetTimestamp());
            }
        }

        private static string Line(DownloadProgress p, double? bytesPerSecond)
        {
            string of = p.TotalBytes is { } total ? string.Create(CultureInfo.InvariantCulture, $" of {total / 1e6:0.0}") : "";
            string speed = bytesPerSecond is { } rate ? string.Create(CultureInfo.InvariantCulture, $", {rate / 1e6:0.0} MB/s") : "";
            return p.Phase switch
            {
                DownloadPhase.Waiting => $"{p.Name}: waiting, another process downloads it",
                DownloadPhase.Retrying => $"{p.Name}: {p.Note}",
                DownloadPhase.Verifying => $"{p.Name}: computing its SHA-256",
                _ => string.Create(CultureInfo.InvariantCulture, $"{p.Name}: {p.Bytes / 1e6:0.0}{of} MB{speed}"),
            };
        }
    }
}
