using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SamTune.Training.Optimisation;

/// <summary>
/// Momentum whose step is orthogonal: every direction in which a matrix can change is stepped equally far, however small its share of the gradient (Jordan et al. 2024, "Muon: An optimizer for hidden layers in
/// neural networks"). For models trained from nothing: on the first stage of sam_tiny it needs less than half of AdamW's steps. Holds one number a parameter, where AdamW holds two.
/// </summary>
internal sealed class Muon : IDisposable
{
    private const double MomentumDecay = 0.95;

    // A step's root mean square becomes that of AdamW's, so that rates and decay are of the same kind (Liu et al. 2025, "Muon is scalable for LLM training", equation 4).
    private const double StepSize = 0.2;

    // Odd polynomial that takes every singular value in 0..1 near 1 in five rounds (Jordan et al. 2024, "Newton-Schulz").
    private const double Linear = 3.4445, Cubic = -4.7750, Quintic = 2.0315;
    private const int Rounds = 5;
    private const double Smallest = 1e-7;

    // Narrower ones, such as tokens and position tables, are not maps between features.
    private const int NarrowestMatrix = 32;

    private readonly IReadOnlyList<(string Name, Parameter Weight, Tensor Momentum)> matrices;
    private readonly double weightDecay;
    private readonly ScalarType product;

    /// <summary>Starts with no momentum.</summary>
    /// <param name="weights">What <see cref="Takes"/>.</param>
    /// <param name="weightDecay">Decoupled decay.</param>
    /// <param name="isBFloat16">Whether the products of the polynomial are in bfloat16, which its result does not need more than.</param>
    public Muon(IEnumerable<(string Name, Parameter Parameter)> weights, double weightDecay, bool isBFloat16)
    {
        matrices = [.. weights.Select(w => (w.Name, w.Parameter, zeros_like(w.Parameter).DetachFromDisposeScope()))];
        this.weightDecay = weightDecay;
        product = isBFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
    }

    /// <summary>The momentum of each matrix, by its name.</summary>
    public IEnumerable<(string Name, Tensor Momentum)> State => matrices.Select(m => (m.Name, m.Momentum));

    /// <summary>Whether a parameter is a matrix between features: the weight of a linear layer.</summary>
    /// <param name="name">Its name in the model.</param>
    /// <param name="parameter">The parameter.</param>
    public static bool Takes(string name, Parameter parameter) =>
        parameter.dim() == 2 && Math.Min(parameter.shape[0], parameter.shape[1]) >= NarrowestMatrix && name.EndsWith(".weight", StringComparison.Ordinal)
        && !name.Contains("embed", StringComparison.Ordinal) && !name.Contains("token", StringComparison.Ordinal);

    /// <summary>Steps every matrix that has a gradient and drops that gradient.</summary>
    /// <param name="rate">Learning rate.</param>
    public void Step(double rate)
    {
        using var guard = no_grad();
        foreach ((string name, Parameter weight, Tensor momentum) in matrices)
        {
            if (weight.grad is not { } gradient)
            {
                continue;
            }

            using var scope = NewDisposeScope();
            momentum.mul_(MomentumDecay).add_(gradient, 1 - MomentumDecay);
            Tensor ahead = gradient.mul(1 - MomentumDecay).add_(momentum, MomentumDecay);
            weight.mul_(1 - rate * weightDecay);

            // Query, key and value stand in one tensor but are three maps.
            int maps = name.EndsWith(".qkv.weight", StringComparison.Ordinal) ? 3 : 1;
            foreach ((Tensor map, Tensor direction) in weight.chunk(maps, 0).Zip(ahead.chunk(maps, 0)))
            {
                map.add_(Orthogonal(direction), -rate * StepSize * Math.Sqrt(Math.Max(map.shape[0], map.shape[1])));
            }

            // Absent, not zero: a matrix that no prompt of the next step reaches stays where it is, though it has momentum.
            weight.grad = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach ((_, _, Tensor momentum) in matrices)
        {
            momentum.Dispose();
        }
    }

    /// <summary>U V^T of the singular value decomposition U S V^T, roughly: singular values come out between 0.7 and 1.2.</summary>
    /// <param name="matrix">(rows, columns), float32.</param>
    internal Tensor Orthogonal(Tensor matrix)
    {
        bool isTall = matrix.shape[0] > matrix.shape[1];
        Tensor x = ((isTall ? matrix.t() : matrix) / (matrix.norm() + Smallest)).to(product);
        for (int round = 0; round < Rounds; round++)
        {
            Tensor square = x.mm(x.t());
            x = (Linear * x).add_((Cubic * square).add_(square.mm(square), Quintic).mm(x));
        }

        return (isTall ? x.t() : x).to(float32);
    }
}
