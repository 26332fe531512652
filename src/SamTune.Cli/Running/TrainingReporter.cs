using System.Globalization;
using SamTune.Training.State;
using Spectre.Console;

namespace SamTune.Cli.Running;

/// <summary>Shows a run on the error stream: a bar on a terminal, lines elsewhere.</summary>
internal static class TrainingReporter
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    // Less is within what a step's duration varies by anyway.
    private const double WorthTelling = 0.05;

    /// <summary>Runs a training while showing it.</summary>
    /// <param name="error">Where it is shown.</param>
    /// <param name="run">The training; hands each step to the receiver.</param>
    public static TrainingResult Show(TextWriter error, Func<IProgress<TrainingProgress>, TrainingResult> run)
    {
        bool isTerminal = ReferenceEquals(error, Console.Error) && !Console.IsErrorRedirected;
        if (!isTerminal)
        {
            return run(new Lines(error, TimeProvider.System));
        }

        TrainingResult? result = null;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(error) });
        console
            .Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                ProgressTask task = context.AddTask("starting");
                result = run(new Receiver(p =>
                {
                    if (p.Warning is { } warning)
                    {
                        console.MarkupLineInterpolated($"warning: {warning}");
                    }

                    task.MaxValue = p.TotalSteps;
                    task.Value = p.Step;
                    task.Description = Markup.Escape(Line(p));
                }));
            });
        return result!;
    }

    private static string Line(TrainingProgress p)
    {
        string validation = p.Validation is { } point ? string.Create(CultureInfo.InvariantCulture, $", validation loss {point.Loss:0.0000} Dice {point.Dice:0.000}") : "";
        string waiting = p.WaitingShare >= WorthTelling ? string.Create(CultureInfo.InvariantCulture, $" ({100 * p.WaitingShare:0} % of the time waiting for pictures)") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"step {p.Step}/{p.TotalSteps}, loss {p.Loss:0.0000}, Dice {p.Dice:0.000}, {p.ImagesPerSecond:0.0} images/s{waiting}, {p.Remaining:hh\\:mm\\:ss} left{validation}");
    }

    private sealed class Receiver(Action<TrainingProgress> receive) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => receive(value);
    }

    private sealed class Lines(TextWriter error, TimeProvider time) : IProgress<TrainingProgress>
    {
        private long last;

        public void Report(TrainingProgress value)
        {
            if (value.Warning is { } warning)
            {
                error.WriteLine($"warning: {warning}");
            }

            if (last == 0 || value.Validation != null || value.Step == value.TotalSteps || time.GetElapsedTime(last) > s_pause)
            {
                last = time.GetTimestamp();
                error.WriteLine(Line(value));
            }
        }
    }
}
