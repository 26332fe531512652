namespace SamTune.Imaging.Filters;

/// <summary>Resizes masks: the value of the nearest pixel, so that no new value appears.</summary>
public static class NearestResize
{
    /// <summary>Resizes a mask.</summary>
    /// <param name="mask">The mask.</param>
    /// <param name="target">Height and width wanted, each at least 1.</param>
    /// <returns>A new mask; <paramref name="mask"/> itself when the size is unchanged.</returns>
    public static BinaryMask Apply(BinaryMask mask, ImageSize target)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.Size == target)
            return mask;
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Height, 1, nameof(target));
        ArgumentOutOfRangeException.ThrowIfLessThan(target.Width, 1, nameof(target));
        var pixels = new byte[target.PixelCount];
        for (int y = 0, i = 0; y < target.Height; y++)
        {
            // The centre of the target's pixel, in the source's pixels.
            int row = (int)(((2L * y) + 1) * mask.Size.Height / (2L * target.Height));
            for (int x = 0; x < target.Width; x++, i++)
                pixels[i] = mask.Pixels[(row * mask.Size.Width) + (int)(((2L * x) + 1) * mask.Size.Width / (2L * target.Width))];
        }

        return new BinaryMask(target, pixels);
    }
}
