using System.Globalization;
using SamTune.Imaging;

namespace SamTune.Adaptation.Domains;

/// <summary>Domains with weights, as people write them: <c>mri</c> or <c>mri:0.7+ct:0.3</c>.</summary>
/// <param name="Parts">Domains in the order written, each once; a weight that is not written is 1.</param>
public sealed record DomainMixture(IReadOnlyList<(string Domain, double Weight)> Parts)
{
    /// <summary>The domain where there is one of weight 1; null for a mixture.</summary>
    public string? Lone => Parts is [(string domain, 1)] ? domain : null;

    /// <summary>Reads a mixture.</summary>
    /// <param name="text">Domains joined by "+", each with ":" and a weight where it is not 1. A negative weight subtracts.</param>
    /// <exception cref="InputException">A domain is empty or doubled, or a weight is no finite number.</exception>
    public static DomainMixture Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var parts = new List<(string Domain, double Weight)>();
        foreach (string part in text.Split('+', StringSplitOptions.TrimEntries))
        {
            string[] words = part.Split(':', StringSplitOptions.TrimEntries);
            double weight = 1;
            if (words.Length > 2 || words[0].Length == 0
                || (words.Length == 2 && !(double.TryParse(words[1], NumberStyles.Float, CultureInfo.InvariantCulture, out weight) && double.IsFinite(weight))))
            {
                throw new InputException($"domain: '{part}' of '{text}' is no domain with a weight; write such as mri or mri:0.7+ct:0.3.");
            }

            if (parts.Any(p => p.Domain == words[0]))
            {
                throw new InputException($"domain: '{words[0]}' stands twice in '{text}'; add its weights up.");
            }

            parts.Add((words[0], weight));
        }

        return new DomainMixture(parts);
    }

    /// <summary>The mixture as it is written.</summary>
    public override string ToString() =>
        string.Join('+', Parts.Select(p => p.Weight == 1 ? p.Domain : string.Create(CultureInfo.InvariantCulture, $"{p.Domain}:{p.Weight}")));
}
