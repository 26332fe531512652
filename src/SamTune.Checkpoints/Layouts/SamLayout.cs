namespace SamTune.Checkpoints.Layouts;

/// <summary>Whose names the tensors of a SAM checkpoint have.</summary>
public enum SamLayout
{
    /// <summary>Those of Meta's segment-anything: <c>image_encoder.blocks.0.attn.qkv.weight</c>.</summary>
    Reference,

    /// <summary>Those of Hugging Face's <c>SamModel</c>: <c>vision_encoder.layers.0.attn.qkv.weight</c>.</summary>
    HuggingFace,
}
