namespace SamTune.Cli.Commands;

/// <summary>What <c>convert</c> writes.</summary>
internal enum CheckpointTarget
{
    /// <summary>safetensors with the reference's names.</summary>
    SafeTensors,

    /// <summary>A zip of <c>torch.save</c> with the reference's names.</summary>
    Pth,

    /// <summary>safetensors with the names of Hugging Face's <c>SamModel</c>.</summary>
    Hf,
}
