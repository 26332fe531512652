using SamTune.Checkpoints.Formats;

namespace SamTune.Checkpoints.Layouts;

/// <summary>Reads the sizes of a SAM model off the shapes of its tensors.</summary>
internal sealed class SamArchitectureInference
{
    private const int LargestSize = 1 << 20;

    private readonly Dictionary<string, TensorEntry> entries = new(StringComparer.Ordinal);
    private readonly string source;

    private SamArchitectureInference(IReadOnlyList<TensorEntry> referenceNamed, string source)
    {
        this.source = source;
        foreach (TensorEntry entry in referenceNamed)
        {
            entries.TryAdd(entry.Name, entry);
        }
    }

    public static SamArchitecture Infer(IReadOnlyList<TensorEntry> referenceNamed, int? decoderHeads, string source)
    {
        SamArchitecture architecture = new SamArchitectureInference(referenceNamed, source).Infer(decoderHeads ?? SamArchitecture.VitB.DecoderHeads);
        architecture.Validate(source);
        return architecture;
    }

    private SamArchitecture Infer(int decoderHeads)
    {
        int[] patch = Shape("image_encoder.patch_embed.proj.weight", 4);
        int[] positions = Shape("image_encoder.pos_embed", 4);
        int embedDim = patch[0];
        int grid = positions[1];
        int depth = CountBlocks("image_encoder.blocks.", ".norm1.weight");
        int headDim = Shape("image_encoder.blocks.0.attn.rel_pos_h", 2)[1];
        (int windowSize, List<int> globalBlocks) = InferAttention(depth, grid);
        int promptDim = Shape("image_encoder.neck.0.weight", 4)[0];
        int crossDim = Shape("mask_decoder.transformer.layers.0.cross_attn_token_to_image.q_proj.weight", 2)[0];
        return new SamArchitecture
        {
            ImageSize = grid * patch[2],
            PatchSize = patch[2],
            InputChannels = patch[1],
            EncoderEmbedDim = embedDim,
            EncoderDepth = depth,
            EncoderHeads = Divide(embedDim, headDim),
            MlpRatio = InferRatio(Shape("image_encoder.blocks.0.mlp.lin1.weight", 2)[0], Math.Max(embedDim, 1)),
            WindowSize = windowSize,
            GlobalAttentionBlocks = globalBlocks,
            PromptEmbedDim = promptDim,
            MaskInChannels = Shape("prompt_encoder.mask_downscaling.3.weight", 4)[0],
            MultimaskOutputs = Shape("mask_decoder.mask_tokens.weight", 2)[0] - 1,
            DecoderDepth = CountBlocks("mask_decoder.transformer.layers.", ".norm1.weight"),
            DecoderHeads = decoderHeads,
            DecoderMlpDim = Shape("mask_decoder.transformer.layers.0.mlp.lin1.weight", 2)[0],
            DecoderAttentionDownsampleRate = Divide(promptDim, crossDim),
            IouHeadDepth = CountBlocks("mask_decoder.iou_prediction_head.layers.", ".weight"),
            IouHeadHiddenDim = Shape("mask_decoder.iou_prediction_head.layers.0.weight", 2)[0],
        };
    }

    // The model truncates width times ratio, so a quotient that was rounded down would lose a row.
    private static double InferRatio(int hidden, int width)
    {
        double ratio = (double)hidden / width;
        return (int)(width * ratio) < hidden ? double.BitIncrement(ratio) : ratio;
    }

    /// <summary>
    /// A block's table of relative positions has 2 n - 1 rows, n being the side of what it attends to. Blocks whose n is the grid are global,
    /// the others share one window. Where none fits the grid (only pos_embed was resized) the longest tables are taken for the global ones.
    /// </summary>
    private (int WindowSize, List<int> GlobalBlocks) InferAttention(int depth, int grid)
    {
        int[] rows = [.. Enumerable.Range(0, depth).Select(block => Shape($"image_encoder.blocks.{block}.attn.rel_pos_h", 2)[0])];
        int globalRows = (2 * grid) - 1;
        if (!rows.Contains(globalRows) && rows.Distinct().Count() > 1)
        {
            globalRows = rows.Max();
        }

        List<int> globalBlocks = [.. Enumerable.Range(0, depth).Where(block => rows[block] == globalRows)];
        int[] windowRows = [.. rows.Where(count => count != globalRows).Distinct()];
        return windowRows.Length switch
        {
            0 => (0, globalBlocks),
            1 => ((windowRows[0] + 1) / 2, globalBlocks),
            _ => throw new CheckpointException(
                $"{source}: its 'attn.rel_pos_h' tables have {string.Join(", ", rows.Distinct())} rows in different blocks; a SAM has one window size and one grid."),
        };
    }

    private int CountBlocks(string prefix, string suffix)
    {
        int count = 0;
        while (entries.ContainsKey($"{prefix}{count}{suffix}"))
        {
            count++;
        }

        return count > 0 ? count : throw Missing($"{prefix}0{suffix}");
    }

    // 0 fails the validation, which names the size.
    private static int Divide(int whole, int part) => part > 0 && whole % part == 0 ? whole / part : 0;

    private int[] Shape(string name, int dimensions)
    {
        if (!entries.TryGetValue(name, out TensorEntry? entry))
        {
            throw Missing(name);
        }

        if (entry.Shape.Count != dimensions || entry.Shape.Any(static size => size > LargestSize))
        {
            throw new CheckpointException($"{source}: '{name}' is {entry.ShapeText}; a SAM has {dimensions} dimensions there, each below {LargestSize}.");
        }

        return [.. entry.Shape.Select(static size => (int)size)];
    }

    private CheckpointException Missing(string name) =>
        new($"{source}: has no {Printable.Quote(name)}, which tells the model's sizes; needed is a whole SAM checkpoint (Meta's or Hugging Face's).");
}
