using SamTune.Imaging;

namespace SamTune.Cli.DomainTable;

/// <summary>How one picture becomes training, validation and test squares.</summary>
internal sealed record SquaresPlan
{
    /// <summary>Pixels a side.</summary>
    public required int Side { get; init; }

    /// <summary>Pixels from one square to the next.</summary>
    public required int Stride { get; init; }

    /// <summary>The part trained on: first row, first column, row after the last, column after the last.</summary>
    public required int[] Train { get; init; }

    /// <summary>The part validated on.</summary>
    public required int[] Validation { get; init; }

    /// <summary>The part measured on.</summary>
    public required int[] Test { get; init; }

    /// <summary>Whether parts may not overlap is checked here, and that each is a rectangle.</summary>
    /// <exception cref="InputException">A part is none, or two share pixels.</exception>
    public void Validate(string place)
    {
        (string Name, IReadOnlyList<int> Part)[] parts = [("train", Train), ("validation", Validation), ("test", Test)];
        foreach ((string name, IReadOnlyList<int> part) in parts)
        {
            if (part is not [>= 0, >= 0, var bottom, var right] || bottom <= part[0] || right <= part[1])
            {
                throw new InputException($"{place}: {name} is [{string.Join(", ", part ?? [])}]; first row, first column, row after the last and column after the last are needed, such as [0, 0, 192, 349].");
            }
        }

        for (int i = 0; i < parts.Length; i++)
        {
            foreach ((string name, IReadOnlyList<int> part) in parts[(i + 1)..])
            {
                if (Window(parts[i].Part).Intersect(Window(part)) != null)
                {
                    throw new InputException($"{place}: {parts[i].Name} and {name} share pixels; what is measured must not have been trained on.");
                }
            }
        }
    }

    /// <summary>A part as a window.</summary>
    public static PixelWindow Window(IReadOnlyList<int> part) => new(part[1], part[0], part[3] - part[1], part[2] - part[0]);
}
