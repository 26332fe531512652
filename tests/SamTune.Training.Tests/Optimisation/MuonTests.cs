using SamTune.Adaptation;
using SamTune.Adaptation.Full;
using SamTune.Modeling;
using SamTune.Testing;
using SamTune.Training.Optimisation;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Training.Tests.Optimisation;

public sealed class MuonTests
{
    [Theory]
    [InlineData(40, 90, false)]
    [InlineData(90, 40, false)]
    [InlineData(64, 64, true)]
    public void A_direction_keeps_its_singular_vectors_and_its_singular_values_come_near_one(int rows, int columns, bool isBFloat16)
    {
        using var scope = NewDisposeScope();
        random.manual_seed(2);
        (Tensor left, _) = linalg.qr(randn(rows, 30));
        (Tensor right, _) = linalg.qr(randn(columns, 30));
        Tensor values = linspace(0.05, 3, 30);
        using var muon = new Muon([], 0, isBFloat16);

        Tensor matrix = (left * values).mm(right.t());

        // Two together, of which one is a hundred times the other: the step depends on the direction alone.
        foreach (Tensor found in muon.Orthogonal(stack([matrix, 100 * matrix])).unbind(0))
        {
            Tensor inside = left.t().mm(found).mm(right), diagonal = inside.diagonal();
            Assert.InRange(diagonal.min().item<float>(), 0.6f, 1.2f);
            Assert.InRange(diagonal.max().item<float>(), 0.6f, 1.3f);
            Assert.InRange((inside - diag(diagonal)).abs().max().item<float>(), 0, isBFloat16 ? 0.05f : 0.001f);
        }
    }

    [Fact]
    public void A_matrix_without_a_gradient_stays_where_it_is_and_one_with_a_gradient_falls_down_its_slope()
    {
        using var scope = NewDisposeScope();
        random.manual_seed(3);
        Parameter moved = new(randn(32, 48)), still = new(randn(32, 48));
        using var muon = new Muon([("moved.weight", moved), ("still.weight", still)], weightDecay: 0, isBFloat16: false);
        (float[] before, float[] untouched) = (TensorCopy.ToArray(moved), TensorCopy.ToArray(still));
        Tensor target = randn(32, 48);
        double Distance() => (moved - target).square().sum().item<float>();
        double first = Distance();
        for (int step = 0; step < 10; step++)
        {
            (moved - target).square().sum().backward();
            muon.Step(0.05);
            Assert.Null(moved.grad);
        }

        Assert.NotEqual(before, TensorCopy.ToArray(moved));
        Assert.Equal(untouched, TensorCopy.ToArray(still));
        Assert.True(Distance() < 0.9 * first, $"{Distance()} against {first}");
    }

    [Fact]
    public void Linear_layers_between_features_are_taken_and_every_parameter_is_stepped_by_one_of_the_two()
    {
        using Sam model = TestModels.Tiny();
        using IFineTuning method = TrainedMethods.Create(new FullConfig(), model, 1);
        string[] taken = [.. method.Trainable.Where(p => Muon.Takes(p.Name, p.Parameter)).Select(p => p.Name)];
        Assert.Contains("image_encoder.blocks.0.attn.qkv.weight", taken);
        Assert.Contains("mask_decoder.transformer.layers.0.mlp.lin1.weight", taken);
        Assert.DoesNotContain(taken, n => n.Contains("embed", StringComparison.Ordinal) || n.Contains("token", StringComparison.Ordinal) || n.Contains("norm", StringComparison.Ordinal));
        using var optimizer = new MethodOptimizer(method, new TrainingOptions { MatrixLearningRate = 0.01 }, encoderDepth: 4);
        Assert.Equal(method.Trainable.Select(p => p.Name).Order(), optimizer.Names.Order());
    }
}
