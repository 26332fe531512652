using static TorchSharp.torch;

namespace SamTune.Modeling.Prompts;

/// <summary>Positions as sines and cosines of random projections (Tancik et al. 2020, "Fourier features let networks learn high frequency functions").</summary>
public sealed class RandomPositionEncoding : nn.Module
{
    [ComponentName(Name = "positional_encoding_gaussian_matrix")]
    private readonly Tensor _matrix;

    /// <summary>Creates the encoding with a zero matrix, to be filled by an initialiser or a checkpoint.</summary>
    /// <param name="features">Half of the width of the codes.</param>
    public RandomPositionEncoding(long features)
        : base(nameof(RandomPositionEncoding))
    {
        _matrix = zeros(2, features).DetachFromDisposeScope();
        RegisterComponents();
    }

    /// <summary>Encodes positions.</summary>
    /// <param name="coordinates">x, y as fractions of the input, 0..1, (..., 2).</param>
    /// <returns>(..., 2 x features), -1..1; the caller disposes it.</returns>
    public Tensor Forward(Tensor coordinates)
    {
        using var scope = NewDisposeScope();
        var angles = matmul(2 * coordinates - 1, _matrix) * (2 * Math.PI);
        return cat([angles.sin(), angles.cos()], -1).MoveToOuterDisposeScope();
    }

    /// <summary>Codes of the centres of a grid of cells.</summary>
    /// <param name="height">Rows of cells.</param>
    /// <param name="width">Columns of cells.</param>
    /// <returns>(1, C, height, width); the caller disposes it.</returns>
    public Tensor Grid(long height, long width)
    {
        using var scope = NewDisposeScope();
        var rows = (arange(height, dtype: float32, device: _matrix.device) + 0.5f) / height;
        var columns = (arange(width, dtype: float32, device: _matrix.device) + 0.5f) / width;
        var centres = stack([columns.unsqueeze(0).expand(height, width), rows.unsqueeze(1).expand(height, width)], -1);
        return Forward(centres).permute(2, 0, 1).unsqueeze(0).contiguous().MoveToOuterDisposeScope();
    }
}
