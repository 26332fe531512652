namespace SamTune.Evaluation.Comparison;

/// <summary>Whether the methods rank as expected, on the test sets of one kind of subject and with one prompt.</summary>
/// <param name="Statement">What is expected.</param>
/// <param name="Subject">Which test sets.</param>
/// <param name="Prompt">Which prompt.</param>
/// <param name="Exceptions">Where it does not hold, each with both numbers; empty when it holds.</param>
public sealed record OrderCheck(string Statement, SubjectKind Subject, string Prompt, IReadOnlyList<string> Exceptions)
{
    /// <summary>First statement.</summary>
    public const string AboveZeroShot = "every method is above zero-shot";

    /// <summary>Second statement.</summary>
    public const string AbovePromptTuning = "full, adapters and LoRA are above prompt tuning";

    private static readonly string[] s_above = ["full", "adapters", "lora"];

    /// <summary>Whether it holds everywhere.</summary>
    public bool Holds => Exceptions.Count == 0;

    /// <summary>Checks both statements by the mean Dice over the sets, for each kind of subject and each prompt.</summary>
    /// <param name="scores">Scores of all methods; the rows over all sets of a kind are read.</param>
    public static IReadOnlyList<OrderCheck> Of(IReadOnlyList<ComparedScore> scores) =>
    [
        .. from s in scores
           where s.Set == null
           group s by (s.Subject, s.Prompt) into rows
           let byMethod = rows.ToDictionary(r => r.Method, r => r.Dice.Mean)
           from check in new[]
           {
               Check(AboveZeroShot, rows.Key, byMethod, byMethod.Keys.Where(m => m != ComparedScore.ZeroShot), ComparedScore.ZeroShot),
               Check(AbovePromptTuning, rows.Key, byMethod, s_above.Where(byMethod.ContainsKey), "prompt"),
           }
           select check,
    ];

    private static OrderCheck Check(
        string statement, (SubjectKind Subject, string Prompt) where, Dictionary<string, double> dice, IEnumerable<string> above, string below) =>
        new(statement, where.Subject, where.Prompt,
        [
            .. above.Where(m => !(dice[m] > dice[below])).Select(m => $"{Words.MethodName(m)} {dice[m]:0.0000} is not above {Words.MethodName(below)} {dice[below]:0.0000}"),
        ]);
}
