namespace SamTune.Evaluation.Relevance;

/// <summary>What a layer's update is a share of.</summary>
public enum LayerUpdateKind
{
    /// <summary>Change of the weights over the weights, Frobenius norms: of every weight of the layer, or of those that LoRA adjusts where it adjusts some.</summary>
    Weights,

    /// <summary>What an adapter adds to the features over the features, ||adapter(x)|| / ||x|| on the pictures: there is no change of weights to measure.</summary>
    AddedFeatures,

    /// <summary>Mean length of the learned tokens over the mean length of SAM's own embeddings of points and box corners.</summary>
    PromptTokens,
}
