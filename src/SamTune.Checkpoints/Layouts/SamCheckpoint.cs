using System.Diagnostics.CodeAnalysis;
using SamTune.Checkpoints.Formats;

namespace SamTune.Checkpoints.Layouts;

/// <summary>
/// The SAM model inside a checkpoint, under the reference's names whatever the file calls its tensors: Meta's or Hugging Face's names, inside
/// a training checkpoint (<c>model</c>, <c>state_dict</c>, ...), behind a common beginning (<c>module.</c>, <c>sam.</c>). The caller disposes it.
/// </summary>
public sealed class SamCheckpoint : IDisposable
{
    /// <summary>The metadata key under which a safetensors file says the decoder's number of heads, which no shape shows.</summary>
    public const string DecoderHeadsKey = "samtune.decoder_heads";

    private readonly Checkpoint checkpoint;
    private readonly Dictionary<string, (TensorEntry Entry, string FileKey)> byName;

    private SamCheckpoint(Checkpoint checkpoint, SamModelLocation location, SamArchitecture architecture)
    {
        this.checkpoint = checkpoint;
        byName = location.ByName;
        Layout = location.Layout;
        Prefix = location.Prefix;
        Tensors = location.Tensors;
        Ignored = location.Ignored;
        Architecture = architecture;
    }

    /// <summary>The path that was opened.</summary>
    public string Path => checkpoint.Path;

    /// <summary>The file's name without its folder, as messages begin with it.</summary>
    public string FileName => checkpoint.FileName;

    /// <summary>How the checkpoint lies on disk.</summary>
    public CheckpointFormat Format => checkpoint.Format;

    /// <summary>The safetensors metadata; empty for <c>.pth</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata => checkpoint.Metadata;

    /// <summary>Whose names the file uses.</summary>
    public SamLayout Layout { get; }

    /// <summary>What stands before every name in the file, such as <c>model.module.</c>; empty for a plain state dict.</summary>
    public string Prefix { get; }

    /// <summary>The model's sizes, derived from its shapes.</summary>
    public SamArchitecture Architecture { get; }

    /// <summary>The model's tensors by their reference names, in the order of the file. What the reference does not know keeps its own name.</summary>
    public IReadOnlyList<TensorEntry> Tensors { get; }

    /// <summary>Tensors that are no part of the model, by their names in the file: an optimiser's state, the normalisation constants.</summary>
    public IReadOnlyList<TensorEntry> Ignored { get; }

    /// <summary>Trained numbers of the whole model: all but the Gaussian matrix, which is a buffer.</summary>
    public long ParameterCount => ImageEncoderParameterCount + PromptEncoderParameterCount + MaskDecoderParameterCount;

    /// <summary>Trained numbers of the image encoder.</summary>
    public long ImageEncoderParameterCount => CountParameters(SamStateDict.ImageEncoderPrefix);

    /// <summary>Trained numbers of the prompt encoder.</summary>
    public long PromptEncoderParameterCount => CountParameters(SamStateDict.PromptEncoderPrefix);

    /// <summary>Trained numbers of the mask decoder.</summary>
    public long MaskDecoderParameterCount => CountParameters(SamStateDict.MaskDecoderPrefix);

