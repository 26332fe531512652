using System.Text;

namespace SamTune.Checkpoints.Tests;

/// <summary>Puts pickles together opcode by opcode, the bad ones too.</summary>
internal sealed class PickleAssembler
{
    private readonly List<byte> bytes = [0x80, 2];

    /// <summary>The pickle with its STOP.</summary>
    public byte[] Finish() => [.. bytes, (byte)'.'];

    public PickleAssembler Raw(params byte[] raw)
    {
        bytes.AddRange(raw);
        return this;
    }

    public PickleAssembler Op(string opcodes) => Raw(Encoding.ASCII.GetBytes(opcodes));

    public PickleAssembler Global(string module, string name) => Op($"c{module}\n{name}\n");

    public PickleAssembler Text(string text)
    {
        byte[] encoded = Encoding.UTF8.GetBytes(text);
        return Op("X").Raw(BitConverter.GetBytes(encoded.Length)).Raw(encoded);
    }

    public PickleAssembler Number(long number) => Raw(0x8A, 8).Raw(BitConverter.GetBytes(number));

    public PickleAssembler Tuple(params long[] numbers)
    {
        Op("(");
        foreach (long number in numbers)
        {
            Number(number);
        }

        return Op("t");
    }

    public PickleAssembler Tensor(string storageType, string key, long storageCount, long offset, long[] shape, long[] strides) =>
        Global("torch._utils", "_rebuild_tensor_v2").Op("((").Text("storage").Global("torch", storageType).Text(key).Text("cpu").Number(storageCount)
            .Op("tQ").Number(offset).Tuple(shape).Tuple(strides).Raw(0x89).Op("}tR");

    /// <summary>A dictionary with one tensor called w.</summary>
    public static byte[] OneTensor(long storageCount, long offset, long[] shape, long[] strides, string storageType = "FloatStorage") =>
        new PickleAssembler().Op("}").Text("w").Tensor(storageType, "0", storageCount, offset, shape, strides).Op("s").Finish();
}
