using System.Numerics;
using System.Text;

namespace SamTune.Checkpoints.Formats.Pickling;

/// <summary>
/// Runs the part of Python's pickle language that builds dictionaries of tensors, and refuses the rest. Opcodes are those of
/// <c>pickletools</c>; names come from <see cref="PickleGlobals"/>; a call (<c>REDUCE</c>) reaches only <see cref="PickleFunction"/>, and
/// <c>BUILD</c> sets nothing. There is no way from here to any other code.
/// </summary>
internal sealed class PickleMachine
{
    private const int HighestProtocol = 5;
    private const int LongestName = 200;

    private readonly PickleInput input;
    private readonly PickleStack stack;
    private readonly HashSet<StorageReference> storages;

    private PickleMachine(PickleInput input, HashSet<StorageReference> storages)
    {
        this.input = input;
        this.storages = storages;
        stack = new PickleStack(input);
    }

    /// <summary>Runs one pickle to its end.</summary>
    /// <param name="input">The pickle's bytes.</param>
    /// <param name="storages">Takes every storage that the pickle refers to, whether a tensor of the result uses it or not.</param>
    /// <returns>
    /// The value built: null, bool, long, BigInteger, double, string, byte[], object?[] (a tuple), or one of the kinds in PickleValues.
    /// </returns>
    /// <exception cref="CheckpointException">The pickle is damaged, or asks for something that building tensors does not need.</exception>
    public static object? Run(PickleInput input, HashSet<StorageReference> storages) => new PickleMachine(input, storages).Run();

    private object? Run()
    {
        while (true)
        {
            byte opcode = input.ReadByte();
            if (opcode == (byte)'.')
            {
                return stack.Pop();
            }

            if (!Literal(opcode) && !Structure(opcode) && !Build(opcode))
            {
                throw Refused(opcode);
            }
        }
    }

