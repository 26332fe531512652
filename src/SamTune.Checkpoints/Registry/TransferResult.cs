namespace SamTune.Checkpoints.Registry;

/// <summary>How an attempt to fetch a file ended.</summary>
/// <param name="Ending">What to do next.</param>
/// <param name="Reason">Why it is not complete; empty where it is.</param>
internal readonly record struct TransferResult(TransferEnding Ending, string Reason)
{
    public static TransferResult Complete { get; } = new(TransferEnding.Complete, "");

    public static TransferResult Interrupted(string reason) => new(TransferEnding.Interrupted, reason);

    public static TransferResult Refused(string reason) => new(TransferEnding.Refused, reason);
}
