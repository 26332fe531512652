using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Drawing;

namespace SamTune.Evaluation.Comparison;

/// <summary>A contact sheet: picture, truth, then what each method found, with the object in the middle and enlarged.</summary>
public static class ExampleSheet
{
    private const int CellSide = 176;

    // A view is at least this many pixels wide: less would show pixels instead of anatomy.
    private const int SmallestView = 72;

    /// <summary>Draws the sheet.</summary>
    /// <param name="path">The PNG to write.</param>
    /// <param name="rows">At least one row; all with as many masks.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, IReadOnlyList<ExampleRow> rows) => ImageWriter.WriteRgbPng(
        path, ContactSheet.Create([.. rows.SelectMany(Cells)], rows[0].Found.Count + 2, new ImageSize(CellSide, CellSide), gap: 0));

    private static IEnumerable<RgbImage> Cells(ExampleRow row)
    {
        BoundingBox view = View(row);
        yield return Cut(row.Image, view);
        yield return Cut(new Overlay(row.Image).Mask(row.Truth, RgbColour.Orange).Image, view);
        foreach (BinaryMask found in row.Found)
        {
            yield return Cut(new Overlay(row.Image).Mask(found, RgbColour.Green).Image, view);
        }
    }

    // A square of twice the object, moved to lie inside the picture.
    private static BoundingBox View(ExampleRow row)
    {
        BoundingBox box = row.Truth.Bounds() ?? new BoundingBox(0, 0, row.Image.Size.Width - 1, row.Image.Size.Height - 1);
        float side = Math.Min(Math.Max(SmallestView, 2 * Math.Max(box.Width, box.Height)), Math.Min(row.Image.Size.Width, row.Image.Size.Height));
        float x = Math.Clamp(((box.X0 + box.X1 + 1) / 2) - (side / 2), 0, row.Image.Size.Width - side);
        float y = Math.Clamp(((box.Y0 + box.Y1 + 1) / 2) - (side / 2), 0, row.Image.Size.Height - side);
        return new BoundingBox((int)x, (int)y, (int)x + side - 1, (int)y + side - 1);
    }

    private static RgbImage Cut(RgbImage image, BoundingBox view)
    {
        int side = (int)view.Width;
        var pixels = new byte[3 * side * side];
        for (int y = 0; y < side; y++)
        {
            image.Pixels.AsSpan(3 * ((((int)view.Y0 + y) * image.Size.Width) + (int)view.X0), 3 * side).CopyTo(pixels.AsSpan(3 * y * side));
        }

        return PillowResize.Bilinear(new RgbImage(new ImageSize(side, side), pixels), new ImageSize(CellSide - 2, CellSide - 2));
    }
}
