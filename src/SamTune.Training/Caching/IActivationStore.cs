using static TorchSharp.torch;

namespace SamTune.Training.Caching;

/// <summary>Activations by key, bounded in bytes.</summary>
internal interface IActivationStore : IDisposable
{
    /// <summary>Entries that were there but damaged.</summary>
    long Damaged { get; }

    /// <summary>Why nothing more can be kept, in a sentence for the user; null where all is well.</summary>
    string? Problem { get; }

    /// <summary>What is kept under a key, in the precision it was kept in; null when there is nothing. The caller changes it in no way; the store or the caller's scope disposes it.</summary>
    Tensor? Find(string key);

    /// <summary>Keeps a copy, if there is room.</summary>
    void Keep(string key, Tensor activation);
}
