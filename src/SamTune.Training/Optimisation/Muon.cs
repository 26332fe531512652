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

    // 16 MB in float32: what is in memory several times while matrices are made orthogonal.
    private const long NumbersAtOnce = 1 << 22;

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
        using var scope = NewDisposeScope();
        var steps = new List<(Tensor Map, Tensor Direction)>();
        foreach ((string name, Parameter weight, Tensor momentum) in matrices)
        {
            if (weight.grad is not { } gradient)
            {
                continue;
            }

            momentum.lerp_(gradient, 1 - MomentumDecay);
            Tensor ahead = gradient.lerp(momentum, MomentumDecay);
            weight.mul_(1 - rate * weightDecay);

            // Query, key and value stand in one tensor but are three maps.
            int maps = name.EndsWith(".qkv.weight", StringComparison.Ordinal) ? 3 : 1;
            steps.AddRange(weight.chunk(maps, 0).Zip(ahead.chunk(maps, 0)));

            // Absent, not zero: a matrix that no prompt of the next step reaches stays where it is, though it has momentum.
            weight.grad = null;
        }

        // Matrices of one shape are made orthogonal together: a small model has many, and each operation costs the same few microseconds for one or for all.
        foreach (var alike in steps.GroupBy(s => (Rows: s.Map.shape[0], Columns: s.Map.shape[1])))
        {
            double stepSize = rate * StepSize * Math.Sqrt(Math.Max(alike.Key.Rows, alike.Key.Columns));
            foreach (var part in alike.Chunk((int)Math.Max(1, NumbersAtOnce / (alike.Key.Rows * alike.Key.Columns))))
            {
                using var partScope = NewDisposeScope();
                foreach ((Tensor map, Tensor orthogonal) in part.Select(s => s.Map).Zip(Orthogonal(stack(part.Select(s => s.Direction))).unbind(0)))
                {
                    map.add_(orthogonal, -stepSize);
                }
            }
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

    /// <summary>U V^T of the singular value decomposition U S V^T of each matrix, roughly: singular values come out between 0.7 and 1.2.</summary>
    /// <param name="matrices">(N, rows, columns), float32.</param>
    internal Tensor Orthogonal(Tensor matrices)
    {
        bool isTall = matrices.shape[1] > matrices.shape[2];
        Tensor norms = matrices.square().sum([1, 2], keepdim: true).sqrt_().add_(Smallest);
        Tensor x = ((isTall ? matrices.transpose(1, 2) : matrices) / norms).to(product);
        for (int round = 0; round < Rounds; round++)
        {
            Tensor square = x.bmm(x.transpose(1, 2));
            x = AddProduct(x, Linear, AddProduct(square, Cubic, square, square, Quintic), x, 1);
        }

        return (isTall ? x.transpose(1, 2) : x).to(float32);
    }

    // TorchSharp passes the three tensors in an order of its own: a.baddbmm(b, c) is a b + c, where PyTorch's is b c + a.
    private static Tensor AddProduct(Tensor sum, double share, Tensor left, Tensor right, double factor) => left.baddbmm(right, sum, (float)share, (float)factor);
}
