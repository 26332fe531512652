using SamTune.Cli.Fewshot;
using SamTune.Evaluation.Statistics;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;
using SamTune.Training.State;

namespace SamTune.Cli.Tests;

public sealed class FewshotCurveTests
{
    [Fact]
    public void The_curve_is_drawn_from_the_means_and_intervals_of_the_rows_and_from_the_claims()
    {
        IReadOnlyList<CurveSeries> series = FewshotCurve.Series(Report(0.8));
        Assert.Equal(["box", "1 point", "claims under test"], series.Select(s => s.Name));

        // 50 and 100 shots both had to take the 40 pictures that there are.
        Assert.All(series.Take(2), s => Assert.Equal([0, 10, 40], s.Pictures));
        Assert.Equal([0.4, 0.55, 0.8], series[0].Dice.Select(d => Math.Round(d, 12)));
        Assert.Equal([0.2, 0.45, 0.7], series[1].Dice.Select(d => Math.Round(d, 12)));
        double half = StudentInterval.OfMean([0.5, 0.6]).HalfWidth!.Value;
        Assert.Equal([0, half, 0], series[0].HalfWidths!, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal([0, 10, 50, 100], series[2].Pictures);
        Assert.Equal([0.652, 0.721, 0.788, 0.823], series[2].Dice.Select(d => Math.Round(d, 12)));
        Assert.Null(series[2].HalfWidths);
    }

    [Fact]
    public void The_picture_changes_where_a_point_changes_and_nowhere_else()
    {
        using var folder = new TemporaryFolder();
        RgbImage before = Draw(folder, 0.8), again = Draw(folder, 0.8), after = Draw(folder, 0.2);
        Assert.Equal(new ImageSize(FewshotCurve.Height, FewshotCurve.Width), before.Size);
        Assert.Equal(before.Pixels, again.Pixels);

        int[] columns = [.. Enumerable.Range(0, before.Pixels.Length).Where(i => before.Pixels[i] != after.Pixels[i]).Select(i => i / 3 % before.Size.Width).Distinct()];
        Assert.NotEmpty(columns);

        // The lines run from 10 to 40 of 0 to 100 pictures: the right half of the picture, and the left edge with its axis, stay.
        Assert.InRange(columns.Min(), FewshotCurve.Width / 12, FewshotCurve.Width / 3);
        Assert.InRange(columns.Max(), FewshotCurve.Width / 3, FewshotCurve.Width * 6 / 10);
    }

    private static RgbImage Draw(TemporaryFolder folder, double dice)
    {
        File.WriteAllBytes(folder.At("curve.png"), FewshotCurve.Draw(Report(dice)));
        return ImageReader.ReadRgb(folder.At("curve.png"));
    }

    private static FewshotReport Report(double best)
    {
        static FewshotCell Cell(int pictures, long seed, double dice) => new(pictures, seed, 9, 6, TrainingEnding.StoppedEarly, new FewshotScores(dice, dice - 0.2, dice - 0.1, dice - 0.15));
        FewshotScores zero = new(0.4, 0.3, 0.2, 0.1);
        FewshotRow[] rows =
        [
            FewshotRow.Of(10, [Cell(10, 1, 0.5), Cell(10, 2, 0.6)]),
            FewshotRow.Of(50, [Cell(40, 1, best), Cell(40, 2, best)]),
            FewshotRow.Of(100, [Cell(40, 1, best), Cell(40, 2, best)]),
        ];
        var plan = new FewshotPlan([10, 50, 100], [1, 2], MaxSteps: null, LearningRate: null);
        return new FewshotReport
        {
            Base = "tiny",
            Dataset = "discs",
            TrainingPictures = 40,
            ValidationPictures = 5,
            TestPictures = 5,
            Method = FewshotPlan.Method,
            Options = plan.Options(1),
            ZeroShot = zero,
            Rows = rows,
            Findings = FewshotFindings.Of(zero, rows),
        };
    }
}
