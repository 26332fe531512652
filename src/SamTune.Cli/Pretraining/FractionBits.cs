using SamTune.Modeling;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Cli.Pretraining;

/// <summary>Rounds weights to fewer bits than their file has room for. The file's size stays, but what an archive or a repository makes of it gets smaller by about as many bits a value.</summary>
internal static class FractionBits
{
    /// <summary>All that half precision has.</summary>
    public const int Half = 10;

    /// <summary>What bfloat16 has: training whose products are in bfloat16 saw no more of its weights.</summary>
    public const int BFloat16 = 7;

    private const int Single = 23;

    /// <summary>Rounds every weight to the nearest value of so many bits after the leading one (Dekker 1971, "A floating-point technique for extending the available precision", section 5.7).</summary>
    /// <param name="model">Changed in place.</param>
    /// <param name="bits">1..10.</param>
    /// <exception cref="ArgumentOutOfRangeException">Other than 1..10 bits.</exception>
    public static void Round(Sam model, int bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bits, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bits, Half);
        using var guard = no_grad();
        using var scope = NewDisposeScope();
        double split = Math.Pow(2, Single - bits) + 1;
        foreach (Parameter weight in model.parameters())
        {
            Tensor far = weight * split;
            weight.copy_(far - (far - weight));
        }
    }
}
