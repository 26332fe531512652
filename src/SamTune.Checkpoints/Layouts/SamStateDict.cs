namespace SamTune.Checkpoints.Layouts;

/// <summary>The tensors that a SAM model consists of, by the reference's names and in its order.</summary>
public static class SamStateDict
{
    /// <summary>The one entry that is a buffer, not a parameter: random frequencies of the position code, (2, C / 2).</summary>
    public const string GaussianMatrix = "prompt_encoder.pe_layer.positional_encoding_gaussian_matrix";

    /// <summary>What the names of the image encoder begin with.</summary>
    public const string ImageEncoderPrefix = "image_encoder.";

    /// <summary>What the names of the prompt encoder begin with.</summary>
    public const string PromptEncoderPrefix = "prompt_encoder.";

    /// <summary>What the names of the mask decoder begin with.</summary>
    public const string MaskDecoderPrefix = "mask_decoder.";

    /// <summary>Lists every tensor of a model: 314 for ViT-B.</summary>
    /// <param name="architecture">Valid sizes.</param>
    /// <returns>Names and shapes, single precision, in the order of the reference's <c>state_dict()</c>.</returns>
    public static IReadOnlyList<TensorEntry> Entries(SamArchitecture architecture)
    {
        List<TensorEntry> entries = [];
        AddImageEncoder(entries, architecture);
        AddPromptEncoder(entries, architecture);
        AddMaskDecoder(entries, architecture);
        return entries;
    }

    private static void AddImageEncoder(List<TensorEntry> entries, SamArchitecture architecture)
    {
        int width = architecture.EncoderEmbedDim;
        int channels = architecture.OutChannels;
        Add(entries, "image_encoder.pos_embed", 1, architecture.GridSize, architecture.GridSize, width);
        Add(entries, "image_encoder.patch_embed.proj.weight", width, architecture.InputChannels, architecture.PatchSize, architecture.PatchSize);
        Add(entries, "image_encoder.patch_embed.proj.bias", width);
        for (int index = 0; index < architecture.EncoderDepth; index++)
        {
            string block = $"image_encoder.blocks.{index}";
            int side = architecture.GlobalAttentionBlocks.Contains(index) ? architecture.GridSize : architecture.WindowSize;
            AddNorm(entries, $"{block}.norm1", width);
            Add(entries, $"{block}.attn.rel_pos_h", (2 * side) - 1, architecture.EncoderHeadDim);
            Add(entries, $"{block}.attn.rel_pos_w", (2 * side) - 1, architecture.EncoderHeadDim);
            AddLinear(entries, $"{block}.attn.qkv", width, 3 * width);
            AddLinear(entries, $"{block}.attn.proj", width, width);
            AddNorm(entries, $"{block}.norm2", width);
            AddLinear(entries, $"{block}.mlp.lin1", width, architecture.EncoderMlpDim);
            AddLinear(entries, $"{block}.mlp.lin2", architecture.EncoderMlpDim, width);
        }

        Add(entries, "image_encoder.neck.0.weight", channels, width, 1, 1);
        AddNorm(entries, "image_encoder.neck.1", channels);
        Add(entries, "image_encoder.neck.2.weight", channels, channels, 3, 3);
        AddNorm(entries, "image_encoder.neck.3", channels);
    }

    private static void AddPromptEncoder(List<TensorEntry> entries, SamArchitecture architecture)
    {
        int width = architecture.PromptEmbedDim;
        int inner = architecture.MaskInChannels;
        Add(entries, GaussianMatrix, 2, width / 2);
        for (int kind = 0; kind < 4; kind++)
        {
            Add(entries, $"prompt_encoder.point_embeddings.{kind}.weight", 1, width);
        }

        Add(entries, "prompt_encoder.not_a_point_embed.weight", 1, width);
        AddConvolution(entries, "prompt_encoder.mask_downscaling.0", inner / 4, 1, 2);
        AddNorm(entries, "prompt_encoder.mask_downscaling.1", inner / 4);
        AddConvolution(entries, "prompt_encoder.mask_downscaling.3", inner, inner / 4, 2);
        AddNorm(entries, "prompt_encoder.mask_downscaling.4", inner);
        AddConvolution(entries, "prompt_encoder.mask_downscaling.6", width, inner, 1);
        Add(entries, "prompt_encoder.no_mask_embed.weight", 1, width);
    }

