using System.Runtime.InteropServices;
using System.Text.Json;
using TorchSharp;

namespace SamTune.Testing;

/// <summary>Tensors of the reference implementation, read by a reader of the tests' own so that a fault in the product's reader cannot hide itself.</summary>
public sealed class Goldens
{
    private readonly byte[] _data;
    private readonly JsonElement _header;
    private readonly int _start;

    private Goldens(string name)
    {
        _data = File.ReadAllBytes(RepositoryFiles.Golden(name));
        int length = (int)BitConverter.ToInt64(_data, 0);
        _header = JsonDocument.Parse(_data.AsMemory(8, length)).RootElement;
        _start = 8 + length;
    }

    /// <summary>goldens.safetensors: the tiny model.</summary>
    public static Goldens Tiny() => new("goldens.safetensors");

    /// <summary>tiny256_golden.safetensors: the tiny model at the full decoder width.</summary>
    public static Goldens Tiny256() => new("tiny256_golden.safetensors");

    /// <summary>vitb_golden.safetensors: the full-size ViT-B.</summary>
    public static Goldens VitB() => new("vitb_golden.safetensors");

    /// <summary>tiny_sam.safetensors: the tiny model's weights.</summary>
    public static Goldens TinyWeights() => new("tiny_sam.safetensors");

    /// <summary>tiny_sam_decoder.safetensors: prompt encoder and decoder of the tiny model, trained to answer clicks with masks around them.</summary>
    public static Goldens TinyDecoder() => new("tiny_sam_decoder.safetensors");

    /// <summary>Names of all tensors.</summary>
    public IEnumerable<string> Names => _header.EnumerateObject().Select(p => p.Name).Where(n => n != "__metadata__");

    /// <summary>A tensor as it was stored, half precision as single; the caller disposes it.</summary>
    public torch.Tensor this[string name]
    {
        get
        {
            JsonElement entry = _header.GetProperty(name);
            long[] shape = [.. entry.GetProperty("shape").EnumerateArray().Select(e => e.GetInt64())];
            int from = _start + entry.GetProperty("data_offsets")[0].GetInt32(), to = _start + entry.GetProperty("data_offsets")[1].GetInt32();
            ReadOnlySpan<byte> bytes = _data.AsSpan(from, to - from);
            return entry.GetProperty("dtype").GetString() switch
            {
                "I64" => torch.tensor(MemoryMarshal.Cast<byte, long>(bytes).ToArray(), shape),
                "F16" => torch.tensor(Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(bytes).ToArray(), v => (float)v), shape),
                _ => torch.tensor(MemoryMarshal.Cast<byte, float>(bytes).ToArray(), shape),
            };
        }
    }

    /// <summary>A tensor's first value.</summary>
    public float Scalar(string name)
    {
        using torch.Tensor value = this[name];
        return value.reshape(-1)[0].item<float>();
    }
}
