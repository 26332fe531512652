using SamTune.Checkpoints.Layouts;

namespace SamTune.Cli.Running;

/// <summary>The sizes of a base model without loading it.</summary>
internal static class BaseSizes
{
    /// <summary>Reads them from the checkpoint's headers; ViT-B where none is named.</summary>
    /// <param name="source">A file, or a name that <see cref="BaseName"/> knows; null for none.</param>
    public static SamArchitecture Of(string? source)
    {
        if (source == null)
        {
            return SamArchitecture.VitB;
        }

        using SamCheckpoint checkpoint = SamCheckpoint.Open(BaseName.Resolve(source));
        return checkpoint.Architecture;
    }
}