    private static void AddMaskDecoder(List<TensorEntry> entries, SamArchitecture architecture)
    {
        int width = architecture.PromptEmbedDim;
        int cross = architecture.DecoderCrossAttentionDim;
        for (int index = 0; index < architecture.DecoderDepth; index++)
        {
            string layer = $"mask_decoder.transformer.layers.{index}";
            AddAttention(entries, $"{layer}.self_attn", width, width);
            AddNorm(entries, $"{layer}.norm1", width);
            AddAttention(entries, $"{layer}.cross_attn_token_to_image", width, cross);
            AddNorm(entries, $"{layer}.norm2", width);
            AddLinear(entries, $"{layer}.mlp.lin1", width, architecture.DecoderMlpDim);
            AddLinear(entries, $"{layer}.mlp.lin2", architecture.DecoderMlpDim, width);
            AddNorm(entries, $"{layer}.norm3", width);
            AddNorm(entries, $"{layer}.norm4", width);
            AddAttention(entries, $"{layer}.cross_attn_image_to_token", width, cross);
        }

        AddAttention(entries, "mask_decoder.transformer.final_attn_token_to_image", width, cross);
        AddNorm(entries, "mask_decoder.transformer.norm_final_attn", width);
        Add(entries, "mask_decoder.iou_token.weight", 1, width);
        Add(entries, "mask_decoder.mask_tokens.weight", architecture.MaskTokens, width);

        // Transposed convolutions: (in, out, 2, 2).
        Add(entries, "mask_decoder.output_upscaling.0.weight", width, width / 4, 2, 2);
        Add(entries, "mask_decoder.output_upscaling.0.bias", width / 4);
        AddNorm(entries, "mask_decoder.output_upscaling.1", width / 4);
        Add(entries, "mask_decoder.output_upscaling.3.weight", width / 4, width / 8, 2, 2);
        Add(entries, "mask_decoder.output_upscaling.3.bias", width / 8);
        for (int mask = 0; mask < architecture.MaskTokens; mask++)
        {
            AddMlp(entries, $"mask_decoder.output_hypernetworks_mlps.{mask}", SamNameMap.HypernetworkDepth, width, width, width / 8);
        }

        AddMlp(entries, "mask_decoder.iou_prediction_head", architecture.IouHeadDepth, width, architecture.IouHeadHiddenDim, architecture.MaskTokens);
    }

    private static void AddAttention(List<TensorEntry> entries, string name, int width, int inner)
    {
        AddLinear(entries, $"{name}.q_proj", width, inner);
        AddLinear(entries, $"{name}.k_proj", width, inner);
        AddLinear(entries, $"{name}.v_proj", width, inner);
        AddLinear(entries, $"{name}.out_proj", inner, width);
    }

    private static void AddMlp(List<TensorEntry> entries, string name, int depth, int input, int hidden, int output)
    {
        for (int layer = 0; layer < depth; layer++)
        {
            AddLinear(entries, $"{name}.layers.{layer}", layer == 0 ? input : hidden, layer == depth - 1 ? output : hidden);
        }
    }

    private static void AddLinear(List<TensorEntry> entries, string name, int input, int output)
    {
        Add(entries, $"{name}.weight", output, input);
        Add(entries, $"{name}.bias", output);
    }

    private static void AddConvolution(List<TensorEntry> entries, string name, int output, int input, int side)
    {
        Add(entries, $"{name}.weight", output, input, side, side);
        Add(entries, $"{name}.bias", output);
    }

    private static void AddNorm(List<TensorEntry> entries, string name, int width)
    {
        Add(entries, $"{name}.weight", width);
        Add(entries, $"{name}.bias", width);
    }

    private static void Add(List<TensorEntry> entries, string name, params long[] shape) =>
        entries.Add(new TensorEntry(name, TensorElementType.Float32, shape));
}
