namespace SamTune.Modeling.Loading;

/// <summary>What a model is written as.</summary>
public enum SamFileFormat
{
    /// <summary>safetensors with the names of the published checkpoints.</summary>
    SafeTensors,

    /// <summary>What torch.load reads, with the names of the published checkpoints.</summary>
    Pth,

    /// <summary>safetensors with the names of Hugging Face's SamModel.</summary>
    HuggingFace,
}
