using SamTune.Adaptation.Lora;
using SamTune.Evaluation.Statistics;
using SamTune.Training;
using SamTune.Training.State;

namespace SamTune.Cli.Fewshot;

/// <summary>Everything that the few-shot experiment found: fewshot.json.</summary>
internal sealed record FewshotReport
{
    /// <summary>File name of the base.</summary>
    public required string Base { get; init; }

    /// <summary>Data set that was drawn from.</summary>
    public required string Dataset { get; init; }

    /// <summary>Pictures with objects that could be drawn.</summary>
    public required int TrainingPictures { get; init; }

    /// <summary>Pictures that decided when to stop; they are labelled too, and come on top of the shots.</summary>
    public required int ValidationPictures { get; init; }

    /// <summary>Pictures that were measured, never trained on nor stopped by.</summary>
    public required int TestPictures { get; init; }

    /// <summary>What a reader of the numbers must know; null when there is nothing.</summary>
    public string? Warning { get; init; }

    /// <summary>What was trained.</summary>
    public required LoraConfig Method { get; init; }

    /// <summary>Settings of the first training; the others differ in the seed.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>The base before any training.</summary>
    public required FewshotScores ZeroShot { get; init; }

    /// <summary>The claim that stands beside <see cref="ZeroShot"/>, percent.</summary>
    public double ClaimedZeroShot { get; init; } = FewshotPlan.ClaimedZeroShot;

    /// <summary>One row a number of shots.</summary>
    public required IReadOnlyList<FewshotRow> Rows { get; init; }

    /// <summary>What the numbers say, in words.</summary>
    public required IReadOnlyList<string> Findings { get; init; }
}

/// <summary>Mean scores on the test pictures.</summary>
/// <param name="BoxDice">Dice with the exact box, 0..1.</param>
/// <param name="BoxIou">IoU with the exact box, 0..1.</param>
/// <param name="PointDice">Dice with one click, 0..1.</param>
/// <param name="PointIou">IoU with one click, 0..1.</param>
internal sealed record FewshotScores(double BoxDice, double BoxIou, double PointDice, double PointIou);

/// <summary>One training: result.json in its folder.</summary>
/// <param name="Pictures">Training pictures.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="Steps">Steps done.</param>
/// <param name="BestStep">Step of the lowest validation loss, whose parameters were measured.</param>
/// <param name="Ending">Why it ended.</param>
/// <param name="Scores">What was measured.</param>
internal sealed record FewshotCell(int Pictures, long Seed, int Steps, int BestStep, TrainingEnding Ending, FewshotScores Scores);

/// <summary>All seeds of one number of shots; intervals are 95 % t intervals over the seeds.</summary>
/// <param name="Shots">As asked.</param>
/// <param name="Pictures">As there were: fewer than asked where the data set has no more.</param>
/// <param name="BoxDice">Dice with the exact box.</param>
/// <param name="BoxIou">IoU with the exact box.</param>
/// <param name="PointDice">Dice with one click.</param>
/// <param name="PointIou">IoU with one click.</param>
/// <param name="Claim">The claim under test, percent; null where there is none for this number.</param>
/// <param name="Cells">The trainings.</param>
internal sealed record FewshotRow(
    int Shots, int Pictures, StudentInterval BoxDice, StudentInterval BoxIou, StudentInterval PointDice, StudentInterval PointIou, double? Claim,
    IReadOnlyList<FewshotCell> Cells)
{
    /// <summary>Collects the trainings of a row.</summary>
    public static FewshotRow Of(int shots, IReadOnlyList<FewshotCell> cells)
    {
        StudentInterval Over(Func<FewshotScores, double> score) => StudentInterval.OfMean([.. cells.Select(c => score(c.Scores))]);
        double? claim = FewshotPlan.Claims.TryGetValue(shots, out double percent) ? percent : null;
        return new FewshotRow(shots, cells[0].Pictures, Over(s => s.BoxDice), Over(s => s.BoxIou), Over(s => s.PointDice), Over(s => s.PointIou), claim, cells);
    }
}
