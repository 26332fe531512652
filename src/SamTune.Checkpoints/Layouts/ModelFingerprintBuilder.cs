using System.Security.Cryptography;
using System.Text;

namespace SamTune.Checkpoints.Layouts;

/// <summary>
/// Computes a <see cref="ModelFingerprint"/> from tensors in memory. For each tensor, in ordinal order of the names, the hash takes the name's
/// UTF-8 bytes with their number before them, the number of dimensions, every size, and the row-major single-precision numbers; counts and
/// sizes are 8 bytes, everything is little-endian.
/// </summary>
public sealed class ModelFingerprintBuilder : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly HashStream content;
    private string? previousName;
    private long bytesLeft;

    /// <summary>Starts a fingerprint.</summary>
    public ModelFingerprintBuilder() => content = new HashStream(this);

    /// <summary>Takes the numbers of the tensor that was begun, as little-endian single precision; for callers that have a stream to write to.</summary>
    public Stream Content => content;

    /// <summary>Adds a whole tensor.</summary>
    /// <param name="name">Its reference name; ordinally after the one before.</param>
    /// <param name="shape">Sizes of the dimensions, outermost first.</param>
    /// <param name="numbers">Its numbers as little-endian single precision, row-major.</param>
    /// <exception cref="ArgumentException">The name is out of order, or the bytes do not fit the shape.</exception>
    public void Add(string name, IReadOnlyList<long> shape, ReadOnlySpan<byte> numbers)
    {
        Begin(name, shape);
        Append(numbers);
    }

    /// <summary>Begins a tensor whose numbers follow in pieces.</summary>
    /// <param name="name">Its reference name; ordinally after the one before.</param>
    /// <param name="shape">Sizes of the dimensions, outermost first.</param>
    /// <exception cref="ArgumentException">The name is out of order, or the tensor before is incomplete.</exception>
    public void Begin(string name, IReadOnlyList<long> shape)
    {
        CheckComplete();
        if (previousName != null && string.CompareOrdinal(previousName, name) >= 0)
        {
            throw new ArgumentException($"'{name}' comes after '{previousName}'; tensors are added in ordinal order of their names.", nameof(name));
        }

        previousName = name;
        byte[] bytes = Encoding.UTF8.GetBytes(name);
        AppendNumber(bytes.Length);
        hash.AppendData(bytes);
        AppendNumber(shape.Count);
        foreach (long size in shape)
        {
            AppendNumber(size);
        }

        bytesLeft = new TensorEntry(name, TensorElementType.Float32, shape).ByteCount;
    }

    /// <summary>Adds numbers of the tensor that was begun.</summary>
    /// <param name="numbers">Little-endian single precision, row-major, continuing where the piece before ended.</param>
    /// <exception cref="ArgumentException">These are more than the shape has.</exception>
    public void Append(ReadOnlySpan<byte> numbers)
    {
        if (numbers.Length > bytesLeft)
        {
            throw new ArgumentException($"'{previousName}' has {bytesLeft} bytes left, given are {numbers.Length}.", nameof(numbers));
        }

        hash.AppendData(numbers);
        bytesLeft -= numbers.Length;
    }

    /// <summary>Ends the fingerprint; afterwards the builder starts anew.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    /// <exception cref="ArgumentException">The last tensor is incomplete.</exception>
    public string Finish()
    {
        CheckComplete();
        previousName = null;
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        content.Dispose();
        hash.Dispose();
    }

    private void CheckComplete()
    {
        if (bytesLeft != 0)
        {
            throw new ArgumentException($"'{previousName}' is incomplete: {bytesLeft} bytes are left.");
        }
    }

    private void AppendNumber(long number) => hash.AppendData(BitConverter.GetBytes(number));

    private sealed class HashStream(ModelFingerprintBuilder builder) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Write(byte[] buffer, int offset, int count) => builder.Append(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer) => builder.Append(buffer);

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
