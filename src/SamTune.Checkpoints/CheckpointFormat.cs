namespace SamTune.Checkpoints;

/// <summary>How a checkpoint lies on disk.</summary>
public enum CheckpointFormat
{
    /// <summary>One safetensors file.</summary>
    SafeTensors,

    /// <summary>Several safetensors files with an index, <c>model.safetensors.index.json</c>.</summary>
    SafeTensorsSharded,

    /// <summary>What <c>torch.save</c> writes since PyTorch 1.6: an uncompressed zip with a pickle inside.</summary>
    PthZip,

    /// <summary>What <c>torch.save</c> wrote before: pickles followed by the raw storages.</summary>
    PthLegacy,
}
