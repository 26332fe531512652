using SamTune.Imaging;
using SamTune.Imaging.Drawing;
using ScottPlot;

namespace SamTune.Evaluation.Comparison;

/// <summary>Charts of a comparison, as PNG files.</summary>
public static class ComparisonCharts
{
    private const int Width = 1200, Height = 640;

    /// <summary>Draws validation Dice over steps or over seconds, one line a method.</summary>
    /// <param name="path">The PNG to write.</param>
    /// <param name="methods">The methods.</param>
    /// <param name="overSeconds">Whether the axis is seconds instead of steps.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void LearningCurves(string path, IReadOnlyList<ComparedMethod> methods, bool overSeconds)
    {
        using var plot = new Plot();
        foreach ((int i, ComparedMethod method) in methods.Index())
        {
            ScottPlot.Plottables.Scatter line = plot.Add.Scatter(
                method.Curve.Select(p => overSeconds ? p.Seconds : p.Step).ToArray(), method.Curve.Select(p => p.Dice).ToArray(), ColourOf(i + 1));
            line.LegendText = Words.MethodName(method.Method);
            line.LineWidth = 3;
            line.MarkerSize = 7;
        }

        plot.XLabel(overSeconds ? "seconds of training" : "step");
        plot.YLabel("validation Dice");
        Save(plot, path);
    }

    /// <summary>Draws Dice with its interval by method, prompt and kind of subject.</summary>
    /// <param name="path">The PNG to write.</param>
    /// <param name="scores">Scores; the rows over all sets of a kind are drawn.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Scores(string path, IReadOnlyList<ComparedScore> scores)
    {
        using var plot = new Plot();
        var groups = scores.Where(s => s.Set == null).GroupBy(s => (s.Subject, s.Prompt)).OrderByDescending(g => g.Key.Subject).ToList();
        string[] methods = [.. scores.Select(s => s.Method).Distinct()];
        foreach ((int m, string method) in methods.Index())
        {
            Bar[] bars =
            [
                .. groups.Index().Select(g => (g.Index, Score: g.Item.Single(s => s.Method == method))).Select(g => new Bar
                {
                    Position = (g.Index * (methods.Length + 1)) + m,
                    Value = g.Score.Dice.Mean,
                    FillColor = ColourOf(m),
                }),
            ];
            plot.Add.Bars(bars).LegendText = Words.MethodName(method);

            // Drawn as lines of their own: a bar's error is symmetric, an interval is not.
            foreach ((int g, var group) in groups.Index())
            {
                ComparedScore score = group.Single(s => s.Method == method);
                plot.Add.Line(bars[g].Position, score.Dice.Lower, bars[g].Position, score.Dice.Upper).Color = Colors.Black;
            }
        }

        plot.Axes.Bottom.SetTicks(
            [.. groups.Select((_, g) => (g * (methods.Length + 1)) + ((methods.Length - 1) / 2.0))],
            [.. groups.Select(g => $"{Words.Subjects(g.Key.Subject)}, {Words.Prompt(g.Key.Prompt)}")]);
        plot.YLabel("Dice");
        plot.Axes.SetLimitsY(0, 1);
        Save(plot, path);
    }

    private static void Save(Plot plot, string path)
    {
        plot.ShowLegend(Edge.Bottom);
        plot.ScaleFactor = 1.6;
        byte[] png = plot.GetImage(Width, Height).GetImageBytes();
        AtomicFile.Write(path, stream => stream.Write(png));
    }

    // Zero-shot is grey, as it is no method.
    private static Color ColourOf(int method)
    {
        if (method == 0)
        {
            return Colors.Gray;
        }

        RgbColour colour = RgbColour.ForIndex(method - 1);
        return new Color(colour.R, colour.G, colour.B);
    }
}
