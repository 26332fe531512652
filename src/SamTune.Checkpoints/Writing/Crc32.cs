using System.Buffers.Binary;

namespace SamTune.Checkpoints.Writing;

/// <summary>The checksum of zip entries (reflected polynomial 0xEDB88320), eight bytes at a time: a model has gigabytes of them.</summary>
internal sealed class Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private static readonly uint[][] Tables = CreateTables();

    private uint state = uint.MaxValue;

    /// <summary>The checksum of everything appended so far.</summary>
    public uint Value => ~state;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint crc = state;
        while (bytes.Length >= 8)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = Tables[7][low & 0xFF] ^ Tables[6][(low >> 8) & 0xFF] ^ Tables[5][(low >> 16) & 0xFF] ^ Tables[4][low >> 24]
                ^ Tables[3][high & 0xFF] ^ Tables[2][(high >> 8) & 0xFF] ^ Tables[1][(high >> 16) & 0xFF] ^ Tables[0][high >> 24];
            bytes = bytes[8..];
        }

        foreach (byte value in bytes)
        {
            crc = Tables[0][(crc ^ value) & 0xFF] ^ (crc >> 8);
        }

        state = crc;
    }

    // Tables[k][b] is the checksum of the byte b followed by k zero bytes.
    private static uint[][] CreateTables()
    {
        uint[][] tables = new uint[8][];
        for (int table = 0; table < tables.Length; table++)
        {
            tables[table] = new uint[256];
            for (uint value = 0; value < 256; value++)
            {
                uint crc = table == 0 ? value : tables[table - 1][value];
                for (int bit = 0; bit < 8; bit++)
                {
                    crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
                }

                tables[table][value] = crc;
            }
        }

        return tables;
    }
}
