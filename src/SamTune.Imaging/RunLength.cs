using System.Text;

namespace SamTune.Imaging;

/// <summary>
/// A mask as COCO writes it: lengths of runs down the columns, alternately background and object, starting with background (the first may
/// be 0). Also COCO's compressed text: differences to the count two places before, in groups of 5 bits (COCO API, <c>maskApi.c</c>).
/// </summary>
public sealed class RunLength
{
    /// <summary>Wraps counts after checking them.</summary>
    /// <param name="size">Height and width in pixels.</param>
    /// <param name="counts">Run lengths, column by column, starting with background.</param>
    /// <exception cref="InputException">A count is negative, or they do not add up to the picture.</exception>
    public RunLength(ImageSize size, IReadOnlyList<int> counts)
    {
        ArgumentNullException.ThrowIfNull(counts);
        if (size.Height < 1 || size.Width < 1 || size.PixelCount > Array.MaxLength)
            throw new InputException($"RLE mask: the size {size} cannot be that of a picture; give [height, width] in pixels.");

        long total = 0;
        for (int i = 0; i < counts.Count; i++)
        {
            if (counts[i] < 0)
                throw new InputException($"RLE mask: count {i} is {counts[i]}; run lengths are 0 or above: the data is damaged.");
            total += counts[i];
        }

        if (total != size.PixelCount)
        {
            throw new InputException(
                $"RLE mask: the counts cover {total} pixels; a {size} picture has {size.PixelCount}: counts and size do not "
                    + "belong together.");
        }

        Size = size;
        Counts = counts;
    }

    /// <summary>Height and width in pixels.</summary>
    public ImageSize Size { get; }

    /// <summary>Run lengths down the columns, alternately background and object, starting with background.</summary>
    public IReadOnlyList<int> Counts { get; }

    /// <summary>Number of pixels that belong to the object.</summary>
    public int Area => Counts.Where((_, i) => i % 2 == 1).Sum();

    /// <summary>Encodes a mask.</summary>
    /// <param name="mask">The mask.</param>
    public static RunLength Encode(BinaryMask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        (int height, int width) = (mask.Size.Height, mask.Size.Width);
        var counts = new List<int>();
        bool inside = false;
        int run = 0;
        for (int x = 0; x < width; x++)
        {
            for (int i = x; i < height * width; i += width)
            {
                if (mask.Pixels[i] != 0 != inside)
                {
                    counts.Add(run);
                    inside = !inside;
                    run = 0;
                }

                run++;
            }
        }

        counts.Add(run);
        return new RunLength(mask.Size, counts);
    }

    /// <summary>Decodes the mask.</summary>
    public BinaryMask Decode()
    {
        (int height, int width) = (Size.Height, Size.Width);
        var pixels = new byte[Size.PixelCount];
        int position = 0;
        for (int i = 0; i < Counts.Count; i++)
        {
            int end = position + Counts[i];
            if (i % 2 == 0)
            {
                position = end;
                continue;
            }

            for (; position < end; position++)
                pixels[position % height * width + position / height] = 1;
        }

        return new BinaryMask(Size, pixels);
    }

    /// <summary>COCO's compressed text.</summary>
    public string ToCompressedString()
    {
        var text = new StringBuilder();
        for (int i = 0; i < Counts.Count; i++)
        {
            int value = Counts[i] - (i > 2 ? Counts[i - 2] : 0);
            bool more;
            do
            {
                int group = value & 0x1F;
                value >>= 5;
                // The last group's top bit is the sign, as in two's complement.
                more = (group & 0x10) != 0 ? value != -1 : value != 0;
                text.Append((char)((more ? group | 0x20 : group) + '0'));
            }
            while (more);
        }

        return text.ToString();
    }

    /// <summary>Reads COCO's compressed text.</summary>
    /// <param name="size">Height and width in pixels.</param>
    /// <param name="text">The compressed counts.</param>
    /// <exception cref="InputException">The text is damaged or does not cover the picture.</exception>
    public static RunLength FromCompressedString(ImageSize size, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var counts = new List<int>();
        for (int position = 0; position < text.Length;)
        {
            long value = 0;
            int shift = 0, group;
            do
            {
                group = position < text.Length ? text[position] - '0' : -1;
                if (group is < 0 or > 0x3F || shift > 30)
                {
                    throw new InputException(
                        $"RLE mask: the compressed counts are damaged at character {position}; export the mask again.");
                }

                value |= (long)(group & 0x1F) << shift;
                shift += 5;
                position++;
            }
            while ((group & 0x20) != 0);

            if ((group & 0x10) != 0)
                value |= -1L << shift;
            if (counts.Count > 2)
                value += counts[^2];
            if (value is < 0 or > int.MaxValue)
            {
                throw new InputException(
                    $"RLE mask: count {counts.Count} decodes to {value}; run lengths are 0 or above: the data is damaged.");
            }

            counts.Add((int)value);
        }

        return new RunLength(size, counts);
    }
}
