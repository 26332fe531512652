using System.Diagnostics;
using System.Globalization;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Inference;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Modeling.Prompts;
using TorchSharp;
using static TorchSharp.torch;

namespace SamTune.Bench.Benches;

/// <summary>How long a user waits for a mask: of a program that was just started, and of one that runs.</summary>
internal sealed class PredictionLatency : IBench
{
    private const int UsualRuns = 5, UsualRounds = 7, UsualSide = 1024, TinySide = 256, Prompts = 32, PictureSide = 512;

    /// <inheritdoc/>
    public string Name => "prediction-latency";

    /// <inheritdoc/>
    public string Description => "seconds to a mask, cold and warm, one prompt and 32, on sam_tiny and ViT-B. Arguments: cold runs (5), warm rounds (7), side of ViT-B's input (1024)";

    /// <inheritdoc/>
    public BenchReport Run(IReadOnlyList<string> arguments)
    {
        // The child's arguments are a path, the clock when it was started, and the side.
        if (arguments.Count > 0 && File.Exists(arguments[0]))
        {
            return ChildBench.Figures(Cold(arguments[0], long.Parse(arguments[1], CultureInfo.InvariantCulture), Arguments.Whole(Name, arguments, 2, UsualSide)));
        }

        int runs = Arguments.Whole(Name, arguments, 0, UsualRuns), rounds = Arguments.Whole(Name, arguments, 1, UsualRounds), side = Arguments.Whole(Name, arguments, 2, UsualSide);
        using var folder = new TemporaryFolder();
        string large = Path.Combine(folder.Path, "vit_b.safetensors");
        using (Sam model = RandomModel.VitB(side))
        {
            SamLoader.Save(model, large);
        }

        return new BenchReport(
            "Prediction latency",
            $"sam_tiny at {TinySide} x {TinySide} and ViT-B with random weights at {side} x {side}, float32; a picture of {PictureSide} x {PictureSide}, box prompts, masks in the picture's size. Cold: medians of {runs} processes, from their start on, files in the system's cache. Warm: medians of {rounds} rounds after one more, in turns.",
            [.. Rows("sam_tiny", RepositoryFolder.At("models", "sam_tiny", "sam_tiny.safetensors"), TinySide, runs, rounds), .. Rows("ViT-B", large, side, runs, rounds)]);
    }

    private IEnumerable<BenchRow> Rows(string name, string path, int side, int runs, int rounds)
    {
        double[] cold = Medians([.. Enumerable.Range(0, runs).Select(_ => ColdRun(path, side))]), warm = Warm(path, side, rounds);
        yield return new BenchRow($"{name}, cold: from the start of the process to the first mask", Seconds(cold.Sum()));
        yield return new BenchRow($"{name}, of it: runtime; libtorch; weights; picture; prompt", string.Join("; ", cold.Select(Seconds)));
        yield return new BenchRow($"{name}, warm: picture and prompt to mask", Seconds(warm[0] + warm[1]));
        yield return new BenchRow($"{name}, of it: picture; prompt", $"{Seconds(warm[0])}; {Seconds(warm[1])}");
        yield return new BenchRow($"{name}: decoder's forward pass, one prompt; {Prompts} at once", $"{Seconds(warm[2])}; {Seconds(warm[3])}");
        yield return new BenchRow($"{name}: {Prompts} prompts to masks, one by one; at once", $"{Seconds(warm[5])}; {Seconds(warm[4])}");
        yield return new BenchRow($"{name}: at once against one by one", FormattableString.Invariant($"{warm[4] / warm[5]:0.00}"));
    }

    private double[] ColdRun(string path, int side) =>
        [.. ChildBench.Run(Name, path, FormattableString.Invariant($"{Stopwatch.GetTimestamp()}"), FormattableString.Invariant($"{side}")).Split(' ').Select(word => double.Parse(word, CultureInfo.InvariantCulture))];

    // Seconds of each part; the stopwatch counts from the start of the machine and is the same in all processes.
    private static string Cold(string path, long started, int side)
    {
        var parts = new List<double>();
        long last = started;
        void Note()
        {
            parts.Add(Stopwatch.GetElapsedTime(last).TotalSeconds);
            last = Stopwatch.GetTimestamp();
        }

        Note();
        torch.zeros(1).Dispose();
        Note();
        using Sam model = SamLoader.Load(path, side);
        Note();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        predictor.SetImage(RandomModel.Picture(PictureSide, seed: 1));
        Note();
        predictor.Predict(Box(0));
        Note();
        return string.Join(' ', parts.Select(p => p.ToString(CultureInfo.InvariantCulture)));
    }

    private static double[] Warm(string path, int side, int rounds)
    {
        using Sam model = SamLoader.Load(path, side);
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        using Tensor embedding = randn(1, model.Architecture.PromptEmbedDim, model.Grid, model.Grid);
        RgbImage picture = RandomModel.Picture(PictureSide, seed: 1);
        PromptSet[] boxes = [.. Enumerable.Range(0, Prompts).Select(Box)];
        Action[] works =
        [
            () => predictor.SetImage(picture),
            () => predictor.Predict(boxes[0]),
            () => Decode(model, embedding, boxes[..1]),
            () => Decode(model, embedding, boxes),
            () => predictor.PredictMany(boxes),
            () => Array.ForEach(boxes, box => predictor.Predict(box)),
        ];
        return Medians([.. Enumerable.Range(0, rounds + 1).Select(_ => works.Select(Time).ToArray()).Skip(1)]);
    }

    private static void Decode(Sam model, Tensor embedding, PromptSet[] prompts)
    {
        using var pause = FinalizerPause.Start();
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using PromptBatch batch = PromptBatchBuilder.Build([(model.FrameFor(new ImageSize(PictureSide, PictureSide)), prompts)], model.Device);
        model.DecodeMasks(embedding, batch, NoAdaptation.Instance);
    }

    private static PromptSet Box(int i) => new() { Box = new BoundingBox(4 * i, 3 * i, (4 * i) + 150, (3 * i) + 200) };

    private static double Time(Action work)
    {
        long started = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static double[] Medians(double[][] found) => [.. found[0].Select((_, column) => Samples.Percentile([.. found.Select(f => f[column])], 50))];

    private static string Seconds(double value) => FormattableString.Invariant($"{value:0.000} s");
}
