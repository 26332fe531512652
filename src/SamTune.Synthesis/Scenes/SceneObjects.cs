using SamTune.Data.Datasets;
using SamTune.Imaging;

namespace SamTune.Synthesis.Scenes;

/// <summary>The masks of a painted scene: what is visible of each node and its parts.</summary>
internal static class SceneObjects
{
    // A part that is nearly its whole is no object of its own.
    private const double SameAsWhole = 0.95;

    // Larger than this it is the ground rather than an object.
    private const double LargestShare = 0.85;

    // What an occluder leaves as scattered pieces cannot be pointed at.
    private const double LargestPiece = 0.75;

    /// <summary>Chooses objects at random.</summary>
    /// <param name="map">Node of each pixel, 0 for none.</param>
    /// <param name="nodes">All nodes; node n is at n - 1.</param>
    /// <param name="options">Sizes and number.</param>
    /// <param name="random">Source of randomness.</param>
    public static IReadOnlyList<ObjectMask> Choose(int[] map, IReadOnlyList<SceneNode> nodes, SceneOptions options, Random random)
    {
        var areas = new int[nodes.Count + 1];
        foreach (int node in map)
        {
            areas[node]++;
        }

        for (int node = nodes.Count; node > 0; node--)
        {
            areas[nodes[node - 1].Parent] += areas[node];
        }

        var levels = new int[nodes.Count + 1];
        var candidates = new List<int>();
        for (int node = 1; node <= nodes.Count; node++)
        {
            int parent = nodes[node - 1].Parent;
            bool same = parent != 0 && areas[node] >= SameAsWhole * areas[parent];
            levels[node] = levels[parent] + (same ? 0 : 1);
            if (!same && areas[node] >= options.MinArea && areas[node] <= LargestShare * map.Length)
            {
                candidates.Add(node);
            }
        }

        int[] order = [.. candidates];
        random.Shuffle(order);
        var size = new ImageSize(options.Side, options.Side);
        var objects = new List<ObjectMask>();
        foreach (int node in order)
        {
            if (objects.Count == options.MaxObjects)
            {
                break;
            }

            var mask = new BinaryMask(size, Cover(map, nodes, node));
            if (IsOnePiece(mask))
            {
                objects.Add(new ObjectMask(Math.Min(levels[node], (int)SceneLevel.SubPart), mask));
            }
        }

        return objects;
    }

    private static byte[] Cover(int[] map, IReadOnlyList<SceneNode> nodes, int wanted)
    {
        var belongs = new byte[nodes.Count + 1];
        belongs[wanted] = 1;
        for (int node = wanted + 1; node <= nodes.Count; node++)
        {
            belongs[node] = belongs[nodes[node - 1].Parent];
        }

        var pixels = new byte[map.Length];
        for (int i = 0; i < map.Length; i++)
        {
            pixels[i] = belongs[map[i]];
        }

        return pixels;
    }

    private static bool IsOnePiece(BinaryMask mask)
    {
        (LabelMap labels, int count) = ConnectedComponents.Label(mask, Connectivity.Eight);
        if (count < 2)
        {
            return true;
        }

        var sizes = new int[count + 1];
        foreach (int label in labels.Labels)
        {
            sizes[label]++;
        }

        return sizes.Skip(1).Max() >= LargestPiece * mask.Area;
    }
}
