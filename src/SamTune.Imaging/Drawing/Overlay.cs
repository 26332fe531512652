namespace SamTune.Imaging.Drawing;

/// <summary>
/// Draws masks, boxes and clicks onto a copy of a picture. Calls chain: <c>new Overlay(image).Mask(mask, RgbColour.Green).Box(box,
/// RgbColour.Blue).Image</c>.
/// </summary>
public sealed class Overlay
{
    private readonly byte[] _pixels;
    private readonly ImageSize _size;

    /// <summary>Starts from a picture, which stays as it is.</summary>
    /// <param name="image">The picture to draw onto.</param>
    public Overlay(RgbImage image)
    {
        ArgumentNullException.ThrowIfNull(image);
        _size = image.Size;
        _pixels = (byte[])image.Pixels.Clone();
        Image = new RgbImage(_size, _pixels);
    }

    /// <summary>The picture with everything drawn so far.</summary>
    public RgbImage Image { get; }

    /// <summary>Tints a mask and draws its outline along its own outermost pixels.</summary>
    /// <param name="mask">Mask of the picture's size.</param>
    /// <param name="colour">Colour of the tint and the outline.</param>
    /// <param name="opacity">Share of the colour in the tint, 0 (outline only) to 1.</param>
    /// <exception cref="ArgumentException">The mask has another size.</exception>
    public Overlay Mask(BinaryMask mask, RgbColour colour, double opacity = 0.35)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.Size != _size)
            throw new ArgumentException($"The mask is {mask.Size}; the picture is {_size}.", nameof(mask));

        for (int y = 0; y < _size.Height; y++)
        {
            for (int x = 0; x < _size.Width; x++)
            {
                if (mask[y, x])
                    Blend(x, y, colour, IsBorder(mask, x, y) ? 1.0 : opacity);
            }
        }

        return this;
    }

    /// <summary>Draws the edge of a box, one pixel wide; parts outside the picture are left out.</summary>
    /// <param name="box">Box in pixels of the picture.</param>
    /// <param name="colour">Colour of the line.</param>
    public Overlay Box(BoundingBox box, RgbColour colour)
    {
        int x0 = Column(box.X0), x1 = Column(box.X1), y0 = Row(box.Y0), y1 = Row(box.Y1);
        for (int x = x0; x <= x1; x++)
        {
            Blend(x, y0, colour, 1);
            Blend(x, y1, colour, 1);
        }

        for (int y = y0; y <= y1; y++)
        {
            Blend(x0, y, colour, 1);
            Blend(x1, y, colour, 1);
        }

        return this;
    }

    /// <summary>Draws a click as a disc with a black rim: green on the object, red on the background.</summary>
    /// <param name="point">The click.</param>
    public Overlay Point(PointPrompt point)
    {
        // Visible on a thumbnail as on a large picture: about 1 % of the long side.
        int radius = Math.Max(2, _size.LongSide / 100);
        int centreX = Column(point.X), centreY = Row(point.Y);
        RgbColour colour = point.IsForeground ? RgbColour.Green : RgbColour.Red;
        for (int dy = -radius - 1; dy <= radius + 1; dy++)
        {
            for (int dx = -radius - 1; dx <= radius + 1; dx++)
            {
                double distance = Math.Sqrt((dx * dx) + (dy * dy));
                if (distance <= radius + 1)
                    Blend(centreX + dx, centreY + dy, distance <= radius ? colour : RgbColour.Black, 1);
            }
        }

        return this;
    }

    // One pixel beyond the picture is far enough for a line not to be drawn, however far away the prompt lies.
    private int Column(float x) => (int)Math.Round(Math.Clamp(x, -1, _size.Width));

    private int Row(float y) => (int)Math.Round(Math.Clamp(y, -1, _size.Height));

    private static bool IsBorder(BinaryMask mask, int x, int y)
        => x == 0 || y == 0 || x == mask.Size.Width - 1 || y == mask.Size.Height - 1
            || !mask[y, x - 1] || !mask[y, x + 1] || !mask[y - 1, x] || !mask[y + 1, x];

    private void Blend(int x, int y, RgbColour colour, double opacity)
    {
        if (x < 0 || y < 0 || x >= _size.Width || y >= _size.Height)
            return;

        int i = (y * _size.Width + x) * 3;
        _pixels[i] = Mix(_pixels[i], colour.R, opacity);
        _pixels[i + 1] = Mix(_pixels[i + 1], colour.G, opacity);
        _pixels[i + 2] = Mix(_pixels[i + 2], colour.B, opacity);
    }

    private static byte Mix(byte under, byte over, double opacity) => (byte)Math.Round(under + (over - under) * opacity);
}
