using SamTune.Modeling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Adaptation;

/// <summary>A method applied to one model: its trainable parameters, and what it adds to a forward pass.</summary>
/// <remarks>Disposing frees what the method owns; the model and its weights stay the caller's.</remarks>
public interface IFineTuning : IDisposable
{
    /// <summary>The method and its settings.</summary>
    MethodConfig Config { get; }

    /// <summary>What is handed to the model with each call.</summary>
    IModelAdaptation Adaptation { get; }

    /// <summary>What of the image encoder comes before everything that is trained.</summary>
    FrozenPrefix FrozenPrefix { get; }

    /// <summary>
    /// Whether what happens inside the image encoder depends on what is trained. When it does not, the base's embeddings can be computed once and kept, and
    /// <see cref="IModelAdaptation.ApplyToEmbedding"/> applied to them.
    /// </summary>
    bool ChangesImageEncoder => !FrozenPrefix.IsWhole;

    /// <summary>Everything that is trained, by the name it is saved under, in a fixed order.</summary>
    IReadOnlyList<(string Name, Parameter Parameter)> Trainable { get; }

    /// <summary>Switches training behaviour on or off and starts the random streams of one step; methods without randomness ignore it.</summary>
    /// <param name="training">True while training.</param>
    /// <param name="seed">Where the step's random numbers come from.</param>
    void SetMode(bool training, long seed);

    /// <summary>Where the random stream of the step stands now, so that a part of a pass can be computed again with the same numbers; null for methods without randomness.</summary>
    /// <returns>The state; the caller disposes it.</returns>
    Tensor? RandomState() => null;

    /// <summary>Sets the random stream back to where it stood.</summary>
    /// <param name="state">What <see cref="RandomState"/> gave.</param>
    void RestoreRandomState(Tensor state)
    {
    }
}

/// <summary>A method whose update can be added to the base weights, so that serving costs nothing extra.</summary>
public interface IMergeable
{
    /// <summary>Adds the update to the base weights; the adaptation must not be handed in from then on.</summary>
    /// <param name="model">The model this was made for.</param>
    void Merge(Sam model);

    /// <summary>Takes the update out of the base weights again, exact to rounding.</summary>
    /// <param name="model">The model it was merged into.</param>
    void Unmerge(Sam model);
}
