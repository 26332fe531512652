using System.Diagnostics;
using System.Globalization;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Training;
using TorchSharp;

namespace SamTune.Bench.Benches;

/// <summary>What loading a checkpoint takes in time and memory, each time in a process of its own.</summary>
internal sealed class CheckpointLoad : IBench
{
    private const int UsualRuns = 5;
    private const double Bar = 1.25;

    private static readonly (string Name, string FileName, SamFileFormat Format)[] s_files =
    [
        ("safetensors", "vit_b.safetensors", SamFileFormat.SafeTensors), (".pth", "vit_b.pth", SamFileFormat.Pth), ("Hugging Face's names", "vit_b_hf.safetensors", SamFileFormat.HuggingFace),
    ];

    /// <inheritdoc/>
    public string Name => "checkpoint-load";

    /// <inheritdoc/>
    public string Description => "seconds and peak memory while ViT-B is loaded from a file; at most 1.25 times the file. Argument: runs (5)";

    /// <inheritdoc/>
    public BenchReport Run(IReadOnlyList<string> arguments)
    {
        // The child's argument is a path.
        if (arguments.Count > 0 && File.Exists(arguments[0]))
        {
            return ChildBench.Figures(Load(arguments[0]));
        }

        int runs = Arguments.Whole(Name, arguments, 0, UsualRuns);
        using var folder = new TemporaryFolder();
        Write(folder.Path);
        return new BenchReport(
            "Checkpoint load",
            $"ViT-B with random weights in single precision, from the file to the model ready to predict. Medians of {runs} loads, each in a process of its own; peak of resident memory above what the process held with libtorch loaded, the highest of them. The file was just written, so it is read from the system's cache. The fingerprint is the SHA-256 of all weights, by which the command line knows a base.",
            [.. s_files.SelectMany(file => Rows(file.Name, Path.Combine(folder.Path, file.FileName), runs))]);
    }

    private static void Write(string folder)
    {
        using Sam model = RandomModel.VitB(side: 1024);
        foreach ((_, string fileName, SamFileFormat format) in s_files)
        {
            SamLoader.Save(model, Path.Combine(folder, fileName), format);
        }
    }

    private BenchRow[] Rows(string what, string path, int runs)
    {
        double[][] found = [.. Enumerable.Range(0, runs).Select(_ => ChildBench.Run(Name, path).Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture)).ToArray())];
        double Median(int column) => Samples.Percentile([.. found.Select(f => f[column])], 50);
        double Ratio(int column) => found.Max(f => f[column]) / new FileInfo(path).Length;
        string Memory(int column) => Invariant($"{found.Max(f => f[column]) / 1e6:0} MB, {Ratio(column):0.00} of the file");
        return
        [
            new BenchRow($"{what}: loading", Invariant($"{Median(0):0.00} s")),
            new BenchRow($"{what}: peak memory while loading", Memory(1), Invariant($"{Bar:0.00}"), Ratio(1) <= Bar),
            new BenchRow($"{what}: loading and fingerprint", Invariant($"{Median(2):0.00} s")),
            new BenchRow($"{what}: peak memory with the fingerprint", Memory(3), Invariant($"{Bar:0.00}"), Ratio(3) <= Bar),
        ];
    }

    // Seconds and bytes until the model is there, and until its fingerprint is.
    private static string Load(string path)
    {
        torch.zeros(1).Dispose();
        var memory = new ResidentMemory();
        long started = Stopwatch.GetTimestamp();
        using Sam model = SamLoader.Load(path);
        (double seconds, long peak) = (Stopwatch.GetElapsedTime(started).TotalSeconds, memory.Peak);
        SamFingerprint.Compute(model);
        return Invariant($"{seconds} {peak} {Stopwatch.GetElapsedTime(started).TotalSeconds} {memory.Peak}");
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
