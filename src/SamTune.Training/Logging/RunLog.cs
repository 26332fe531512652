using System.Text.Json;
using SamTune.Training.State;
using TorchSharp;
using TorchSharp.Modules;

namespace SamTune.Training.Logging;

/// <summary>Writes a run's numbers as they come: JSON lines for programs, event files for TensorBoard.</summary>
internal sealed class RunLog : IDisposable
{
    private readonly StreamWriter _lines;
    private readonly SummaryWriter _events;

    /// <summary>Opens the log; lines of steps that a resumed run does again are dropped, and one that was cut off.</summary>
    public RunLog(string folder, int stepsDone)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, "log.jsonl");
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        file.SetLength(EndOfLines(file, stepsDone));
        file.Seek(0, SeekOrigin.End);
        _lines = new StreamWriter(file) { AutoFlush = true };
        _events = torch.utils.tensorboard.SummaryWriter(Path.Combine(folder, "tensorboard"), createRunName: false);
    }

    public void Write(TrainingProgress progress)
    {
        _lines.WriteLine(JsonSerializer.Serialize(new
        {
            step = progress.Step,
            epoch = progress.Epoch,
            loss = progress.Loss,
            dice = progress.Dice,
            learningRate = progress.LearningRate,
            gradientNorm = progress.GradientNorm,
            validationLoss = progress.Validation?.Loss,
            validationDice = progress.Validation?.Dice,
        }));
        _events.add_scalar("train/loss", (float)progress.Loss, progress.Step);
        _events.add_scalar("train/dice", (float)progress.Dice, progress.Step);
        _events.add_scalar("train/learning_rate", (float)progress.LearningRate, progress.Step);
        if (progress.Validation is { } point)
        {
            _events.add_scalar("validation/loss", (float)point.Loss, progress.Step);
            _events.add_scalar("validation/dice", (float)point.Dice, progress.Step);
        }
    }

    public void Dispose() => _lines.Dispose();

    // Where the last whole line of the steps done ends. Cut in place, so that a run killed while it resumes loses no line.
    private static long EndOfLines(FileStream file, int count)
    {
        long end = 0;
        for (int value; count > 0 && (value = file.ReadByte()) >= 0;)
        {
            if (value == '\n')
            {
                end = file.Position;
                count--;
            }
        }

        return end;
    }
}
