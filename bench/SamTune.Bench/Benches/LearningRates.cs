using SamTune.Adaptation;
using SamTune.Cli.Commands;
using SamTune.Cli.Quickstart;
using SamTune.Training;
using SamTune.Training.State;

namespace SamTune.Bench.Benches;

/// <summary>The quickstart's learning rates beside a third and three times of each, on its training and validation slices; no test slice is opened for a figure.</summary>
internal sealed class LearningRates : IBench
{
    private const int Seed = 1;
    private static readonly double[] s_factors = [1.0 / 3, 1, 3];

    /// <inheritdoc/>
    public string Name => "learning-rates";

    /// <inheritdoc/>
    public string Description => $"validation loss and Dice of each method of the quickstart at its learning rate, a third and three times of it. Arguments: steps ({QuickstartCommand.Steps})";

    /// <inheritdoc/>
    public BenchReport Run(IReadOnlyList<string> arguments)
    {
        int steps = Arguments.Whole(Name, arguments, 0, QuickstartCommand.Steps);
        var plan = new QuickstartPlan(Seed, steps, IsQuick: false);
        var data = new QuickstartData(plan, RepositoryFolder.At("data", "mri"));
        List<BenchRow> rows = [];
        foreach ((MethodConfig config, double used) in QuickstartPlan.Methods)
        {
            (double Rate, ValidationPoint Best)[] tried = [.. s_factors.Select(factor => used * factor).Select(rate => (rate, Best(config, rate, plan, data)))];
            double lowest = tried.Min(t => t.Best.Loss);
            rows.AddRange(tried.Select(t => new BenchRow(
                FormattableString.Invariant($"{config.Method}, rate {t.Rate:0.##e0}"),
                FormattableString.Invariant($"loss {t.Best.Loss:0.0000}, Dice {t.Best.Dice:0.000} at step {t.Best.Step}"),
                t.Rate == used ? "lowest loss" : null,
                t.Rate == used ? t.Best.Loss == lowest : null)));
        }

        return new BenchReport(
            "Learning rates",
            $"sam_tiny, {steps} steps on {data.Train.Samples.Count} training slices of the quickstart; the lowest loss on its {data.Validation.Samples.Count} validation slices, each object with a box and with one click, measured every {plan.ValidateEvery} steps; Dice at that step. The rate with a bar is the one that the quickstart uses.",
            rows);
    }

    private static ValidationPoint Best(MethodConfig config, double rate, QuickstartPlan plan, QuickstartData data) => TinyTraining.Run(config, plan.Seed, (model, method, folder) =>
        new Trainer(model, method, data.Train, data.Validation, plan.OptionsFor(rate), folder, TimeProvider.System).Run(resume: false, progress: null, CancellationToken.None).Best!);
}
