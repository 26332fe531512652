namespace SamTune.Checkpoints.Registry;

/// <summary>What an attempt leaves to be done.</summary>
internal enum TransferEnding
{
    /// <summary>All bytes are there.</summary>
    Complete,

    /// <summary>Another attempt may bring the rest.</summary>
    Interrupted,

    /// <summary>This address does not give the file, however often it is asked.</summary>
    Refused,
}
