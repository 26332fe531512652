using System.Buffers.Binary;
using System.IO.Compression;
using SamTune.Imaging;
using SamTune.Testing;

namespace SamTune.Evaluation.Tests.Baselines;

/// <summary>A volume of data/mri stored as unsigned bytes; reads those files only and trusts them.</summary>
internal sealed class ByteVolume
{
    private readonly int[] _shape;
    private readonly byte[] _voxels;

    public ByteVolume(string name)
    {
        using var file = new GZipStream(File.OpenRead(RepositoryFiles.Mri(name)), CompressionMode.Decompress);
        using var memory = new MemoryStream();
        file.CopyTo(memory);
        byte[] bytes = memory.ToArray();
        Assert.Equal(2, BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(70)));
        _shape = [.. Enumerable.Range(1, 3).Select(axis => (int)BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(40 + 2 * axis)))];
        int start = (int)BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(108));
        _voxels = bytes[start..];
        Assert.Equal(_shape[0] * _shape[1] * _shape[2], _voxels.Length);
    }

    /// <summary>One slice along the third axis: first axis down, second across.</summary>
    public byte[] Slice(int z)
    {
        var slice = new byte[_shape[0] * _shape[1]];
        for (int x = 0, i = 0; x < _shape[0]; x++)
        {
            for (int y = 0; y < _shape[1]; y++, i++)
            {
                slice[i] = _voxels[x + _shape[0] * (y + _shape[1] * z)];
            }
        }

        return slice;
    }

    public ImageSize SliceSize => new(_shape[0], _shape[1]);
}
