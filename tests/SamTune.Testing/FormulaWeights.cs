using System.Text;
using TorchSharp;

namespace SamTune.Testing;

/// <summary>Weights that both sides of a comparison can compute from a tensor's name: the rule stands in tests/goldens/README.md, "Formula weights".</summary>
public static class FormulaWeights
{
    /// <summary>The weights of one tensor; the caller disposes it.</summary>
    public static torch.Tensor Create(string name, long[] shape, float gain = 1)
    {
        float[] values = Values(name, shape.Aggregate(1L, (a, b) => a * b));
        float scale = 1, offset = 0;
        if (name.EndsWith("positional_encoding_gaussian_matrix", StringComparison.Ordinal))
        {
        }
        else if (s_tables.Any(t => name.EndsWith(t, StringComparison.Ordinal)) || name.Contains(".point_embeddings.", StringComparison.Ordinal))
        {
            scale = 0.02f;
        }
        else if (name.EndsWith(".bias", StringComparison.Ordinal))
        {
            scale = 0.1f;
        }
        else if (shape.Length == 1)
        {
            (scale, offset) = (0.1f, 1);
        }
        else
        {
            scale = (float)(1 / Math.Sqrt(shape.Skip(1).Aggregate(1.0, (a, b) => a * b)));
        }

        for (int i = 0; i < values.Length; i++)
        {
            float scaled = values[i] * scale;
            float shifted = offset + scaled;
            values[i] = (offset == 0 ? scaled : shifted) * gain;
        }

        return torch.tensor(values, shape);
    }

    /// <summary>Numbers in -1..1 from a name.</summary>
    public static float[] Values(string name, long count)
    {
        ulong seed = 0xCBF29CE484222325;
        foreach (byte b in Encoding.UTF8.GetBytes(name))
        {
            seed = (seed ^ b) * 0x100000001B3;
        }

        var values = new float[count];
        for (long i = 0; i < count; i++)
        {
            ulong z = seed + (ulong)(i + 1) * 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            values[i] = 2 * ((z >> 40) * (1f / 16777216f)) - 1;
        }

        return values;
    }

    private static readonly string[] s_tables =
        ["pos_embed", "rel_pos_h", "rel_pos_w", "iou_token.weight", "mask_tokens.weight", "not_a_point_embed.weight", "no_mask_embed.weight"];
}
