using SamTune.Checkpoints.Formats.Pickling;

namespace SamTune.Checkpoints.Formats.Pth;

/// <summary>Lists the tensors of what a pickle built, naming those in inner dictionaries and lists by their path: <c>optimizer.state.0.exp_avg</c>.</summary>
internal sealed class StateDictFlattener
{
    private const int DeepestLevel = 8;
    private const int MostVisits = 2_000_000;
    private const int MostTensors = 200_000;
    private const int LongestName = 1024;

    private readonly string label;
    private readonly List<KeyValuePair<string, TensorView>> tensors = [];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);
    private int visits;

    private StateDictFlattener(string label) => this.label = label;

    public static List<KeyValuePair<string, TensorView>> Flatten(string label, object? root)
    {
        if (root is not PickleDictionary)
        {
            throw new CheckpointException($"{label}: holds {Describe(root)}, needed is a dictionary of tensors: save model.state_dict().");
        }

        StateDictFlattener flattener = new(label);
        flattener.Visit(string.Empty, root, 0);
        return flattener.tensors;
    }

    private static string Describe(object? value) => value switch
    {
        TensorView => "a single tensor",
        PickleList => "a list",
        object?[] => "a tuple",
        _ => "no dictionary",
    };

    private void Visit(string name, object? value, int level)
    {
        Count(1);
        switch (value)
        {
            case TensorView tensor:
                Add(name, tensor);
                break;
            case PickleDictionary dictionary when level < DeepestLevel:
                Count(dictionary.Pairs.Count);
                foreach ((object? key, object? item) in dictionary.Pairs)
                {
                    if (HoldsTensors(item) && (key is string ? key : key is long number ? number.ToString() : null) is string text)
                    {
                        Visit(Join(name, text), item, level + 1);
                    }
                }

                break;
            case PickleList list when level < DeepestLevel:
                VisitItems(name, list, level);
                break;
            case object?[] tuple when level < DeepestLevel:
                VisitItems(name, tuple, level);
                break;
        }
    }

    private void VisitItems(string name, IReadOnlyList<object?> items, int level)
    {
        Count(items.Count);
        for (int i = 0; i < items.Count; i++)
        {
            if (HoldsTensors(items[i]))
            {
                Visit(Join(name, i.ToString()), items[i], level + 1);
            }
        }
    }

    // A pickle of a few bytes can hold a list that holds itself, or one that doubles at every level.
    private void Count(int items)
    {
        visits += items;
        if (visits > MostVisits)
        {
            throw new CheckpointException($"{label}: its dictionaries have more than {MostVisits} items, too many for a checkpoint; the file is damaged or hostile.");
        }
    }

    // A first look only; it keeps numbers and texts from being named.
    private static bool HoldsTensors(object? value) => value is TensorView or PickleDictionary or PickleList or object?[];

    private string Join(string name, string key)
    {
        if (name.Length + key.Length >= LongestName)
        {
            throw new CheckpointException($"{label}: {Printable.Quote(key)} has a name of more than {LongestName} letters; the file is damaged or hostile.");
        }

        return name.Length == 0 ? key : $"{name}.{key}";
    }

    private void Add(string name, TensorView tensor)
    {
        if (tensors.Count == MostTensors)
        {
            throw new CheckpointException($"{label}: holds more than {MostTensors} tensors; the file is damaged or hostile.");
        }

        if (!names.Add(name))
        {
            throw new CheckpointException($"{label}: {Printable.Quote(name)} is there twice, once nested and once spelled out; save the model's state_dict alone.");
        }

        tensors.Add(new(name, tensor));
    }
}
