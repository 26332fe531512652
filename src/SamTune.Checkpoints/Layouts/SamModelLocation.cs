using SamTune.Checkpoints.Formats;

namespace SamTune.Checkpoints.Layouts;

/// <summary>Where in a checkpoint the SAM model is, and what its tensors are called there.</summary>
internal sealed class SamModelLocation
{
    private const string ReferenceAnchor = "image_encoder.patch_embed.proj.weight";
    private const string HuggingFaceAnchor = "vision_encoder.patch_embed.projection.weight";

    // Keys under which training programs put the model; EMA copies and the like are taken only where none of these is there.
    private static readonly string[] UsualWrappers = ["model", "state_dict", "model_state_dict"];

    // Saved by programs that made the normalisation constants persistent; the reference leaves them out.
    private static readonly string[] Constants = ["pixel_mean", "pixel_std"];

    private readonly List<TensorEntry> tensors = [];
    private readonly List<TensorEntry> ignored = [];

    private SamModelLocation(SamLayout layout, string prefix)
    {
        Layout = layout;
        Prefix = prefix;
    }

    public SamLayout Layout { get; }

    public string Prefix { get; }

    public IReadOnlyList<TensorEntry> Tensors => tensors;

    public IReadOnlyList<TensorEntry> Ignored => ignored;

    public Dictionary<string, (TensorEntry Entry, string FileKey)> ByName { get; } = new(StringComparer.Ordinal);

    public static SamModelLocation Find(Checkpoint checkpoint)
    {
        List<SamModelLocation> candidates = [];
        foreach (TensorEntry entry in checkpoint.Tensors)
        {
            AddCandidate(candidates, entry.Name, ReferenceAnchor, SamLayout.Reference);
            AddCandidate(candidates, entry.Name, HuggingFaceAnchor, SamLayout.HuggingFace);
        }

        SamModelLocation location = Choose(checkpoint, candidates);
        location.Fill(checkpoint);
        return location;
    }

    private static void AddCandidate(List<SamModelLocation> candidates, string name, string anchor, SamLayout layout)
    {
        if (name.EndsWith(anchor, StringComparison.Ordinal) && (name.Length == anchor.Length || name[^(anchor.Length + 1)] == '.'))
        {
            candidates.Add(new SamModelLocation(layout, name[..^anchor.Length]));
        }
    }

    private static SamModelLocation Choose(Checkpoint checkpoint, List<SamModelLocation> candidates)
    {
        if (candidates.Count == 0)
        {
            bool second = checkpoint.Tensors.Any(static entry => entry.Name.Contains("image_encoder.trunk.", StringComparison.Ordinal));
            string remedy = second ? "it looks like SAM 2; needed is SAM 1 (ViT-B, ViT-L or ViT-H)" : "needed is Meta's or Hugging Face's SAM checkpoint";
            string first = checkpoint.Tensors.Count > 0 ? $", the first is {Printable.Quote(checkpoint.Tensors[0].Name)}" : string.Empty;
            throw new CheckpointException($"{checkpoint.FileName}: has no '{ReferenceAnchor}' among its {checkpoint.Tensors.Count} tensors{first}; {remedy}.");
        }

        if (candidates.Count == 1)
        {
            return candidates[0];
        }

        return candidates.Find(static candidate => candidate.Prefix.Length == 0)
            ?? UsualWrappers.Select(wrapper => candidates.Find(candidate => candidate.Prefix.StartsWith(wrapper + ".", StringComparison.Ordinal))).FirstOrDefault(found => found != null)
            ?? throw new CheckpointException(
                $"{checkpoint.FileName}: holds several SAM models, {string.Join(" and ", candidates.Select(candidate => Printable.Quote(candidate.Prefix)))}; save the one to use alone.");
    }

    private void Fill(Checkpoint checkpoint)
    {
        int iouHeadDepth = CountIouHeadLayers(checkpoint);
        foreach (TensorEntry entry in checkpoint.Tensors)
        {
            if (!entry.Name.StartsWith(Prefix, StringComparison.Ordinal))
            {
                ignored.Add(entry);
                continue;
            }

            string name = entry.Name[Prefix.Length..];
            if (Constants.Contains(name))
            {
                ignored.Add(entry);
                continue;
            }

            Add(checkpoint, entry, Layout == SamLayout.HuggingFace ? SamNameMap.ToReference(name, iouHeadDepth) : name);
        }
    }

    private void Add(Checkpoint checkpoint, TensorEntry entry, string referenceName)
    {
        TensorEntry renamed = entry with { Name = referenceName };
        if (ByName.TryAdd(referenceName, (renamed, entry.Name)))
        {
            tensors.Add(renamed);
            return;
        }

        string otherKey = ByName[referenceName].FileKey;
        if (referenceName != SamStateDict.GaussianMatrix || !HaveEqualNumbers(checkpoint, entry.Name, otherKey))
        {
            throw new CheckpointException(
                $"{checkpoint.FileName}: {Printable.Quote(entry.Name)} and {Printable.Quote(otherKey)} are the same tensor of the model but differ; the file is damaged.");
        }
    }

    private static bool HaveEqualNumbers(Checkpoint checkpoint, string left, string right)
    {
        const long Largest = 1 << 20;
        if (!checkpoint.TryGet(left, out TensorEntry? leftEntry) || !checkpoint.TryGet(right, out TensorEntry? rightEntry)
            || leftEntry != rightEntry with { Name = left } || leftEntry.ByteCount > Largest)
        {
            return false;
        }

        byte[] leftBytes = new byte[leftEntry.ByteCount];
        byte[] rightBytes = new byte[leftEntry.ByteCount];
        checkpoint.Read(left, leftBytes);
        checkpoint.Read(right, rightBytes);
        return leftBytes.AsSpan().SequenceEqual(rightBytes);
    }

    private int CountIouHeadLayers(Checkpoint checkpoint)
    {
        // proj_in and proj_out stand at the ends; only the layers between them are numbered.
        int inner = 0;
        while (checkpoint.TryGet($"{Prefix}mask_decoder.iou_prediction_head.layers.{inner}.weight", out _))
        {
            inner++;
        }

        return inner + 2;
    }
}
