using System.Text;
using System.Text.Json;
using SamTune.Imaging;
using SamTune.Training;
using SamTune.Training.State;

namespace SamTune.Cli.Quickstart;

/// <summary>
/// Seconds and peak memory of one training, kept in its folder so that a resumed run counts on. Steps since the last validation that a stopped run does again are counted once.
/// </summary>
/// <param name="folder">The training's folder.</param>
/// <param name="time">Where durations come from.</param>
/// <param name="memory">Marked when the base was loaded and nothing of the training was.</param>
internal sealed class TrainingClock(string folder, TimeProvider time, ResidentMemory memory)
{
    private readonly string _path = Path.Combine(folder, "timing.json");
    private readonly long _started = time.GetTimestamp();
    private Timing _timing = new(0, null, new SortedDictionary<int, double>());
    private double _before;

    /// <summary>Largest resident memory of the process while training, in bytes.</summary>
    public long PeakMemoryBytes => _timing.PeakMemoryBytes;

    /// <summary>Of it what lies above what the process held before the first step; null where the system cannot tell, or could not when the training began.</summary>
    public long? TrainingMemoryBytes => _timing.TrainingMemoryBytes;

    /// <summary>Seconds until the last validation.</summary>
    public double Seconds => _timing.SecondsAtStep.Values.DefaultIfEmpty(0).Max();

    /// <summary>Goes on from an earlier part of the training, where there is one.</summary>
    /// <exception cref="InputException">The file is damaged.</exception>
    public void Continue()
    {
        if (File.Exists(_path))
        {
            try
            {
                _timing = JsonSerializer.Deserialize<Timing>(File.ReadAllText(_path)) ?? _timing;
            }
            catch (JsonException exception)
            {
                throw new InputException($"{_path}: is damaged, so it cannot be told how long the training took; delete the folder {folder} to train again.", exception);
            }

            _before = Seconds;
        }
    }

    /// <summary>Notes the time at each validation.</summary>
    public void Note(TrainingProgress progress)
    {
        if (progress.Validation != null)
        {
            _timing.SecondsAtStep[progress.Step] = _before + time.GetElapsedTime(_started).TotalSeconds;
            _timing = _timing with
            {
                PeakMemoryBytes = Math.Max(_timing.PeakMemoryBytes, ResidentMemory.Highest),
                TrainingMemoryBytes = memory.KnowsPeak ? Math.Max(_timing.TrainingMemoryBytes ?? 0, memory.Peak) : _timing.TrainingMemoryBytes,
            };
            AtomicFile.Write(_path, stream => stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(_timing))));
        }
    }

    /// <summary>Seconds trained until a validation; 0 for that before the first step.</summary>
    /// <exception cref="InputException">It was not noted.</exception>
    public double At(int step) => step == 0 ? 0 : _timing.SecondsAtStep.TryGetValue(step, out double seconds)
        ? seconds
        : throw new InputException($"{_path}: does not say when step {step} was done; delete the folder {folder} to train again.");

    private sealed record Timing(long PeakMemoryBytes, long? TrainingMemoryBytes, SortedDictionary<int, double> SecondsAtStep);
}
