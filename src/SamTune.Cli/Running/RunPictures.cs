using System.Text.Json;
using SamTune.Data.Datasets;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Drawing;
using SamTune.Inference;
using ScottPlot;

namespace SamTune.Cli.Running;

/// <summary>The two pictures that a training run leaves: how it learned, and what it sees.</summary>
internal static class RunPictures
{
    private const int Examples = 4;
    private const int LargestCell = 384;

    /// <summary>Draws loss and validation Dice over the steps.</summary>
    /// <param name="log">log.jsonl of the run.</param>
    /// <param name="path">The PNG to write.</param>
    public static void LearningCurve(string log, string path)
    {
        List<(double Step, double Value)> loss = [], validationLoss = [], dice = [];
        foreach (string line in File.ReadLines(log))
        {
            JsonElement entry = JsonElement.Parse(line);
            Collect(entry, "loss", loss);
            Collect(entry, "validationLoss", validationLoss);
            Collect(entry, "validationDice", dice);
        }

        using var plot = new Plot();
        Draw(plot, loss, "training loss");
        Draw(plot, validationLoss, "validation loss");
        if (Draw(plot, dice, "validation Dice") is { } scatter)
        {
            scatter.Axes.YAxis = plot.Axes.Right;
            plot.Axes.Right.Label.Text = "Dice";
            plot.Axes.SetLimitsY(0, 1, plot.Axes.Right);
        }

        plot.XLabel("step");
        plot.YLabel("loss");
        plot.ShowLegend(Edge.Bottom);
        byte[] png = plot.GetImage(1000, 600).GetImageBytes();
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    /// <summary>Draws a few pictures of a data set: the true masks on the left, what the model finds from a box on the right.</summary>
    public static void Overlays(SamPredictor predictor, ISegmentationDataset dataset, PromptKind prompt, string path)
    {
        List<RgbImage> cells = [];
        int step = Math.Max(1, dataset.Samples.Count / Examples);
        for (int i = 0; i < dataset.Samples.Count && cells.Count < 2 * Examples; i += step)
        {
            Sample sample = dataset.Load(i);
            Overlay truth = new(sample.Image), found = new(sample.Image);
            predictor.SetImage(sample.Image);
            foreach (ObjectMask item in sample.Objects)
            {
                truth.Mask(item.Mask, RgbColour.Orange);
                PromptSet exact = ExactPrompt.Of(item.Mask, prompt);
                found.Mask(predictor.Predict(exact, multimask: false).Best.ToBinaryMask(), RgbColour.Green);
                if (exact.Box is { } box)
                {
                    found.Box(box, RgbColour.Blue);
                }
            }

            cells.Add(truth.Image);
            cells.Add(found.Image);
        }

        // Small pictures keep their size: a cell is no larger than the largest of them.
        ImageSize cell = new(Math.Min(LargestCell, cells.Max(c => c.Size.Height)), Math.Min(LargestCell, cells.Max(c => c.Size.Width)));
        ImageWriter.WriteRgbPng(path, ContactSheet.Create(cells, columns: 2, cell));
    }

    private static void Collect(JsonElement entry, string key, List<(double, double)> points)
    {
        if (entry.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Number)
        {
            points.Add((entry.GetProperty("step").GetDouble(), value.GetDouble()));
        }
    }

    private static ScottPlot.Plottables.Scatter? Draw(Plot plot, List<(double Step, double Value)> points, string name)
    {
        if (points.Count == 0)
        {
            return null;
        }

        ScottPlot.Plottables.Scatter scatter = plot.Add.Scatter(points.Select(p => p.Step).ToArray(), points.Select(p => p.Value).ToArray());
        scatter.LegendText = name;
        return scatter;
    }
}
