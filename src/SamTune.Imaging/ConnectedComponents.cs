using System.Numerics;

namespace SamTune.Imaging;

/// <summary>Which neighbours of a pixel hang together with it.</summary>
public enum Connectivity
{
    /// <summary>Left, right, up, down.</summary>
    Four = 4,

    /// <summary>Those and the diagonals.</summary>
    Eight = 8,
}

/// <summary>Separates a mask into the pieces that hang together.</summary>
public static class ConnectedComponents
{
    /// <summary>Numbers the pieces from 1 in reading order of their first pixel.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="connectivity">Which neighbours hang together.</param>
    /// <returns>The map and the number of pieces.</returns>
    public static (LabelMap Labels, int Count) Label(BinaryMask mask, Connectivity connectivity)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return Label(mask.Size, mask.Pixels, connectivity);
    }

    /// <summary>Numbers the pieces of equal label from 1 in reading order of their first pixel; neighbours with different labels do not hang together.</summary>
    /// <param name="labels">The labels; 0 is background.</param>
    /// <param name="connectivity">Which neighbours hang together.</param>
    /// <returns>The map and the number of pieces.</returns>
    public static (LabelMap Labels, int Count) Label(LabelMap labels, Connectivity connectivity)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return Label(labels.Size, labels.Labels, connectivity);
    }

    /// <summary>The pieces as masks of the whole picture, largest first; of equals the one that starts first in reading order.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="connectivity">Which neighbours hang together.</param>
    /// <param name="minimumArea">Pieces with fewer pixels are left out.</param>
    public static IReadOnlyList<BinaryMask> Split(BinaryMask mask, Connectivity connectivity, int minimumArea = 1)
    {
        (LabelMap map, int count) = Label(mask, connectivity);
        var areas = new int[count + 1];
        foreach (int label in map.Labels)
            areas[label]++;
        return
        [
            .. Enumerable.Range(1, count).Where(label => areas[label] >= minimumArea)
                .OrderByDescending(label => areas[label]).ThenBy(label => label).Select(map.Select),
        ];
    }

    /// <summary>The largest piece; the mask itself when it is empty.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="connectivity">Which neighbours hang together.</param>
    public static BinaryMask Largest(BinaryMask mask, Connectivity connectivity)
    {
        (LabelMap map, int count) = Label(mask, connectivity);
        if (count < 2)
            return mask;

        var areas = new int[count + 1];
        foreach (int label in map.Labels)
            areas[label]++;
        int best = 1;
        for (int label = 2; label <= count; label++)
        {
            if (areas[label] > areas[best])
                best = label;
        }

        return map.Select(best);
    }

    private static (LabelMap Labels, int Count) Label<T>(ImageSize size, T[] pixels, Connectivity connectivity)
        where T : unmanaged, INumberBase<T>
    {
        (int height, int width) = (size.Height, size.Width);
        var labels = new int[pixels.Length];
        // Union-find over provisional labels; index 0 is background.
        var parents = new List<int> { 0 };
        for (int y = 0, i = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, i++)
            {
                if (T.IsZero(pixels[i]))
                    continue;

                int label = x > 0 ? Near(i, i - 1) : 0;
                if (y > 0)
                {
                    label = Join(parents, label, Near(i, i - width));
                    if (connectivity == Connectivity.Eight)
                    {
                        if (x > 0)
                            label = Join(parents, label, Near(i, i - width - 1));
                        if (x + 1 < width)
                            label = Join(parents, label, Near(i, i - width + 1));
                    }
                }

                if (label == 0)
                {
                    label = parents.Count;
                    parents.Add(label);
                }

                labels[i] = label;
            }
        }

        return (new LabelMap(size, labels), Renumber(labels, parents));

        int Near(int pixel, int neighbour) => pixels[pixel] == pixels[neighbour] ? labels[neighbour] : 0;
    }

    private static int Join(List<int> parents, int first, int second)
    {
        if (first == 0)
            return second;
        if (second == 0)
            return first;

        int a = Root(parents, first), b = Root(parents, second);
        int root = Math.Min(a, b);
        parents[a] = root;
        parents[b] = root;
        return root;
    }

    private static int Root(List<int> parents, int label)
    {
        while (parents[label] != label)
        {
            parents[label] = parents[parents[label]];
            label = parents[label];
        }

        return label;
    }

    private static int Renumber(int[] labels, List<int> parents)
    {
        var final = new int[parents.Count];
        int count = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] == 0)
                continue;

            int root = Root(parents, labels[i]);
            if (final[root] == 0)
                final[root] = ++count;
            labels[i] = final[root];
        }

        return count;
    }
}
