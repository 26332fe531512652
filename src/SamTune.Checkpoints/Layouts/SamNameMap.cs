namespace SamTune.Checkpoints.Layouts;

/// <summary>
/// Translates the names of a SAM model's tensors between Meta's segment-anything and Hugging Face's <c>SamModel</c>. The numbers are the
/// same in both. Names that belong to neither come back unchanged.
/// </summary>
public static class SamNameMap
{
    /// <summary>Layers of the MLP that makes a mask token's filter.</summary>
    public const int HypernetworkDepth = 3;

    /// <summary>Hugging Face's name of the Gaussian matrix.</summary>
    public const string HuggingFaceGaussianMatrix = "shared_image_embedding.positional_embedding";

    /// <summary>Its second name there, tied to the first; a file may have either or both.</summary>
    public const string HuggingFaceTiedGaussianMatrix = "prompt_encoder.shared_embedding.positional_embedding";

    private const string HypernetworkPrefix = "mask_decoder.output_hypernetworks_mlps.";
    private const string IouHeadPrefix = "mask_decoder.iou_prediction_head.";

    // Whole beginnings of names; what follows (.weight, .bias) is the same.
    private static readonly (string Reference, string HuggingFace)[] Parts =
    [
        ("image_encoder.patch_embed.proj.", "vision_encoder.patch_embed.projection."),
        ("image_encoder.neck.0.", "vision_encoder.neck.conv1."),
        ("image_encoder.neck.1.", "vision_encoder.neck.layer_norm1."),
        ("image_encoder.neck.2.", "vision_encoder.neck.conv2."),
        ("image_encoder.neck.3.", "vision_encoder.neck.layer_norm2."),
        ("image_encoder.blocks.", "vision_encoder.layers."),
        ("image_encoder.pos_embed", "vision_encoder.pos_embed"),
        ("prompt_encoder.point_embeddings.", "prompt_encoder.point_embed."),
        ("prompt_encoder.mask_downscaling.0.", "prompt_encoder.mask_embed.conv1."),
        ("prompt_encoder.mask_downscaling.1.", "prompt_encoder.mask_embed.layer_norm1."),
        ("prompt_encoder.mask_downscaling.3.", "prompt_encoder.mask_embed.conv2."),
        ("prompt_encoder.mask_downscaling.4.", "prompt_encoder.mask_embed.layer_norm2."),
        ("prompt_encoder.mask_downscaling.6.", "prompt_encoder.mask_embed.conv3."),
        ("mask_decoder.transformer.layers.", "mask_decoder.transformer.layers."),
        ("mask_decoder.transformer.norm_final_attn.", "mask_decoder.transformer.layer_norm_final_attn."),
        ("mask_decoder.output_upscaling.0.", "mask_decoder.upscale_conv1."),
        ("mask_decoder.output_upscaling.1.", "mask_decoder.upscale_layer_norm."),
        ("mask_decoder.output_upscaling.3.", "mask_decoder.upscale_conv2."),
        (SamStateDict.GaussianMatrix, HuggingFaceGaussianMatrix),
    ];

    /// <summary>Translates a reference name.</summary>
    /// <param name="referenceName">A name as in segment-anything.</param>
    /// <param name="iouHeadDepth">Layers of the IoU head, which Hugging Face names differently at the ends: <see cref="SamArchitecture.IouHeadDepth"/>.</param>
    /// <returns>The name as in <c>SamModel</c>; for the Gaussian matrix <see cref="HuggingFaceGaussianMatrix"/>.</returns>
    public static string ToHuggingFace(string referenceName, int iouHeadDepth = 3)
    {
        if (SplitMlp(referenceName, iouHeadDepth) is { } mlp && mlp.Remainder.StartsWith("layers.", StringComparison.Ordinal))
        {
            (string number, string tail) = SplitAtDot(mlp.Remainder["layers.".Length..]);
            if (!int.TryParse(number, out int layer))
            {
                return referenceName;
            }

            return layer == 0 ? $"{mlp.Prefix}proj_in.{tail}"
                : layer == mlp.Depth - 1 ? $"{mlp.Prefix}proj_out.{tail}"
                : $"{mlp.Prefix}layers.{layer - 1}.{tail}";
        }

        foreach ((string reference, string huggingFace) in Parts)
        {
            if (referenceName.StartsWith(reference, StringComparison.Ordinal))
            {
                return huggingFace + RenameNorm(referenceName[reference.Length..], "norm", "layer_norm");
            }
        }

        return referenceName;
    }

    /// <summary>Translates a Hugging Face name.</summary>
    /// <param name="huggingFaceName">A name as in <c>SamModel</c>.</param>
    /// <param name="iouHeadDepth">Layers of the IoU head: <see cref="SamArchitecture.IouHeadDepth"/>.</param>
    /// <returns>The name as in segment-anything; the same for both names of the Gaussian matrix.</returns>
    public static string ToReference(string huggingFaceName, int iouHeadDepth = 3)
    {
        if (huggingFaceName == HuggingFaceTiedGaussianMatrix)
        {
            return SamStateDict.GaussianMatrix;
        }

        if (SplitMlp(huggingFaceName, iouHeadDepth) is { } mlp)
        {
            (string kind, string tail) = SplitAtDot(mlp.Remainder);
            (string number, string end) = SplitAtDot(tail);
            return kind switch
            {
                "proj_in" => $"{mlp.Prefix}layers.0.{tail}",
                "proj_out" => $"{mlp.Prefix}layers.{mlp.Depth - 1}.{tail}",
                "layers" when int.TryParse(number, out int layer) => $"{mlp.Prefix}layers.{layer + 1}.{end}",
                _ => huggingFaceName,
            };
        }

        foreach ((string reference, string huggingFace) in Parts)
        {
            if (huggingFaceName.StartsWith(huggingFace, StringComparison.Ordinal))
            {
                return reference + RenameNorm(huggingFaceName[huggingFace.Length..], "layer_norm", "norm");
            }
        }

        return huggingFaceName;
    }

    /// <summary>Renames norm1 to norm4 of numbered blocks and layers, which keep the rest of their names.</summary>
    private static string RenameNorm(string name, string from, string to)
    {
        string[] parts = name.Split('.');
        for (int i = 1; i < parts.Length; i++)
        {
            bool numbered = int.TryParse(parts[i - 1], out _);
            if (numbered && parts[i].Length == from.Length + 1 && parts[i].StartsWith(from, StringComparison.Ordinal) && char.IsAsciiDigit(parts[i][^1]))
            {
                parts[i] = to + parts[i][^1];
            }
        }

        return string.Join('.', parts);
    }

    private static (string Prefix, string Remainder, int Depth)? SplitMlp(string name, int iouHeadDepth)
    {
        if (name.StartsWith(IouHeadPrefix, StringComparison.Ordinal))
        {
            return (IouHeadPrefix, name[IouHeadPrefix.Length..], iouHeadDepth);
        }

        if (name.StartsWith(HypernetworkPrefix, StringComparison.Ordinal))
        {
            (string number, string rest) = SplitAtDot(name[HypernetworkPrefix.Length..]);
            return ($"{HypernetworkPrefix}{number}.", rest, HypernetworkDepth);
        }

        return null;
    }

    private static (string Head, string Tail) SplitAtDot(string text)
    {
        int dot = text.IndexOf('.');
        return dot < 0 ? (text, string.Empty) : (text[..dot], text[(dot + 1)..]);
    }
}
