namespace SamTune.Data.Checking;

/// <summary>How much a finding matters.</summary>
public enum ProblemSeverity
{
    /// <summary>Training works, but its result may not be what it seems.</summary>
    Warning,

    /// <summary>Training would fail, or its measurement would be false.</summary>
    Error,
}

/// <summary>Something a user should know before training.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Code">A word for scripts, such as "unpaired".</param>
/// <param name="Message">One line: place, found, remedy.</param>
public sealed record DatasetProblem(ProblemSeverity Severity, string Code, string Message);
