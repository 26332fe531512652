using System.Text;
using SamTune.Testing;
using static SamTune.Checkpoints.Tests.CheckpointTestData;

namespace SamTune.Checkpoints.Tests;

public sealed class PickleSafetyTests : IDisposable
{
    private static readonly byte[] FourFloats = new byte[16];

    private readonly TemporaryFolder folder = new();

    private string Pth => folder.At("evil.pth");

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "getattr")]
    [InlineData("torch", "load")]
    [InlineData("torch.hub", "load")]
    [InlineData("torch._utils", "_import_dotted_name")]
    [InlineData("torch._utils", "_rebuild_tensor_v2.__globals__")]
    [InlineData("collections", "OrderedDict.fromkeys")]
    [InlineData("numpy", "load")]
    [InlineData("subprocess", "Popen")]
    public void A_global_that_tensors_do_not_need_is_refused_by_name(string module, string name)
    {
        PickleAssembler[] pickles =
        [
            new PickleAssembler().Global(module, name).Op("(").Text("touch hacked").Op("tR"),
            new PickleAssembler().Text(module).Text(name).Raw(0x93).Op("(").Text("touch hacked").Op("tR"),
            new PickleAssembler().Op("}").Text("w").Global(module, name).Op("s"),
            new PickleAssembler().Global("collections", "OrderedDict").Op(")R}").Text("__setstate__").Global(module, name).Op("sb"),
        ];
        foreach (PickleAssembler pickle in pickles)
        {
            WritePth(Pth, pickle.Finish());
            Assert.Contains($"the pickle asks for '{module}.{name}'", Refusal(Pth), StringComparison.Ordinal);
        }

        Assert.False(File.Exists("hacked"));
    }

    [Fact]
    public void Opcodes_that_build_objects_in_other_ways_are_refused_by_name()
    {
        PickleAssembler Start() => new();
        foreach ((string opcode, PickleAssembler pickle) in new[]
        {
            ("INST", Start().Op("(").Text("touch hacked").Op("ios\nsystem\n")),
            ("OBJ", Start().Op("(").Global("collections", "OrderedDict").Op("o")),
            ("NEWOBJ", Start().Global("collections", "OrderedDict").Op(")").Raw(0x81)),
            ("NEWOBJ_EX", Start().Global("collections", "OrderedDict").Op(")}").Raw(0x92)),
            ("EXT", Start().Raw(0x82, 1)),
            ("PERSID", Start().Op("Pstorage\n")),
            ("NEXT_BUFFER", Start().Raw(0x97)),
            ("0xFF", Start().Raw(0xFF)),
        })
        {
            WritePth(Pth, pickle.Finish());
            Assert.Contains($"has the opcode {opcode} ", Refusal(Pth), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Calls_of_what_is_no_function_are_refused()
    {
        foreach (PickleAssembler pickle in new[]
        {
            new PickleAssembler().Text("os.system").Op(")R"),
            new PickleAssembler().Global("torch", "FloatStorage").Op(")R"),
            new PickleAssembler().Global("torch", "float32").Op(")R"),
            new PickleAssembler().Global("collections", "OrderedDict").Op("}R"),
            new PickleAssembler().Global("collections", "OrderedDict").Op("K\u0001").Raw(0x85).Op("R"),
            new PickleAssembler().Global("torch._utils", "_rebuild_tensor_v2").Op(")R"),
            new PickleAssembler().Global("torch._utils", "_rebuild_parameter").Op("}").Raw(0x85).Op("R"),
            new PickleAssembler().Text("text").Op("}b"),
            new PickleAssembler().Global("collections", "OrderedDict").Op("}b"),
        })
        {
            WritePth(Pth, pickle.Finish());
            Assert.Contains("the pickle ", Refusal(Pth), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_broken_stack_is_refused()
    {
        foreach (string opcodes in new[] { "", "t", "a", "s", "u", "e", "R", "b", "Q", "0", "q\u0001", "h\u0005", "j\u0005\u0000\u0000\u0000", "(", "}(N", "}(Nu", "]N", "}Na", "]NNs", "N" })
        {
            WritePth(Pth, new PickleAssembler().Op(opcodes).Finish());
            Refusal(Pth);
        }

        WritePth(Pth, new PickleAssembler().Raw(0x93).Finish());
        Refusal(Pth);
        WritePth(Pth, [0x80, 6, (byte)'}', (byte)'.']);
        Assert.Contains("is of protocol 6", Refusal(Pth), StringComparison.Ordinal);
    }

    [Fact]
    public void Huge_lengths_are_refused_before_memory_is_taken()
    {
        byte[] most = [0xFF, 0xFF, 0xFF, 0xFF];
        foreach (PickleAssembler pickle in new[]
        {
            new PickleAssembler().Op("X").Raw(most),
            new PickleAssembler().Op("T").Raw(most),
            new PickleAssembler().Op("B").Raw(most),
            new PickleAssembler().Raw(0x8D).Raw(most).Raw(most),
            new PickleAssembler().Raw(0x8E).Raw(most).Raw(0xFF, 0xFF, 0xFF, 0x7F),
        })
        {
            WritePth(Pth, pickle.Finish());
            Assert.Contains("ends too early", Refusal(Pth), StringComparison.Ordinal);
        }

        WritePth(Pth, new PickleAssembler().Op("c" + new string('a', 5000)).Finish());
        Assert.Contains("a global of more than 200 letters", Refusal(Pth), StringComparison.Ordinal);
        WritePth(Pth, new PickleAssembler().Op("X").Raw(2, 0, 0, 0, 0xC3, 0x28).Finish());
        Assert.Contains("not UTF-8", Refusal(Pth), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_without_end_are_refused()
    {
        WritePth(Pth, new PickleAssembler().Raw([.. Enumerable.Repeat((byte)'N', 1_000_001)]).Finish());
        Assert.Contains("too many for a state dict", Refusal(Pth), StringComparison.Ordinal);
        WritePth(Pth, new PickleAssembler().Raw([.. Enumerable.Repeat((byte)'(', 1_000_001)]).Finish());
        Assert.Contains("nests too deep", Refusal(Pth), StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_that_hold_themselves_or_double_at_every_level_do_no_harm()
    {
        WritePth(Pth, new PickleAssembler().Op("}q\u0001").Text("self").Op("h\u0001s").Finish());
        using (Checkpoint checkpoint = Checkpoint.Open(Pth))
        {
            Assert.Empty(checkpoint.Tensors);
        }

        // Eight levels of 100 references to the level below are 10^16 items in a few kilobytes.
        PickleAssembler laughs = new PickleAssembler().Op("}").Text("w").Op("]q\u00000");
        for (int level = 1; level < 8; level++)
        {
            laughs.Op("](").Raw([.. Enumerable.Repeat(new byte[] { (byte)'h', (byte)(level - 1) }, 100).SelectMany(static pair => pair)]).Op("eq").Raw((byte)level, (byte)'0');
        }

        WritePth(Pth, laughs.Op("h\u0007s").Finish());
        Assert.Contains("items, too many for a checkpoint", Refusal(Pth), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(4, 0, new long[] { 5 }, new long[] { 1 }, "reaches to element 5 of a storage of 4")]
    [InlineData(4, 1, new long[] { 4 }, new long[] { 1 }, "reaches to element 5 of a storage of 4")]
    [InlineData(4, 0, new long[] { 2, 2 }, new long[] { 3, 1 }, "reaches to element 5 of a storage of 4")]
    [InlineData(4, 5, new long[] { 0 }, new long[] { 1 }, "reaches to element 5 of a storage of 4")]
    [InlineData(4, -1, new long[] { 1 }, new long[] { 1 }, "reaches to element 0 of a storage of 4")]
    [InlineData(4, long.MaxValue, new long[] { 2 }, new long[] { 1 }, "of a storage of 4")]
    [InlineData(4, 0, new long[] { 2 }, new[] { long.MaxValue }, "of a storage of 4")]
    [InlineData(4, 0, new long[] { 3, 3 }, new[] { long.MaxValue, long.MaxValue }, "of a storage of 4")]
    [InlineData(4, 0, new[] { long.MaxValue }, new long[] { 0 }, "claims the shape 9223372036854775807")]
    [InlineData(4, 0, new long[] { 1L << 32, 1L << 32 }, new long[] { 0, 0 }, "claims the shape")]
    [InlineData(4, 0, new long[] { -1 }, new long[] { 1 }, "a negative size or stride")]
    [InlineData(4, 0, new long[] { 2 }, new long[] { -1 }, "a negative size or stride")]
    [InlineData(4, 0, new long[] { 2 }, new long[] { 1, 1 }, "without its storage, offset, shape or strides")]
    [InlineData(5, 0, new long[] { 2 }, new long[] { 1 }, "has 16 bytes, but 5 elements of Float32 are claimed")]
    [InlineData(long.MaxValue, 0, new long[] { 2 }, new long[] { 1 }, "elements of Float32 are claimed")]
    [InlineData(-4, 0, new long[] { 2 }, new long[] { 1 }, "without its type, key or size")]
    public void Views_outside_their_storage_are_refused(long count, long offset, long[] shape, long[] strides, string message)
    {
        WritePth(Pth, PickleAssembler.OneTensor(count, offset, shape, strides), ("data/0", FourFloats));
        Assert.Contains(message, Refusal(Pth), StringComparison.Ordinal);
    }

    [Fact]
    public void Harmless_views_are_read()
    {
        byte[] numbers = [.. new float[] { 1, 2, 3, 4 }.SelectMany(BitConverter.GetBytes)];
        foreach ((long offset, long[] shape, long[] strides, float[] expected) in new (long, long[], long[], float[])[]
        {
            (0, [4], [1], [1, 2, 3, 4]),
            (1, [], [], [2]),
            (0, [2, 2], [1, 2], [1, 3, 2, 4]),
            (3, [2, 3], [0, 0], [4, 4, 4, 4, 4, 4]),
            (0, [1, 4], [77, 1], [1, 2, 3, 4]),
            (1, [2], [2], [2, 4]),
            (4, [0, 3], [3, 1], []),
            (0, [0, 1L << 40, 1L << 40], [5, 5, 5], []),
        })
        {
            WritePth(Pth, PickleAssembler.OneTensor(4, offset, shape, strides), ("data/0", numbers));
            using Checkpoint checkpoint = Checkpoint.Open(Pth);
            Assert.Equal(expected, Floats(checkpoint, "w"));
        }
    }

    [Fact]
    public void Other_values_beside_the_tensors_are_tolerated()
    {
        PickleAssembler pickle = new PickleAssembler().Op("}(")
            .Text("w").Tensor("FloatStorage", "0", 4, 0, [4], [1])
            .Text("dtype").Global("torch", "float16")
            .Text("device").Global("torch", "device").Text("cuda:0").Raw(0x85).Op("R")
            .Text("size").Global("torch", "Size").Tuple(1, 2).Raw(0x85).Op("R")
            .Text("score").Global("numpy.core.multiarray", "scalar").Global("numpy", "dtype").Text("f8").Raw(0x89, 0x88, 0x87).Op("R(K\u0003").Text("<").Op("tb")
            .Global("_codecs", "encode").Text("abc").Text("latin1").Raw(0x86).Op("R").Raw(0x86).Op("R")
            .Op("K\u0007").Text("number as key")
            .Tuple(1, 2).Text("tuple as key")
            .Op("u");
        WritePth(Pth, pickle.Finish(), ("data/0", FourFloats));
        using Checkpoint checkpoint = Checkpoint.Open(Pth);
        Assert.Equal("w", Assert.Single(checkpoint.Tensors).Name);
    }

    [Fact]
    public void Newer_protocols_and_old_dictionaries_are_read()
    {
        // Protocol 4 with frame, short text, memoize and STACK_GLOBAL; an OrderedDict given as a list of pairs.
        byte[] Short(string text) => [0x8C, (byte)text.Length, .. Encoding.ASCII.GetBytes(text), 0x94];
        byte[] pickle =
        [
            0x80, 4, 0x95, 0, 0, 0, 0, 0, 0, 0, 0, .. Short("collections"), .. Short("OrderedDict"), 0x93, 0x94,
            (byte)']', (byte)']', .. Short("w"), (byte)'a', .. new PickleAssembler().Tensor("FloatStorage", "0", 4, 0, [4], [1]).Finish()[2..^1], (byte)'a', (byte)'a',
            0x85, (byte)'R', (byte)'.',
        ];
        WritePth(Pth, pickle, ("data/0", FourFloats));
        using Checkpoint checkpoint = Checkpoint.Open(Pth);
        Assert.Equal(new TensorEntry("w", TensorElementType.Float32, [4]), Assert.Single(checkpoint.Tensors));
    }

    [Fact]
    public void A_name_spelled_out_and_nested_is_refused()
    {
        PickleAssembler pickle = new PickleAssembler().Op("}(").Text("a.b").Tensor("FloatStorage", "0", 4, 0, [4], [1])
            .Text("a").Op("}").Text("b").Tensor("FloatStorage", "0", 4, 0, [4], [1]).Op("su");
        WritePth(Pth, pickle.Finish(), ("data/0", FourFloats));
        Assert.Contains("'a.b' is there twice", Refusal(Pth), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_dictionary_of_tensors_is_refused()
    {
        WritePth(Pth, new PickleAssembler().Tensor("FloatStorage", "0", 4, 0, [4], [1]).Finish(), ("data/0", FourFloats));
        Assert.Contains("holds a single tensor, needed is a dictionary of tensors", Refusal(Pth), StringComparison.Ordinal);
        WritePth(Pth, new PickleAssembler().Op("]").Finish());
        Assert.Contains("holds a list", Refusal(Pth), StringComparison.Ordinal);
    }
}