    /// <summary>Opens a checkpoint of any format and finds the SAM model in it.</summary>
    /// <param name="path">A file, an index of shards, or a folder that holds one of them.</param>
    /// <returns>The opened checkpoint; the caller disposes it.</returns>
    /// <exception cref="CheckpointException">The file cannot be read, or holds no SAM or several.</exception>
    public static SamCheckpoint Open(string path)
    {
        Checkpoint checkpoint = Checkpoint.Open(path);
        try
        {
            SamModelLocation location = SamModelLocation.Find(checkpoint);
            SamArchitecture architecture = SamArchitecture.Infer(location.Tensors, DecoderHeads(checkpoint), checkpoint.FileName);
            return new SamCheckpoint(checkpoint, location, architecture);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Looks a tensor up.</summary>
    /// <param name="referenceName">Its reference name.</param>
    /// <param name="entry">What the file says about it, under its reference name.</param>
    /// <returns>Whether the checkpoint has it.</returns>
    public bool TryGet(string referenceName, [NotNullWhen(true)] out TensorEntry? entry)
    {
        bool found = byName.TryGetValue(referenceName, out (TensorEntry Entry, string FileKey) item);
        entry = item.Entry;
        return found;
    }

    /// <summary>The name under which the file has a tensor.</summary>
    /// <param name="referenceName">Its reference name.</param>
    /// <returns>The file's key, prefix included.</returns>
    /// <exception cref="CheckpointException">There is no such tensor.</exception>
    public string FileKey(string referenceName) => byName.TryGetValue(referenceName, out (TensorEntry Entry, string FileKey) item)
        ? item.FileKey
        : throw new CheckpointException($"{FileName}: has no {Printable.Quote(referenceName)}; needed is a whole SAM checkpoint.");

    /// <summary>Reads a tensor's bytes: contiguous, row-major, little-endian, in the stored element type.</summary>
    /// <param name="referenceName">Its reference name.</param>
    /// <param name="destination">Exactly <see cref="TensorEntry.ByteCount"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="CheckpointException">There is no such tensor, or the file cannot be read.</exception>
    public void Read(string referenceName, Span<byte> destination) => checkpoint.Read(FileKey(referenceName), destination);

    /// <summary>Reads a tensor as single precision, whatever its stored element type.</summary>
    /// <param name="referenceName">Its reference name.</param>
    /// <param name="destination">Exactly <see cref="TensorEntry.ElementCount"/> numbers, row-major.</param>
    /// <exception cref="ArgumentException">The destination has another length.</exception>
    /// <exception cref="CheckpointException">There is no such tensor, or the file cannot be read.</exception>
    public void ReadAsFloat32(string referenceName, Span<float> destination) => checkpoint.ReadAsFloat32(FileKey(referenceName), destination);

    /// <summary>Writes a tensor as single precision to a stream, a piece at a time.</summary>
    /// <param name="referenceName">Its reference name.</param>
    /// <param name="destination">Where the little-endian numbers go; left open.</param>
    /// <exception cref="CheckpointException">There is no such tensor, or the file cannot be read.</exception>
    public void CopyAsFloat32To(string referenceName, Stream destination) => checkpoint.CopyAsFloat32To(FileKey(referenceName), destination);

    /// <summary>The model for a writer, in either layout and with the stored element types; numbers are read when they are written.</summary>
    /// <param name="layout">Whose names to write.</param>
    /// <returns>The tensors in the reference's order, followed by what the reference does not know. This checkpoint stays open until they are written.</returns>
    public IReadOnlyList<TensorData> ToStateDict(SamLayout layout)
    {
        Dictionary<string, int> order = SamStateDict.Entries(Architecture).Select((entry, index) => (entry.Name, index)).ToDictionary(StringComparer.Ordinal);
        return
        [
            .. Tensors.OrderBy(entry => order.GetValueOrDefault(entry.Name, int.MaxValue)).Select(entry =>
            {
                string name = layout == SamLayout.HuggingFace ? SamNameMap.ToHuggingFace(entry.Name, Architecture.IouHeadDepth) : entry.Name;
                return TensorData.FromCheckpoint(checkpoint, FileKey(entry.Name), name);
            }),
        ];
    }

    /// <summary>Closes the file or files.</summary>
    public void Dispose() => checkpoint.Dispose();

    private static int? DecoderHeads(Checkpoint checkpoint)
    {
        if (!checkpoint.Metadata.TryGetValue(DecoderHeadsKey, out string? text))
        {
            return null;
        }

        return int.TryParse(text, out int heads) && heads > 0
            ? heads
            : throw new CheckpointException($"{checkpoint.FileName}: its metadata '{DecoderHeadsKey}' is {Printable.Quote(text)}; needed is a whole number from 1.");
    }

    private long CountParameters(string prefix) => Tensors
        .Where(entry => entry.Name.StartsWith(prefix, StringComparison.Ordinal) && entry.Name != SamStateDict.GaussianMatrix)
        .Sum(static entry => entry.ElementCount);
}
