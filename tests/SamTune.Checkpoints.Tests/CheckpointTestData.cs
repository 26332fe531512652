using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace SamTune.Checkpoints.Tests;

/// <summary>Files that tests write to be read, good and bad.</summary>
internal static class CheckpointTestData
{
    /// <summary>Every variant of the tiny SAM.</summary>
    public static readonly string[] TinyVariants =
        ["tiny_sam.pth", "tiny_sam_legacy.pth", "tiny_sam_fp16.pth", "tiny_sam.safetensors", "tiny_sam_hf.safetensors"];

    /// <summary>Reads a whole tensor as single precision.</summary>
    public static float[] Floats(Checkpoint checkpoint, string name)
    {
        Assert.True(checkpoint.TryGet(name, out TensorEntry? entry), name);
        float[] values = new float[entry.ElementCount];
        checkpoint.ReadAsFloat32(name, values);
        return values;
    }

    /// <summary>Reads a whole tensor as stored.</summary>
    public static byte[] Bytes(Checkpoint checkpoint, string name)
    {
        Assert.True(checkpoint.TryGet(name, out TensorEntry? entry), name);
        byte[] bytes = new byte[entry.ByteCount];
        checkpoint.Read(name, bytes);
        return bytes;
    }

    /// <summary>Opens a file that must be refused, and returns the one line that says why.</summary>
    public static string Refusal(string path)
    {
        CheckpointException exception = Assert.Throws<CheckpointException>(() => Checkpoint.Open(path).Dispose());
        Assert.StartsWith(Path.GetFileName(path) + ":", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', exception.Message);
        return exception.Message;
    }

    /// <summary>Writes a safetensors file from a header in JSON and data.</summary>
    public static void WriteSafeTensors(string path, string header, byte[] data)
    {
        byte[] headerBytes = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)headerBytes.Length), .. headerBytes, .. data]);
    }

    /// <summary>Writes a torch.save zip from a pickle and storages.</summary>
    public static void WritePth(string path, byte[] pickle, params (string Name, byte[] Content)[] others)
    {
        using ZipArchive zip = new(File.Create(path), ZipArchiveMode.Create);
        foreach ((string name, byte[] content) in others.Prepend(("data.pkl", pickle)).Append(("version", "3\n"u8.ToArray())))
        {
            using Stream entry = zip.CreateEntry($"archive/{name}", CompressionLevel.NoCompression).Open();
            entry.Write(content);
        }
    }

    /// <summary>Parses a golden JSON object.</summary>
    public static JsonObject Json(string path) => JsonNode.Parse(File.ReadAllText(path), documentOptions: new JsonDocumentOptions())!.AsObject();
}
