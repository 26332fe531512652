using SamTune.Checkpoints.Formats;

namespace SamTune.Checkpoints.Layouts;

/// <summary>A tensor whose shape is not the model's.</summary>
/// <param name="Name">Its reference name.</param>
/// <param name="Found">What the checkpoint has.</param>
/// <param name="Needed">What the model has.</param>
public sealed record ShapeMismatch(string Name, TensorEntry Found, TensorEntry Needed);

/// <summary>How a checkpoint differs from the model that it is to fill. Element types do not count: all are converted.</summary>
public sealed class StateDictReport
{
    private const int MostNamesInOneLine = 3;

    private readonly string fileName;
    private readonly string modelName;
    private readonly string hint;

    private StateDictReport(
        SamCheckpoint checkpoint, string modelName, string? modelVariant, List<string> missing, List<string> unexpected, List<ShapeMismatch> misShaped)
    {
        fileName = checkpoint.FileName;
        this.modelName = modelName;
        Missing = missing;
        Unexpected = unexpected;
        MisShaped = misShaped;
        SamArchitecture found = checkpoint.Architecture;
        hint = found.VariantName == "custom" || found.VariantName == modelVariant
            ? "Build the model with the sizes of the file."
            : $"This looks like {found.DisplayName}: pass --model {found.VariantName}.";
    }

    /// <summary>Reference names of the model's tensors that the checkpoint lacks.</summary>
    public IReadOnlyList<string> Missing { get; }

    /// <summary>Names in the checkpoint that the model does not know.</summary>
    public IReadOnlyList<string> Unexpected { get; }

    /// <summary>Tensors that both have, in different shapes.</summary>
    public IReadOnlyList<ShapeMismatch> MisShaped { get; }

    /// <summary>Whether the checkpoint fills the model exactly.</summary>
    public bool IsMatch => Missing.Count == 0 && Unexpected.Count == 0 && MisShaped.Count == 0;

    /// <summary>One line for each difference, mis-shaped tensors first: they tell most about what is wrong.</summary>
    public IReadOnlyList<string> Messages =>
    [
        .. MisShaped.Select(mismatch => $"{fileName}: '{mismatch.Name}' is {mismatch.Found.ShapeText}; {modelName} needs {mismatch.Needed.ShapeText}. {hint}"),
        .. Missing.Select(name => $"{fileName}: '{name}' is missing; {modelName} needs it."),
        .. Unexpected.Select(name => $"{fileName}: {Printable.Quote(name)} is unexpected; {modelName} has no such tensor."),
    ];

    /// <summary>Compares a checkpoint with a model of given sizes.</summary>
    /// <param name="expected">The model's sizes.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <returns>The differences.</returns>
    public static StateDictReport Compare(SamArchitecture expected, SamCheckpoint checkpoint) =>
        Compare(SamStateDict.Entries(expected), checkpoint, expected.DisplayName, expected.VariantName);

    /// <summary>Compares a checkpoint with a list of tensors.</summary>
    /// <param name="expected">What the model consists of, by reference names.</param>
    /// <param name="checkpoint">The checkpoint.</param>
    /// <param name="modelName">What messages call the model: <c>ViT-B</c>.</param>
    /// <param name="modelVariant">The name of the published model that was expected, such as <c>vit_b</c>; null where it is none.</param>
    /// <returns>The differences.</returns>
    public static StateDictReport Compare(
        IReadOnlyList<TensorEntry> expected, SamCheckpoint checkpoint, string modelName = "the model", string? modelVariant = null)
    {
        List<string> missing = [];
        List<ShapeMismatch> misShaped = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        foreach (TensorEntry needed in expected)
        {
            names.Add(needed.Name);
            if (!checkpoint.TryGet(needed.Name, out TensorEntry? found))
            {
                missing.Add(needed.Name);
            }
            else if (!found.Shape.SequenceEqual(needed.Shape))
            {
                misShaped.Add(new ShapeMismatch(needed.Name, found, needed));
            }
        }

        List<string> unexpected = [.. checkpoint.Tensors.Select(static entry => entry.Name).Where(name => !names.Contains(name))];
        return new StateDictReport(checkpoint, modelName, modelVariant, missing, unexpected, misShaped);
    }

    /// <summary>Refuses a checkpoint that does not fill the model exactly.</summary>
    /// <exception cref="CheckpointException">There are differences; its one line has the first in full and names of others.</exception>
    public void ThrowIfDifferent()
    {
        if (IsMatch)
        {
            return;
        }

        string[] others =
        [
            .. MisShaped.Select(static mismatch => $"mis-shaped {Printable.Quote(mismatch.Name)}")
                .Concat(Missing.Select(static name => $"missing {Printable.Quote(name)}"))
                .Concat(Unexpected.Select(static name => $"unexpected {Printable.Quote(name)}"))
                .Skip(1),
        ];
        string rest = others.Length == 0 ? string.Empty
            : $" {others.Length} more: {string.Join(", ", others.Take(MostNamesInOneLine))}{(others.Length > MostNamesInOneLine ? ", ..." : ".")}";
        throw new CheckpointException(Messages[0] + rest);
    }
}
