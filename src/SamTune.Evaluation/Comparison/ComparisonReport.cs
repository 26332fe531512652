namespace SamTune.Evaluation.Comparison;

/// <summary>Everything one comparison of fine-tuning methods measured: the JSON file, and what the Markdown and HTML reports are written from.</summary>
public sealed record ComparisonReport
{
    /// <summary>What was compared, for the reader.</summary>
    public required string Title { get; init; }

    /// <summary>Whether this was a shortened run, whose figures say nothing about the methods.</summary>
    public required bool IsQuick { get; init; }

    /// <summary>Where every random number came from.</summary>
    public required long Seed { get; init; }

    /// <summary>The model that every method started from.</summary>
    public required ComparedBase Base { get; init; }

    /// <summary>How every method was trained.</summary>
    public required ComparisonProtocol Protocol { get; init; }

    /// <summary>Prompts that were measured with, as in <see cref="ComparedScore.Prompt"/>.</summary>
    public required IReadOnlyList<string> Prompts { get; init; }

    /// <summary>What was measured on.</summary>
    public required IReadOnlyList<ComparedSet> Sets { get; init; }

    /// <summary>The trained methods, in the order of training.</summary>
    public required IReadOnlyList<ComparedMethod> Methods { get; init; }

    /// <summary>Scores of every method, zero-shot first, on every set and over the sets of a kind of subject.</summary>
    public required IReadOnlyList<ComparedScore> Scores { get; init; }

    /// <summary>Scores of methods that learn nothing, on the same objects.</summary>
    public required IReadOnlyList<TrivialScore> Trivial { get; init; }

    /// <summary>Whether the methods rank as expected.</summary>
    public required IReadOnlyList<OrderCheck> Order { get; init; }

    /// <summary>What each method changed about what the model finds relevant; empty when it was not looked at.</summary>
    public IReadOnlyList<MethodRelevance> Relevance { get; init; } = [];

    /// <summary>Claims that stand beside the measurements; the only numbers of the report that are not measured.</summary>
    public IReadOnlyList<PublishedClaim> Claims { get; init; } = PublishedClaim.All;

    /// <summary>Pictures, as files in the report's folder.</summary>
    public required IReadOnlyList<ReportPicture> Pictures { get; init; }

    /// <summary>What the whole run took.</summary>
    public required RunCost Cost { get; init; }

    /// <summary>The mean over the sets of one kind of subject.</summary>
    /// <param name="method">A method's name or <see cref="ComparedScore.ZeroShot"/>.</param>
    /// <param name="subject">Which sets.</param>
    /// <param name="prompt">One of <see cref="Prompts"/>.</param>
    /// <exception cref="InvalidOperationException">It was not measured.</exception>
    public ComparedScore Overall(string method, SubjectKind subject, string prompt) =>
        Scores.Single(s => s.Set == null && s.Method == method && s.Subject == subject && s.Prompt == prompt);
}
