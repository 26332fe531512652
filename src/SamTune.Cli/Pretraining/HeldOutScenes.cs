using SamTune.Checkpoints.Registry;
using SamTune.Synthesis;

namespace SamTune.Cli.Pretraining;

/// <summary>
/// Synthetic scenes that no training used: the base's own kind of pictures, for a base that <c>samtune pretrain</c> made. Their random stream is another than those of training and validation, and
/// figures are made by code alone, without the drawn icons that half of the figures of pretraining are.
/// </summary>
internal static class HeldOutScenes
{
    /// <summary>How many are measured where nothing else is said.</summary>
    public const int Usual = 48;

    // The held-out scenes of the last stage of recipes/ have this seed.
    private const long Seed = 6;

    /// <summary>Whether a base is known to have been pretrained on such scenes.</summary>
    /// <param name="name">The base's file name.</param>
    public static bool AreOwnOf(string name) => Path.GetFileNameWithoutExtension(name) == ModelRegistry.BundledName;

    /// <summary>Describes the scenes.</summary>
    /// <param name="count">Number of scenes.</param>
    /// <param name="side">Height and width, in pixels.</param>
    public static SyntheticScenes Open(int count, int side) => new(count, new SceneOptions { Side = side }, [], Seed, "test");
}
