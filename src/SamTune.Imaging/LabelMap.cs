namespace SamTune.Imaging;

/// <summary>One whole number a pixel: a class or an object; 0 is background.</summary>
public sealed class LabelMap
{
    /// <summary>Wraps labels without copying them.</summary>
    /// <param name="size">Height and width in pixels.</param>
    /// <param name="labels">(H, W) values, 0 or above, row-major.</param>
    /// <exception cref="ArgumentException">The number of values does not fit the size.</exception>
    public LabelMap(ImageSize size, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (size.Height < 1 || size.Width < 1 || labels.LongLength != size.PixelCount)
            throw new ArgumentException($"A label map of {size} needs {size.PixelCount} values; got {labels.LongLength}.", nameof(labels));

        Size = size;
        Labels = labels;
    }

    /// <summary>Height and width in pixels.</summary>
    public ImageSize Size { get; }

    /// <summary>(H, W) values, 0 = background, row-major; shared, not a copy.</summary>
    public int[] Labels { get; }

    /// <summary>A copy of some of its pixels.</summary>
    /// <param name="window">Which; inside the picture.</param>
    /// <exception cref="ArgumentOutOfRangeException">The window reaches beyond the picture.</exception>
    public LabelMap Cut(PixelWindow window) => new(window.Size, window.CopyFrom(Labels, Size));

    /// <summary>The values that occur, without 0, in ascending order.</summary>
    public IReadOnlyList<int> Values()
    {
        var seen = new HashSet<int>();
        int last = 0;
        foreach (int label in Labels)
        {
            if (label != last && label != 0)
                seen.Add(label);
            last = label;
        }

        return [.. seen.Order()];
    }

    /// <summary>The pixels that carry one value.</summary>
    /// <param name="value">Value to select.</param>
    public BinaryMask Select(int value)
    {
        var pixels = new byte[Labels.Length];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = Labels[i] == value ? (byte)1 : (byte)0;
        return new BinaryMask(Size, pixels);
    }

    /// <summary>The pixels that carry any of some values.</summary>
    /// <param name="values">Values to select.</param>
    public BinaryMask Select(IReadOnlyCollection<int> values)
    {
        var wanted = values.ToHashSet();
        var pixels = new byte[Labels.Length];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = Labels[i] != 0 && wanted.Contains(Labels[i]) ? (byte)1 : (byte)0;
        return new BinaryMask(Size, pixels);
    }

    /// <summary>Every pixel that is not background.</summary>
    public BinaryMask Foreground()
    {
        var pixels = new byte[Labels.Length];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = Labels[i] != 0 ? (byte)1 : (byte)0;
        return new BinaryMask(Size, pixels);
    }
}
