namespace SamTune.Evaluation.Comparison;

/// <summary>A figure in circulation that the project tests: a claim, never a measurement.</summary>
/// <param name="Method">The method's name, or <see cref="ComparedScore.ZeroShot"/>.</param>
/// <param name="DicePercent">Dice claimed on medical images, in percent.</param>
/// <param name="Conditions">What the claim says about how it was got.</param>
public sealed record PublishedClaim(string Method, double DicePercent, string Conditions)
{
    /// <summary>The claims about adapting SAM to medical images that the project set out to test, by rising Dice. These are the only numbers of a report that are typed in.</summary>
    public static IReadOnlyList<PublishedClaim> All { get; } =
    [
        new(ComparedScore.ZeroShot, 60.3, "SAM as it is, on medical images"),
        new("prompt", 72.1, "10 learned tokens of width 256, fewer than 100 steps"),
        new("lora", 83.7, "rank 8 on the image encoder's q and v, alpha 32"),
        new("adapters", 85.2, "bottleneck of 64 after each block of a 1280 wide image encoder"),
        new("full", 90.06, "everything trained, 20 to 50 epochs on more than 10,000 images"),
    ];
}
