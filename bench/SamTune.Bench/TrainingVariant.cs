using System.Diagnostics;
using System.Text.Json;
using SamTune.Adaptation;
using SamTune.Artifacts;
using SamTune.Modeling;
using SamTune.Training;
using SamTune.Training.Caching;

namespace SamTune.Bench;

/// <summary>A way of training ViT-B whose cost is measured.</summary>
/// <param name="Name">What it is called in a table.</param>
/// <param name="Config">The method.</param>
/// <param name="Checkpointing">Whether the inside of a block is computed again in the backward pass.</param>
/// <param name="BFloat16">Whether products are in bfloat16.</param>
/// <param name="Keeps">Whether what the frozen part makes of a picture is kept.</param>
internal sealed record TrainingVariant(string Name, MethodConfig Config, bool Checkpointing = false, bool BFloat16 = false, bool Keeps = true)
{
    /// <summary>Steps of a measurement; the last is timed.</summary>
    public const int Steps = 3;

    /// <summary>Measures in a process of its own, which runs the same bench with the variant's number behind the side.</summary>
    /// <param name="bench">Name of the bench.</param>
    /// <param name="side">Side of the input, pixels.</param>
    /// <param name="number">Position of the variant, from 1.</param>
    public static TrainingCost InProcess(string bench, int side, int number) =>
        JsonSerializer.Deserialize<TrainingCost>(ChildBench.Run(bench, FormattableString.Invariant($"{side}"), FormattableString.Invariant($"{number}")))!;

    /// <summary>Trains on one picture with one object a step.</summary>
    /// <param name="side">Side of the input, pixels.</param>
    public TrainingCost Measure(int side)
    {
        using var folder = new TemporaryFolder();
        using Sam model = RandomModel.VitB(side);
        using IFineTuning method = FineTuning.Create(Config, model, seed: 1);
        var memory = new ResidentMemory();
        long last = 0, peak = 0;
        double seconds = 0;
        var progress = new EachStep(() =>
        {
            // Before the run is saved: that is memory for a moment, and the same share for all.
            peak = memory.Peak;
            seconds = last == 0 ? 0 : Stopwatch.GetElapsedTime(last).TotalSeconds;
            last = Stopwatch.GetTimestamp();
        });
        var options = new TrainingOptions { Epochs = Steps, BatchSize = 1, ObjectsPerImage = 1, Checkpointing = Checkpointing, BFloat16 = BFloat16, ValidateEvery = 1000 };
        var cache = new CacheOptions { Bytes = Keeps ? null : 0 };
        new Trainer(model, method, new RandomDataset(1, side), validation: null, options, folder.Path, TimeProvider.System, cache).Run(resume: false, progress, CancellationToken.None);
        return new TrainingCost(peak, seconds, ArtifactBytes(method, side, Path.Combine(folder.Path, "artifact.safetensors")));
    }

    private long ArtifactBytes(IFineTuning method, int side, string path)
    {
        ArtifactFile.Save(path, method, new ArtifactManifest { Method = Config, BaseName = "vit_b", BaseSha256 = new string('0', 64), InputSide = side, ToolVersion = "bench" });
        return new FileInfo(path).Length;
    }
}

/// <summary>What a step of a training takes.</summary>
/// <param name="Bytes">Peak of resident memory above what the process holds with the base loaded.</param>
/// <param name="Seconds">Duration of the last step.</param>
/// <param name="ArtifactBytes">Size of the file that the training leaves, in float32.</param>
internal sealed record TrainingCost(long Bytes, double Seconds, long ArtifactBytes);