    private bool Literal(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'N': // NONE
                stack.Push(null);
                return true;
            case 0x88: // NEWTRUE
                stack.Push(true);
                return true;
            case 0x89: // NEWFALSE
                stack.Push(false);
                return true;
            case (byte)'K': // BININT1
                stack.Push((long)input.ReadByte());
                return true;
            case (byte)'M': // BININT2
                stack.Push((long)input.ReadUnsigned(2));
                return true;
            case (byte)'J': // BININT
                stack.Push((long)(int)input.ReadUnsigned(4));
                return true;
            case 0x8A: // LONG1
                PushWholeNumber(new BigInteger(input.ReadBytes(input.ReadByte())));
                return true;
            case (byte)'G': // BINFLOAT, the only big-endian number
                byte[] bytes = input.ReadBytes(8);
                stack.Push(BitConverter.Int64BitsToDouble(System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(bytes)));
                return true;
            case 0x8C: // SHORT_BINUNICODE
                stack.Push(input.ReadText(input.ReadByte()));
                return true;
            case (byte)'X': // BINUNICODE
                stack.Push(input.ReadText(input.ReadUnsigned(4)));
                return true;
            case 0x8D: // BINUNICODE8
                stack.Push(input.ReadText(input.ReadUnsigned(8)));
                return true;
            case (byte)'U': // SHORT_BINSTRING: Python 2's text, which is how its keys come
                stack.Push(Encoding.Latin1.GetString(input.ReadBytes(input.ReadByte())));
                return true;
            case (byte)'T': // BINSTRING
                stack.Push(Encoding.Latin1.GetString(input.ReadBytes(input.ReadUnsigned(4))));
                return true;
            case (byte)'C': // SHORT_BINBYTES
                stack.Push(input.ReadBytes(input.ReadByte()));
                return true;
            case (byte)'B': // BINBYTES
                stack.Push(input.ReadBytes(input.ReadUnsigned(4)));
                return true;
            case 0x8E: // BINBYTES8
                stack.Push(input.ReadBytes(input.ReadUnsigned(8)));
                return true;
            default:
                return false;
        }
    }

    private bool Structure(byte opcode)
    {
        switch (opcode)
        {
            case 0x80: // PROTO
                byte protocol = input.ReadByte();
                return protocol <= HighestProtocol ? true : throw stack.Damaged($"is of protocol {protocol}, newer than {HighestProtocol}");
            case 0x95: // FRAME: a hint for buffering
                input.ReadUnsigned(8);
                return true;
            case (byte)'(': // MARK
                stack.Mark();
                return true;
            case (byte)'0': // POP
                stack.Pop();
                return true;
            case (byte)')': // EMPTY_TUPLE
                stack.Push(Array.Empty<object?>());
                return true;
            case 0x85: // TUPLE1
            case 0x86: // TUPLE2
            case 0x87: // TUPLE3
                object?[] items = new object?[opcode - 0x84];
                for (int i = items.Length - 1; i >= 0; i--)
                {
                    items[i] = stack.Pop();
                }

                stack.Push(items);
                return true;
            case (byte)'t': // TUPLE
                stack.Push(stack.PopToMark());
                return true;
            case (byte)']': // EMPTY_LIST
                stack.Push(new PickleList());
                return true;
            case (byte)'}': // EMPTY_DICT
                stack.Push(new PickleDictionary());
                return true;
            case (byte)'q': // BINPUT
                stack.Memoize(input.ReadByte());
                return true;
            case (byte)'r': // LONG_BINPUT
                stack.Memoize(input.ReadUnsigned(4));
                return true;
            case 0x94: // MEMOIZE
                stack.Memoize();
                return true;
            case (byte)'h': // BINGET
                stack.PushMemo(input.ReadByte());
                return true;
            case (byte)'j': // LONG_BINGET
                stack.PushMemo(input.ReadUnsigned(4));
                return true;
            default:
                return false;
        }
    }

    private bool Build(byte opcode)
    {
        switch (opcode)
        {
            case (byte)'a': // APPEND
                object? item = stack.Pop();
                stack.PeekAs<PickleList>("a list").Add(item);
                return true;
            case (byte)'e': // APPENDS
                object?[] items = stack.PopToMark();
                stack.PeekAs<PickleList>("a list").AddRange(items);
                return true;
            case (byte)'s': // SETITEM
                object? value = stack.Pop();
                object? key = stack.Pop();
                stack.PeekAs<PickleDictionary>("a dictionary").Set(key, value);
                return true;
            case (byte)'u': // SETITEMS
                SetItems(stack.PopToMark());
                return true;
            case (byte)'c': // GLOBAL
                string module = input.ReadLine(LongestName);
                stack.Push(Resolve(module, input.ReadLine(LongestName)));
                return true;
            case 0x93: // STACK_GLOBAL
                object? name = stack.Pop();
                stack.Push(stack.Pop() is string moduleText && name is string nameText
                    ? Resolve(moduleText, nameText)
                    : throw stack.Damaged("names a global by something that is no text"));
                return true;
            case (byte)'Q': // BINPERSID
                StorageReference storage = PickleCalls.Storage(stack, stack.Pop());
                storages.Add(storage);
                stack.Push(storage);
                return true;
            case (byte)'R': // REDUCE
                object?[] arguments = stack.Pop() as object?[] ?? throw stack.Damaged("calls with something that is no tuple");
                stack.Push(PickleCalls.Call(stack, stack.Pop(), arguments));
                return true;
            case (byte)'b': // BUILD: an OrderedDict's attributes (_metadata of a state dict) or a dtype's state; nothing is set
                stack.Pop();
                return stack.Peek() is PickleDictionary or OpaqueValue or TensorView
                    ? true
                    : throw stack.Damaged("sets the state of something that is no dictionary, tensor or dtype");
            default:
                return false;
        }
    }

    private void SetItems(object?[] items)
    {
        PickleDictionary dictionary = stack.PeekAs<PickleDictionary>("a dictionary");
        if (items.Length % 2 != 0)
        {
            throw stack.Damaged("has a key without a value");
        }

        for (int i = 0; i < items.Length; i += 2)
        {
            dictionary.Set(items[i], items[i + 1]);
        }
    }

    private object Resolve(string module, string name) =>
        PickleGlobals.Resolve(module, name)
        ?? throw new CheckpointException(
            $"{input.Label}: the pickle asks for {Printable.Quote($"{module}.{name}")}, which building tensors does not need; it is refused and nothing was run: "
            + "if you trust the file, load it in Python and save its state_dict alone.");

    private CheckpointException Refused(byte opcode)
    {
        // Those of pickletools that call or build objects in other ways get their name; anything else is noise.
        string name = opcode switch
        {
            (byte)'i' => "INST",
            (byte)'o' => "OBJ",
            0x81 => "NEWOBJ",
            0x92 => "NEWOBJ_EX",
            (byte)'P' => "PERSID",
            0x82 or 0x83 or 0x84 => "EXT",
            0x97 or 0x98 => "NEXT_BUFFER",
            _ => $"0x{opcode:X2}",
        };
        return new CheckpointException(
            $"{input.Label}: the pickle has the opcode {name} at byte {input.Position - 1}, which building tensors does not need; it is refused and nothing was run: "
            + "if you trust the file, load it in Python and save its state_dict alone.");
    }

    private void PushWholeNumber(BigInteger number) =>
        stack.Push(number >= long.MinValue && number <= long.MaxValue ? (object)(long)number : number);
}
