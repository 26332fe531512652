namespace SamTune.Adaptation;

/// <summary>
/// What of the image encoder comes before everything that is trained: it is the base's for every picture, so it can be computed once and kept, and no gradient crosses it.
/// </summary>
/// <param name="Blocks">
/// Blocks that are the base's, from the first on; <see cref="Modeling.IModelAdaptation.ApplyAfterBlock"/> of the last of them may already be trained. Null where the patch embedding
/// itself is trained, so that nothing is frozen.
/// </param>
/// <param name="IsWhole">Whether the neck is the base's too: only <see cref="Modeling.IModelAdaptation.ApplyToEmbedding"/> is left.</param>
public readonly record struct FrozenPrefix(int? Blocks, bool IsWhole)
{
    /// <summary>Nothing is frozen: the patch embedding is trained.</summary>
    public static FrozenPrefix None { get; } = new(null, false);

    /// <summary>The patch embedding and some blocks.</summary>
    /// <param name="blocks">Their number, from 0.</param>
    public static FrozenPrefix UpTo(int blocks) => new(blocks, false);

    /// <summary>The whole encoder with its neck.</summary>
    /// <param name="depth">Blocks of the encoder.</param>
    public static FrozenPrefix WholeEncoder(int depth) => new(depth, true);

    /// <summary>Whether there is anything that is worth keeping: at least one block.</summary>
    public bool IsWorthKeeping => IsWhole || Blocks > 0;
}
