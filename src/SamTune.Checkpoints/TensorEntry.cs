namespace SamTune.Checkpoints;

/// <summary>What a checkpoint says about one tensor, without its numbers.</summary>
/// <param name="Name">The key, for example <c>image_encoder.pos_embed</c>.</param>
/// <param name="ElementType">How one number is stored.</param>
/// <param name="Shape">Sizes of the dimensions, outermost first; empty for a single number. Each is 0 or more.</param>
public sealed record TensorEntry(string Name, TensorElementType ElementType, IReadOnlyList<long> Shape)
{
    /// <summary>The number of elements: the product of the shape, 1 for an empty shape.</summary>
    /// <exception cref="OverflowException">The product does not fit; entries of an opened checkpoint always fit.</exception>
    public long ElementCount
    {
        get
        {
            // A zero anywhere makes the tensor empty, however large the other sizes are.
            if (Shape.Contains(0))
            {
                return 0;
            }

            long count = 1;
            foreach (long size in Shape)
            {
                count = checked(count * size);
            }

            return count;
        }
    }

    /// <summary>Bytes of the tensor when stored contiguously in its element type.</summary>
    /// <exception cref="OverflowException">The product does not fit; entries of an opened checkpoint always fit.</exception>
    public long ByteCount => checked(ElementCount * ElementType.ByteSize());

    /// <summary>The shape for people: <c>1x64x64x768</c>, or <c>scalar</c> where there is no dimension.</summary>
    public string ShapeText => Shape.Count == 0 ? "scalar" : string.Join('x', Shape);

    /// <summary>Equal where name, element type and every size of the shape are.</summary>
    /// <param name="other">The entry to compare with.</param>
    /// <returns>Whether the two say the same.</returns>
    public bool Equals(TensorEntry? other) =>
        other != null && Name == other.Name && ElementType == other.ElementType && Shape.SequenceEqual(other.Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, ElementType, Shape.Count);
}
