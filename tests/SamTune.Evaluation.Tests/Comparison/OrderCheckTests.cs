using SamTune.Evaluation.Comparison;

namespace SamTune.Evaluation.Tests.Comparison;

public sealed class OrderCheckTests
{
    [Fact]
    public void The_claimed_order_holds_when_it_was_measured()
    {
        IReadOnlyList<OrderCheck> checks = Comparisons.Report().Order;
        Assert.Equal(8, checks.Count);
        Assert.All(checks, c => Assert.True(c.Holds));
        Assert.Equal(2, checks.Count(c => c is { Subject: SubjectKind.Other, Prompt: "1 point" }));
    }

    [Fact]
    public void A_method_below_zero_shot_or_prompt_tuning_is_named_with_both_numbers()
    {
        IReadOnlyList<OrderCheck> checks = Comparisons.Report(m => m == "lora" ? 0.35 : Comparisons.Claimed(m)).Order;
        foreach (OrderCheck check in checks)
        {
            string exception = Assert.Single(check.Exceptions);
            Assert.StartsWith("LoRA 0.3500 is not above", exception, StringComparison.Ordinal);
            Assert.Contains(check.Statement == OrderCheck.AboveZeroShot ? "zero-shot 0.4000" : "prompt tuning 0.5000", exception, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_equal_score_is_not_above() =>
        Assert.All(Comparisons.Report(_ => 0.5).Order, c => Assert.Equal(c.Statement == OrderCheck.AboveZeroShot ? 4 : 3, c.Exceptions.Count));
}
