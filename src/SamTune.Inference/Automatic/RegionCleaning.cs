using SamTune.Imaging;

namespace SamTune.Inference.Automatic;

/// <summary>Fills small holes of a mask and removes its small islands.</summary>
internal static class RegionCleaning
{
    /// <summary>Cleans a mask: holes first, then islands, both by eight neighbours. The largest island stays, however small it is.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="minimumArea">Holes and islands with fewer pixels go.</param>
    /// <returns>The mask, and whether anything small was found; a lone small island counts although it stays, as in the reference.</returns>
    public static (BinaryMask Mask, bool HadSmall) Clean(BinaryMask mask, int minimumArea)
    {
        (BinaryMask filled, bool hadHoles) = Flip(mask, isObject: false, minimumArea, keepLargest: false);
        (BinaryMask cleaned, bool hadIslands) = Flip(filled, isObject: true, minimumArea, keepLargest: true);
        return (cleaned, hadHoles || hadIslands);
    }

    // Turns over the small pieces of the object, or of what is not the object.
    private static (BinaryMask Mask, bool HadSmall) Flip(BinaryMask mask, bool isObject, int minimumArea, bool keepLargest)
    {
        BinaryMask region = isObject ? mask : new BinaryMask(mask.Size, Array.ConvertAll(mask.Pixels, p => (byte)(p == 0 ? 1 : 0)));
        (LabelMap map, int count) = ConnectedComponents.Label(region, Connectivity.Eight);
        var areas = new int[count + 1];
        foreach (int label in map.Labels)
        {
            areas[label]++;
        }

        bool[] isSmall = [.. areas.Select((area, label) => label > 0 && area < minimumArea)];
        if (!isSmall.Contains(true))
        {
            return (mask, false);
        }

        // All small: the largest, of equals the first, is kept. Where one is large enough it is not small.
        if (keepLargest)
        {
            isSmall[Enumerable.Range(1, count).MaxBy(label => areas[label])] = false;
        }

        var pixels = (byte[])mask.Pixels.Clone();
        for (int i = 0; i < pixels.Length; i++)
        {
            if (isSmall[map.Labels[i]])
            {
                pixels[i] = isObject ? (byte)0 : (byte)1;
            }
        }

        return (new BinaryMask(mask.Size, pixels), true);
    }
}
