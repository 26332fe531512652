namespace SamTune.Adaptation;

/// <summary>Checks of the first encoder block that a method adapts.</summary>
internal static class LatePlacement
{
    /// <summary>Refuses a block that no encoder has.</summary>
    public static void Validate(int? fromBlock, string method)
    {
        if (fromBlock < 0)
        {
            throw new ArgumentException($"{method}: the first block is {fromBlock}; it must be at least 0.");
        }
    }

    /// <summary>Refuses a block that this encoder does not have.</summary>
    public static void Validate(int? fromBlock, string method, int depth)
    {
        if (fromBlock >= depth)
        {
            throw new ArgumentException($"{method}: the first block is {fromBlock}; this encoder has blocks 0..{depth - 1}.");
        }
    }
}
