using SamTune.Evaluation.Reports;
using SamTune.Evaluation.Statistics;

namespace SamTune.Evaluation.Comparison;

/// <summary>How names and numbers are written for people.</summary>
internal static class Words
{
    public const string Missing = "-";

    public static string MethodName(string method) => method switch
    {
        "prompt" => "prompt tuning",
        "lora" => "LoRA",
        "full" => "full fine-tuning",
        _ => method,
    };

    public static string Subjects(SubjectKind subject) => subject == SubjectKind.Same ? "same subject" : "other subjects";

    public static string Prompt(string prompt) => prompt == "box" ? "a box" : prompt;

    public static string Interval(BootstrapInterval? interval) =>
        MarkdownTable.Interval(interval, "0.000");

    public static string Signed(BootstrapInterval? interval) =>
        interval == null ? Missing : $"{interval.Mean:+0.000;-0.000;0.000} [{interval.Lower:+0.000;-0.000;0.000}, {interval.Upper:+0.000;-0.000;0.000}]";

    public static string Percent(double share) => $"{100 * share:0.0}";

    public static string SignedPercent(double share) => $"{100 * share:+0.0;-0.0;0.0}";

    public static string Megabytes(long bytes) => $"{bytes / 1e6:n0}";
}
