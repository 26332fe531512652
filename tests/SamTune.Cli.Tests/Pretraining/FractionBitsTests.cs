using SamTune.Cli.Pretraining;
using SamTune.Modeling;
using SamTune.Testing;
using static TorchSharp.torch;

namespace SamTune.Cli.Tests.Pretraining;

public sealed class FractionBitsTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(7)]
    public void Weights_keep_so_many_bits_and_move_by_half_of_the_last_one_at_most(int bits)
    {
        using var scope = NewDisposeScope();
        using Sam model = TestModels.Tiny();
        float[][] before = [.. model.parameters().Select(p => TensorCopy.ToArray(p))];

        FractionBits.Round(model, bits);

        float[][] after = [.. model.parameters().Select(p => TensorCopy.ToArray(p))];
        Assert.All(before.Zip(after), tensor => Assert.All(tensor.First.Zip(tensor.Second), pair =>
        {
            Assert.Equal(0, BitConverter.SingleToInt32Bits(pair.Second) & ((1 << (23 - bits)) - 1));
            Assert.True(Math.Abs(pair.Second - pair.First) <= Math.ScaleB(Math.Abs(pair.First), -bits - 1), $"{pair.First} became {pair.Second}");
        }));
        Assert.NotEqual(before.SelectMany(t => t), after.SelectMany(t => t));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(11)]
    public void More_bits_than_a_file_of_half_precision_has_are_refused_and_so_are_none(int bits)
    {
        using Sam model = TestModels.Tiny();
        Assert.Throws<ArgumentOutOfRangeException>(() => FractionBits.Round(model, bits));
    }
}
