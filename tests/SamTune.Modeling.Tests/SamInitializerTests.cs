using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Modeling.Tests;

public sealed class SamInitializerTests
{
    [Fact]
    public void A_seed_gives_the_same_weights_and_another_seed_others()
    {
        using Sam first = Fresh(1), same = Fresh(1), other = Fresh(2);
        (string Name, TorchSharp.Modules.Parameter Value)[] weights = [.. first.named_parameters()];
        Assert.All(weights.Zip(same.named_parameters()), p => Assert.True(p.First.Value.Equals(p.Second.parameter), p.First.Name));
        Assert.Contains(weights.Zip(other.named_parameters()), p => !p.First.Value.Equals(p.Second.parameter));
    }

    [Fact]
    public void Attention_between_tokens_and_image_starts_by_comparing_positions()
    {
        using Sam model = Fresh(1);
        Dictionary<string, TorchSharp.Modules.Parameter> weights = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        string[] keys = [.. weights.Keys.Where(n => n.Contains("_to_", StringComparison.Ordinal) && n.EndsWith("k_proj.weight", StringComparison.Ordinal))];
        Assert.Equal(5, keys.Length);
        Assert.All(keys, key => Assert.True(weights[key].Equals(weights[key.Replace("k_proj", "q_proj", StringComparison.Ordinal)]), key));
        Assert.False(weights["mask_decoder.transformer.layers.0.self_attn.k_proj.weight"].Equals(weights["mask_decoder.transformer.layers.0.self_attn.q_proj.weight"]));
    }

    [Fact]
    public void Positions_start_different_and_near_ones_are_the_more_alike()
    {
        using var scope = NewDisposeScope();
        using Sam model = Fresh(1);
        var table = model.named_parameters().Single(p => p.name == "image_encoder.pos_embed").parameter;
        Assert.Equal([1L, 8, 8, 64], table.shape);
        double Distance(int y, int x, int row, int column) => (table[0, y, x] - table[0, row, column]).norm().item<float>();
        Assert.All(
            from y in Enumerable.Range(0, 8) from x in Enumerable.Range(0, 8) where (y, x) != (0, 0) select (y, x),
            p => Assert.True(Distance(0, 0, p.y, p.x) > 0.3, $"{p}"));
        Assert.Equal(Distance(2, 3, 2, 4), Distance(5, 3, 5, 4), 1e-5);
        Assert.True(Distance(2, 2, 2, 3) < Distance(2, 2, 2, 4) && Distance(2, 2, 3, 2) < Distance(2, 2, 5, 2));
    }

    [Fact]
    public void Filters_of_the_patch_embedding_start_orthogonal_and_the_first_is_the_mean()
    {
        using var scope = NewDisposeScope();
        using Sam model = Fresh(1);
        Tensor filters = model.named_parameters().Single(p => p.name == "image_encoder.patch_embed.proj.weight").parameter.flatten(1);
        Tensor products = matmul(filters, filters.t());
        Assert.InRange((products - diag(products.diag())).abs().max().item<float>(), 0, 1e-4);
        Assert.True(products.diag().min().item<float>() > 0);
        Assert.InRange(filters[0].std().item<float>() / filters[0].mean().item<float>(), 0, 1e-4);
    }

    private static Sam Fresh(long seed)
    {
        var model = new Sam(TestModels.TinyArchitecture);
        SamInitializer.Initialize(model, seed);
        return model;
    }
}
