namespace SamTune.Imaging.Drawing;

/// <summary>
/// Several pictures side by side in one. It carries no captions: text would need fonts of the machine, and the same run would look
/// different elsewhere. Say what the columns are in the file's name or beside it.
/// </summary>
public static class ContactSheet
{
    /// <summary>Places pictures in rows on black, each shrunk (never enlarged) to fit its cell and centred in it.</summary>
    /// <param name="images">Pictures, row by row; at least one.</param>
    /// <param name="columns">Pictures a row, at least 1.</param>
    /// <param name="cell">Largest height and width of one picture.</param>
    /// <param name="gap">Pixels between cells.</param>
    /// <exception cref="ArgumentException">There is no picture.</exception>
    public static RgbImage Create(IReadOnlyList<RgbImage> images, int columns, ImageSize cell, int gap = 4)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(gap);
        if (images.Count == 0)
            throw new ArgumentException("A contact sheet needs at least one picture.", nameof(images));

        int across = Math.Min(columns, images.Count);
        int down = (images.Count + across - 1) / across;
        var size = new ImageSize(down * (cell.Height + gap) - gap, across * (cell.Width + gap) - gap);
        var sheet = new RgbImage(size, new byte[checked((int)(size.PixelCount * 3))]);
        for (int i = 0; i < images.Count; i++)
        {
            RgbImage fitted = Fit(images[i], cell);
            int top = i / across * (cell.Height + gap) + (cell.Height - fitted.Size.Height) / 2;
            int left = i % across * (cell.Width + gap) + (cell.Width - fitted.Size.Width) / 2;
            int stride = fitted.Size.Width * 3;
            for (int y = 0; y < fitted.Size.Height; y++)
                fitted.Pixels.AsSpan(y * stride, stride).CopyTo(sheet.Pixels.AsSpan(((top + y) * size.Width + left) * 3));
        }

        return sheet;
    }

    private static RgbImage Fit(RgbImage image, ImageSize cell)
    {
        double scale = Math.Min(1.0, Math.Min((double)cell.Height / image.Size.Height, (double)cell.Width / image.Size.Width));
        var size = new ImageSize(
            Math.Clamp((int)Math.Round(image.Size.Height * scale), 1, cell.Height),
            Math.Clamp((int)Math.Round(image.Size.Width * scale), 1, cell.Width));
        return PillowResize.Bilinear(image, size);
    }
}
