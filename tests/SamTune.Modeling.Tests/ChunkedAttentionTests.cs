using SamTune.Modeling.Encoder;
using static TorchSharp.torch;

namespace SamTune.Modeling.Tests;

public sealed class ChunkedAttentionTests
{
    /// <summary>Heads, and sides of the map: several heads a part with fewer in the last; a part of one head with fewer queries in the last; all in one.</summary>
    public static TheoryData<int, int, int> Shapes => new() { { 35, 14, 14 }, { 2, 30, 41 }, { 3, 2, 5 } };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Values_and_gradients_are_those_of_the_plain_product(int heads, int height, int width)
    {
        using var scope = NewDisposeScope();
        Tensor[] inputs = Inputs(heads, height, width), again = [.. inputs.Select(t => t.detach().clone().requires_grad_())];
        Tensor direction = randn(heads, height * width, 8);

        Tensor expected = Plain(inputs), found = ChunkedAttention.Attend(again[0], again[1], again[2], again[3], again[4], ScalarType.Float32);
        (expected * direction).sum().backward();
        (found * direction).sum().backward();

        AssertClose(expected, found);
        Assert.All(inputs.Zip(again), p => AssertClose(p.First.grad!, p.Second.grad!));
    }

    [Fact]
    public void Without_gradients_the_values_are_the_same_to_the_bit()
    {
        using var scope = NewDisposeScope();
        Tensor[] t = Inputs(2, 30, 41);
        Tensor trained = ChunkedAttention.Attend(t[0], t[1], t[2], t[3], t[4], ScalarType.Float32);
        using var noGrad = no_grad();
        Assert.True(trained.equal(ChunkedAttention.Attend(t[0], t[1], t[2], t[3], t[4], ScalarType.Float32)).all().item<bool>());
    }

    [Fact]
    public void Products_in_half_precision_stay_near()
    {
        using var scope = NewDisposeScope();
        Tensor[] t = Inputs(2, 30, 41), half = [.. t.Select(i => i.detach().clone().requires_grad_())];
        Tensor expected = ChunkedAttention.Attend(t[0], t[1], t[2], t[3], t[4], ScalarType.Float32);
        Tensor found = ChunkedAttention.Attend(half[0], half[1], half[2], half[3], half[4], ScalarType.BFloat16);
        expected.square().sum().backward();
        found.square().sum().backward();
        Assert.InRange(Difference(expected, found), 1e-5, 0.01);
        Assert.All(t.Zip(half), p => Assert.InRange(Difference(p.First.grad!, p.Second.grad!), 1e-5, 0.03));
    }

    [Fact]
    public void A_step_leaves_no_tensors_behind()
    {
        using var outer = NewDisposeScope();
        Tensor[] t = Inputs(2, 30, 41);
        void Step()
        {
            using var scope = NewDisposeScope();
            ChunkedAttention.Attend(t[0], t[1], t[2], t[3], t[4], ScalarType.Float32).sum().backward();
        }

        Step();
        long before = Tensor.TotalCount;
        Step();
        Assert.Equal(before, Tensor.TotalCount);
    }

    private static Tensor[] Inputs(int heads, int height, int width)
    {
        random.manual_seed(7);
        long length = height * width;
        return [.. new[] { 8, 8, 8, height, width }.Select(d => randn(heads, length, d).requires_grad_())];
    }

    private static Tensor Plain(Tensor[] t)
    {
        Tensor bias = (t[3].unsqueeze(-1) + t[4].unsqueeze(-2)).reshape(t[0].shape[0], t[0].shape[1], -1);
        return matmul((matmul(t[0] / Math.Sqrt(t[0].shape[2]), t[1].transpose(1, 2)) + bias).softmax(-1), t[2]);
    }

    private static void AssertClose(Tensor expected, Tensor found)
    {
        double largest = expected.abs().max().item<float>();
        Assert.InRange((expected - found).abs().max().item<float>() / largest, 0, 1e-5);
    }

    private static double Difference(Tensor expected, Tensor found) => ((expected - found).norm() / expected.norm()).item<float>();
}
