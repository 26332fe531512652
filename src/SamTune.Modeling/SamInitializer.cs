using static TorchSharp.torch;

namespace SamTune.Modeling;

/// <summary>Fresh weights for training from nothing, from one seed: the same seed gives the same model on the same machine.</summary>
public static class SamInitializer
{
    // The position table starts as sines and cosines, as that of the masked autoencoder which SAM's own encoder grew from (He et al. 2022, appendix A): a place is known from the first step on. Half
    // as large as there, beside patch tokens of deviation 1.
    private const double PositionAmplitude = 0.5;

    // Longest wavelength of the codes relative to the shortest (Vaswani et al. 2017, section 3.5).
    private const double WavelengthRange = 10_000;

    // Tokens and point labels are as large as the position codes that they are added to; smaller ones would all look alike. The reference leaves them at torch's standard normal.
    private const double TokenDeviation = 1;

    /// <summary>Fills every parameter and buffer of the model.</summary>
    /// <param name="model">The model to fill.</param>
    /// <param name="seed">Where the numbers come from.</param>
    /// <remarks>
    /// Norms: weight 1, bias 0. Biases: 0. Position table: sines and cosines of row and column; relative positions: 0. Tokens and point labels: standard normal. Linear layers and convolutions: normal with deviation
    /// sqrt(1 / fan-in) (LeCun et al. 1998, "Efficient BackProp"), those that end a branch of the image encoder smaller by sqrt(2 * depth). The patch embedding: <see cref="PatchFilters"/>. The random position encoding: standard normal, as in the reference. Queries and keys between tokens and image
    /// start with the same weights: like positions then attract each other, and a prompt looks at its own place from the first step on.
    /// </remarks>
    public static void Initialize(Sam model, long seed)
    {
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        using var generator = new Generator((ulong)seed, model.Device);

        // Two branches a block: their sum is as large as what they are added to (Radford et al. 2019, "Language Models are Unsupervised Multitask Learners", section 2.3).
        double branchEnd = Math.Sqrt(0.5 / model.Architecture.EncoderDepth);
        foreach ((string name, Tensor value) in model.named_parameters().Select(p => (p.name, (Tensor)p.parameter)).Concat(model.named_buffers().Select(b => (b.name, b.buffer))))
        {
            Fill(name, value, branchEnd, generator);
        }

        Dictionary<string, Tensor> weights = model.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        foreach ((string name, Tensor keys) in weights.Where(w => w.Key.Contains("_to_", StringComparison.Ordinal) && w.Key.EndsWith(".k_proj.weight", StringComparison.Ordinal)))
        {
            keys.copy_(weights[name.Replace("k_proj", "q_proj", StringComparison.Ordinal)]);
        }
    }

    private static bool IsBranchEnd(string name) =>
        name.StartsWith("image_encoder.blocks.", StringComparison.Ordinal)
        && (name.EndsWith("attn.proj.weight", StringComparison.Ordinal) || name.EndsWith("mlp.lin2.weight", StringComparison.Ordinal));

    private static void Fill(string name, Tensor value, double branchEnd, Generator generator)
    {
        if (name.EndsWith("positional_encoding_gaussian_matrix", StringComparison.Ordinal))
        {
            value.normal_(0, 1, generator);
        }
        else if (name.EndsWith(".bias", StringComparison.Ordinal) || name.Contains("rel_pos_", StringComparison.Ordinal))
        {
            value.zero_();
        }
        else if (value.dim() == 1)
        {
            value.fill_(1);
        }
        else if (name.EndsWith("pos_embed", StringComparison.Ordinal))
        {
            value.copy_(Positions(value.shape[1], value.shape[2], value.shape[3]));
        }
        else if (name.EndsWith("patch_embed.proj.weight", StringComparison.Ordinal) && value.shape[1] == 3)
        {
            value.copy_(PatchFilters.Create(value.shape[0], value.shape[2]));
        }
        else if (IsToken(name))
        {
            value.normal_(0, TokenDeviation, generator);
        }
        else
        {
            // A transposed convolution stores (in, out, h, w) and each output pixel sees every input channel once.
            long fanIn = name.Contains("output_upscaling", StringComparison.Ordinal) ? value.shape[0] : value.shape.Skip(1).Aggregate(1L, (a, b) => a * b);
            value.normal_(0, (IsBranchEnd(name) ? branchEnd : 1) * Math.Sqrt(1.0 / fanIn), generator);
        }
    }

    // (1, H, W, C): the first half of the channels codes the row, the second the column; in each, sines and then cosines of falling frequency.
    private static Tensor Positions(long height, long width, long channels)
    {
        long frequencies = channels / 4;
        var frequency = (float)Math.Log(WavelengthRange) * arange(frequencies, dtype: float32) / frequencies;
        Tensor Codes(long length)
        {
            var angles = arange(length, dtype: float32).unsqueeze(1) * (-frequency).exp().unsqueeze(0);
            return nn.functional.pad(cat([angles.sin(), angles.cos()], 1), [0, channels / 2 - 2 * frequencies]);
        }

        var rows = Codes(height).unsqueeze(1).expand(-1, width, -1);
        var columns = Codes(width).unsqueeze(0).expand(height, -1, -1);
        return PositionAmplitude * nn.functional.pad(cat([rows, columns], 2), [0, channels - 2 * (channels / 2)]).unsqueeze(0);
    }

    private static bool IsToken(string name) =>
        name.EndsWith("_token.weight", StringComparison.Ordinal)
        || name.EndsWith("_tokens.weight", StringComparison.Ordinal) || name.EndsWith("_embed.weight", StringComparison.Ordinal)
        || name.Contains(".point_embeddings.", StringComparison.Ordinal);
}
