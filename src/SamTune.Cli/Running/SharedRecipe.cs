using SamTune.Artifacts;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Cli.Running;

/// <summary>The recipe for a picture that passes through several adapters at once.</summary>
internal static class SharedRecipe
{
    /// <summary>Name of the flag that says whose recipe is taken where they differ.</summary>
    public const string Flag = "--recipe-of";

    /// <summary>The recipe of an artifact; null where it names none.</summary>
    /// <param name="manifest">The artifact's manifest.</param>
    /// <param name="source">The artifact, for messages.</param>
    public static PreprocessingSpec? Of(ArtifactManifest manifest, string source) => manifest.Preprocessing is { } json ? PreprocessingSpec.FromJson(json.GetRawText(), source) : null;

    /// <summary>The recipe that adapters share, or that of the one that is named.</summary>
    /// <param name="parts">Adapters by name, each with its recipe; null where it has none.</param>
    /// <param name="chosen">The name of one of them; null to need recipes that make the same picture.</param>
    /// <exception cref="InputException">None of them has the name, or their recipes differ and none is named.</exception>
    public static PreprocessingSpec? Of(IReadOnlyList<(string Name, PreprocessingSpec? Recipe)> parts, string? chosen)
    {
        string names = string.Join(", ", parts.Select(p => p.Name));
        if (chosen != null)
        {
            int at = parts.ToList().FindIndex(p => p.Name == chosen);
            return at >= 0 ? parts[at].Recipe : throw new InputException($"{Flag}: '{chosen}' is not among what is mixed; choose one of {names}.");
        }

        return parts.Skip(1).All(p => AreAlike(p.Recipe, parts[0].Recipe)) ? parts[0].Recipe : throw new InputException(
            $"domain: {names} were trained on pictures prepared in different ways ({string.Join("; ", parts.Select(p => $"{p.Name}: {p.Recipe?.ToString() ?? "none"}"))}); "
                + $"say whose recipe prepares the picture: {string.Join(" or ", parts.Select(p => $"{Flag} {p.Name}"))}.");
    }

    private static bool AreAlike(PreprocessingSpec? one, PreprocessingSpec? other) => one is null ? other is null : other != null && one.MakesTheSameAs(other);
}
