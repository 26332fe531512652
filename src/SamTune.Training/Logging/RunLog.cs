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

    /// <summary>Opens the log; lines of steps that a resumed run does again are dropped.</summary>
    public RunLog(string folder, int stepsDone)
    {
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, "log.jsonl");
        string[] kept = File.Exists(path) && stepsDone > 0 ? [.. File.ReadLines(path).Take(stepsDone)] : [];
        _lines = new StreamWriter(path, append: false) { AutoFlush = true };
        foreach (string line in kept)
        {
            _lines.WriteLine(line);
        }

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
}
