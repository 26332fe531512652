using TorchSharp;

namespace SamTune.Testing;

/// <summary>Comparison of tensors within a stated tolerance.</summary>
public static class Near
{
    /// <summary>Asserts equal shapes and that no element differs by more than the tolerance.</summary>
    public static void Assert(torch.Tensor expected, torch.Tensor actual, double tolerance, string what = "")
    {
        Xunit.Assert.Equal(expected.shape, actual.shape);
        double difference = (expected - actual.detach()).abs().max().item<float>();
        Xunit.Assert.True(difference <= tolerance, $"{what}: differs by {difference:g3}, more than {tolerance:g3}.");
    }

    /// <summary>Asserts that no element differs by more than a share of the expected tensor's largest magnitude.</summary>
    public static void AssertRelative(torch.Tensor expected, torch.Tensor actual, double share, string what = "") =>
        Assert(expected, actual, share * Math.Max(1e-8, expected.abs().max().item<float>()), what);
}
