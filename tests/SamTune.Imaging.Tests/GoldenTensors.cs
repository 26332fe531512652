using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using SamTune.Testing;

namespace SamTune.Imaging.Tests;

/// <summary>F32 tensors of goldens.safetensors (8 bytes of header length, a JSON header, raw data).</summary>
internal static class GoldenTensors
{
    public static float[] Read(string name)
    {
        byte[] file = File.ReadAllBytes(RepositoryFiles.Golden("goldens.safetensors"));
        int headerLength = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        using JsonDocument header = JsonDocument.Parse(file.AsMemory(8, headerLength));
        JsonElement offsets = header.RootElement.GetProperty(name).GetProperty("data_offsets");
        int start = 8 + headerLength + offsets[0].GetInt32();
        int end = 8 + headerLength + offsets[1].GetInt32();
        return MemoryMarshal.Cast<byte, float>(file.AsSpan(start, end - start)).ToArray();
    }

    public static RgbImage ReadImage(string name, int height, int width)
        => new(new ImageSize(height, width), [.. Read(name).Select(v => (byte)v)]);
}
