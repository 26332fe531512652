using System.Runtime.InteropServices;

namespace SamTune.Imaging.GeoTiff;

/// <summary>Takes the rows of a scene that is written, from top to bottom in portions of any height; of them one row of blocks is in memory.</summary>
/// <typeparam name="T">Type of the samples.</typeparam>
public sealed class GeoTiffRows<T>
    where T : unmanaged
{
    private readonly TiffLibrary _library;
    private readonly GeoTiffHeader _header;
    private readonly T[] _rows;
    private readonly T[] _block;
    private readonly byte[] _bytes;
    private readonly int _perPixel;
    private int _filled;
    private int _written;

    internal GeoTiffRows(TiffLibrary library, GeoTiffHeader header)
    {
        (int width, int height) = (header.BlockSize.Width, header.BlockSize.Height);
        _library = library;
        _header = header;
        _perPixel = header.IsPlanar ? 1 : header.Bands;
        _rows = new T[(long)Math.Min(height, header.Size.Height) * RowLength];
        _block = new T[(long)width * height * _perPixel];
        _bytes = new byte[_block.LongLength * SampleKinds.Bytes(header.StoredAs)];
    }

    private int RowLength => _header.Size.Width * _header.Bands;

    /// <summary>Appends rows.</summary>
    /// <param name="samples">(rows, W, C) samples, interleaved, row-major; whole rows.</param>
    /// <exception cref="ArgumentException">They are no whole rows, or more than the scene has.</exception>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Append(ReadOnlySpan<T> samples)
    {
        int rows = samples.Length / RowLength;
        if (samples.Length % RowLength != 0 || rows > _header.Size.Height - _written - _filled)
        {
            throw new ArgumentException(
                $"{samples.Length} samples are no rows of {RowLength}, or more than the {_header.Size.Height - _written - _filled} that are left of {_header.Size}.", nameof(samples));
        }

        while (!samples.IsEmpty)
        {
            int needed = Math.Min(_header.BlockSize.Height, _header.Size.Height - _written), taken = Math.Min(needed - _filled, samples.Length / RowLength);
            samples[..(taken * RowLength)].CopyTo(_rows.AsSpan(_filled * RowLength));
            samples = samples[(taken * RowLength)..];
            _filled += taken;
            if (_filled == needed)
                WriteBlocks();
        }
    }

    /// <summary>Refuses a scene whose last rows never came.</summary>
    internal void RequireAll()
    {
        if (_written != _header.Size.Height)
            throw new InvalidOperationException($"{_library.Path}: {_written + _filled} of {_header.Size.Height} rows were appended.");
    }

    private void WriteBlocks()
    {
        (int width, int height) = (_header.BlockSize.Width, _header.BlockSize.Height);
        int across = (_header.Size.Width + width - 1) / width, down = (_header.Size.Height + height - 1) / height;
        for (int plane = 0; plane < (_header.IsPlanar ? _header.Bands : 1); plane++)
        {
            for (int bx = 0; bx < across; bx++)
            {
                Gather(bx * width, plane);
                MemoryMarshal.AsBytes(_block.AsSpan()).CopyTo(_bytes);
                int index = (((plane * down) + (_written / height)) * across) + bx;
                int count = _header.IsTiled ? _bytes.Length : _bytes.Length / height * _filled;
                int done = _header.IsTiled ? _library.Image.WriteEncodedTile(index, _bytes, count) : _library.Image.WriteEncodedStrip(index, _bytes, count);
                if (done != count)
                    throw _library.Failure($"part {index} cannot be written");
            }
        }

        _written += _filled;
        _filled = 0;
    }

    // Edges of tiles beyond the scene stay zero.
    private void Gather(int firstColumn, int plane)
    {
        Array.Clear(_block);
        int columns = Math.Min(_header.BlockSize.Width, _header.Size.Width - firstColumn);
        for (int y = 0; y < _filled; y++)
        {
            int from = (y * RowLength) + (firstColumn * _header.Bands) + plane, to = y * _header.BlockSize.Width * _perPixel;
            if (!_header.IsPlanar)
            {
                _rows.AsSpan(from, columns * _perPixel).CopyTo(_block.AsSpan(to));
                continue;
            }

            for (int x = 0; x < columns; x++, from += _header.Bands)
                _block[to + x] = _rows[from];
        }
    }
}
