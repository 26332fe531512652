namespace SamTune.Imaging.Nifti;

/// <summary>Which voxels of a volume belong to one object: one byte a voxel, 0 or 1.</summary>
public sealed class BinaryVolume
{
    /// <summary>Wraps voxels without copying them.</summary>
    /// <param name="size">Voxels along the axes.</param>
    /// <param name="voxels">One byte a voxel, each 0 or 1, first axis fastest.</param>
    /// <exception cref="ArgumentException">The number of bytes does not fit the size.</exception>
    public BinaryVolume(VolumeSize size, byte[] voxels)
    {
        ArgumentNullException.ThrowIfNull(voxels);
        if (size.X < 1 || size.Y < 1 || size.Z < 1 || voxels.LongLength != size.VoxelCount)
            throw new ArgumentException($"A volume of {size} needs {size.VoxelCount} bytes; got {voxels.LongLength}.", nameof(voxels));

        Size = size;
        Voxels = voxels;
        Count = voxels.Length - voxels.AsSpan().Count((byte)0);
    }

    /// <summary>Voxels along the axes.</summary>
    public VolumeSize Size { get; }

    /// <summary>One byte a voxel, each 0 or 1, first axis fastest; shared, not a copy.</summary>
    public byte[] Voxels { get; }

    /// <summary>Number of voxels that belong to the object.</summary>
    public int Count { get; }

    /// <summary>True where the object covers the voxel.</summary>
    public bool this[int x, int y, int z] => Voxels[(((z * Size.Y) + y) * Size.X) + x] != 0;

    /// <summary>The first and the last voxel along each axis, both inclusive; null when the volume is empty.</summary>
    public ((int X, int Y, int Z) First, (int X, int Y, int Z) Last)? Bounds()
    {
        (int X, int Y, int Z) first = (Size.X, Size.Y, Size.Z), last = (-1, -1, -1);
        for (int z = 0, row = 0; z < Size.Z; z++)
        {
            for (int y = 0; y < Size.Y; y++, row += Size.X)
            {
                ReadOnlySpan<byte> voxels = Voxels.AsSpan(row, Size.X);
                int left = voxels.IndexOfAnyExcept((byte)0);
                if (left < 0)
                    continue;

                first = (Math.Min(first.X, left), Math.Min(first.Y, y), Math.Min(first.Z, z));
                last = (Math.Max(last.X, voxels.LastIndexOfAnyExcept((byte)0)), Math.Max(last.Y, y), z);
            }
        }

        return last.X < 0 ? null : (first, last);
    }
}
