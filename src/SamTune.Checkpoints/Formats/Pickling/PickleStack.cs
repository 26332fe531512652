namespace SamTune.Checkpoints.Formats.Pickling;

/// <summary>The stack and memo of a pickle, with limits that no state dict comes near.</summary>
internal sealed class PickleStack(PickleInput input)
{
    private const int DeepestStack = 1_000_000;
    private const int MostPushes = 8_000_000;
    private const int MostMemos = 4_000_000;

    private readonly List<object?> values = [];
    private readonly List<int> marks = [];
    private readonly Dictionary<uint, object?> memo = [];
    private int pushes;

    public void Push(object? value)
    {
        if (values.Count == DeepestStack || ++pushes > MostPushes)
        {
            throw new CheckpointException(
                $"{input.Label}: the pickle holds more than {Math.Min(pushes, DeepestStack)} values at byte {input.Position}, too many for a state dict; the file is damaged or hostile.");
        }

        values.Add(value);
    }

    public object? Pop()
    {
        object? value = Peek();
        values.RemoveAt(values.Count - 1);
        return value;
    }

    public object? Peek()
    {
        // Nothing below the last mark may be touched before that mark is taken.
        int floor = marks.Count == 0 ? 0 : marks[^1];
        return values.Count > floor ? values[^1] : throw Damaged("takes a value from an empty stack");
    }

    /// <summary>The topmost value must be of this kind; it stays.</summary>
    public T PeekAs<T>(string needed)
        where T : class => Peek() as T ?? throw Damaged($"needs {needed} where it has something else");

    public void Mark()
    {
        if (marks.Count == DeepestStack || ++pushes > MostPushes)
        {
            throw Damaged("nests too deep");
        }

        marks.Add(values.Count);
    }

    /// <summary>Takes everything above the last mark, and the mark.</summary>
    public object?[] PopToMark()
    {
        if (marks.Count == 0)
        {
            throw Damaged("closes a group that was not opened");
        }

        int start = marks[^1];
        marks.RemoveAt(marks.Count - 1);
        object?[] items = values.GetRange(start, values.Count - start).ToArray();
        values.RemoveRange(start, values.Count - start);
        return items;
    }

    public void Memoize() => Memoize((uint)memo.Count);

    public void Memoize(ulong key)
    {
        if (memo.Count >= MostMemos || key > uint.MaxValue)
        {
            throw Damaged("remembers too many values");
        }

        memo[(uint)key] = Peek();
    }

    public void PushMemo(ulong key) => Push(key <= uint.MaxValue && memo.TryGetValue((uint)key, out object? value)
        ? value
        : throw Damaged($"asks for value {key}, which it has not stored"));

    public CheckpointException Damaged(string what) =>
        new($"{input.Label}: the pickle {what}, at byte {input.Position}; the file is damaged or hostile: download or copy it again.");
}
