namespace SamTune.Evaluation.Relevance;

/// <summary>How much a method changed one part of the model.</summary>
/// <param name="Layer">"patches", "block 0" .., "neck", "output adapter", "prompt encoder", "decoder" or "prompt tokens".</param>
/// <param name="Kind">What is compared with what.</param>
/// <param name="UpdateNorm">Size of the change.</param>
/// <param name="BaseNorm">Size of what it is compared with.</param>
public sealed record LayerUpdate(string Layer, LayerUpdateKind Kind, double UpdateNorm, double BaseNorm)
{
    /// <summary>Layer of the adapter on the image embedding; there only where the method has one.</summary>
    public const string OutputAdapter = "output adapter";

    /// <summary>Size of the change over what it is compared with; 0 where nothing changed.</summary>
    public double Relative => UpdateNorm == 0 ? 0 : UpdateNorm / BaseNorm;

    /// <summary>Whether this is a block of the image encoder.</summary>
    public bool IsBlock => Layer.StartsWith("block ", StringComparison.Ordinal);
}
