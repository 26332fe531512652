using SamTune.Adaptation.Domains;

namespace SamTune.Cli.DomainTable;

/// <summary>Many domains on one base: domains.json of <c>samtune domain-table</c>.</summary>
internal sealed record DomainTableReport
{
    /// <summary>File name of the base.</summary>
    public required string Base { get; init; }

    /// <summary>Fingerprint of its weights before anything was trained.</summary>
    public required string BaseSha256 { get; init; }

    /// <summary>Whether the weights in memory had this fingerprint after everything was measured.</summary>
    public required bool BaseUnchanged { get; init; }

    /// <summary>Side of the square input.</summary>
    public required int InputSide { get; init; }

    /// <summary>Steps of each training.</summary>
    public required int Steps { get; init; }

    /// <summary>Pictures a step.</summary>
    public required int Batch { get; init; }

    /// <summary>The domains.</summary>
    public required IReadOnlyList<DomainSummary> Domains { get; init; }

    /// <summary>One row a domain's held-out pictures, and one for the synthetic scenes.</summary>
    public required IReadOnlyList<DomainTableRow> Rows { get; init; }

    /// <summary>What the router made of each row's pictures.</summary>
    public required IReadOnlyList<RoutingSummary> Routing { get; init; }

    /// <summary>Largest difference of a mask's logits between one batch of a picture of each domain, each through its own adapter, and the same pictures one at a time.</summary>
    public required double MixedBatchDifference { get; init; }

    /// <summary>What the whole run took.</summary>
    public required double Seconds { get; init; }

    /// <summary>Names of the columns of scores: the base and the adapters.</summary>
    public IReadOnlyList<string> Columns => [AdapterSet.BaseName, .. Domains.Select(d => d.Name)];
}

/// <summary>A domain and its adapter.</summary>
/// <param name="Name">The domain.</param>
/// <param name="Truth">Where its masks come from.</param>
/// <param name="TrainingPictures">Pictures trained on; 0 where a trained artifact was given.</param>
/// <param name="Method">The adapter's method.</param>
/// <param name="Parameters">Values trained.</param>
/// <param name="Bytes">Size of the artifact.</param>
/// <param name="TrainingSeconds">What training took; null where a trained artifact was given.</param>
/// <param name="BestStep">The step whose weights were kept; null where a trained artifact was given.</param>
internal sealed record DomainSummary(string Name, string Truth, int TrainingPictures, string Method, long Parameters, long Bytes, double? TrainingSeconds, int? BestStep);

/// <summary>Mean Dice on some pictures.</summary>
/// <param name="Data">The domain, or the scenes.</param>
/// <param name="Pictures">Pictures measured.</param>
/// <param name="Objects">Objects measured.</param>
/// <param name="FilledBox">Dice of the filled box, a method that learns nothing.</param>
/// <param name="Box">Dice with the exact box, by adapter, the base and "auto" among them.</param>
/// <param name="Point">Dice with one click.</param>
internal sealed record DomainTableRow(
    string Data, int Pictures, int Objects, double FilledBox, IReadOnlyDictionary<string, double> Box, IReadOnlyDictionary<string, double> Point);

/// <summary>What the router made of some pictures.</summary>
/// <param name="Data">The domain, or the scenes.</param>
/// <param name="Pictures">Pictures routed.</param>
/// <param name="Right">Share that went to the domain's own adapter; of the scenes, to the base.</param>
/// <param name="Nearest">Share whose nearest prototype was the domain's, whatever the confidence; null for the scenes.</param>
/// <param name="Base">Share that fell back to the base.</param>
/// <param name="Confidence">Mean confidence in the nearest domain.</param>
internal sealed record RoutingSummary(string Data, int Pictures, double Right, double? Nearest, double Base, double Confidence);
