using SamTune.Evaluation.Comparison;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Evaluation.Tests.Comparison;

public sealed class ExampleSheetTests
{
    [Theory]
    [InlineData(0, 0, 5, 5)]
    [InlineData(80, 70, 10, 10)]
    [InlineData(0, 0, 90, 80)]
    public void An_object_anywhere_is_shown_in_cells_of_one_size(int y, int x, int height, int width)
    {
        using var folder = new TemporaryFolder();
        ImageSize size = new(90, 80);
        BinaryMask truth = Masks.Rectangle(size, y, x, height, width);
        var row = new ExampleRow(new RgbImage(size, new byte[3 * size.PixelCount]), truth, [truth, Masks.Empty(90, 80)]);
        ExampleSheet.Write(folder.At("sheet.png"), [row, row]);
        RgbImage sheet = ImageReader.ReadRgb(folder.At("sheet.png"));
        Assert.Equal((2 * 176, 4 * 176), (sheet.Size.Height, sheet.Size.Width));

        // Columns: picture (black), truth and found mask (tinted), nothing found (black).
        bool IsTinted(int column) => Enumerable.Range(0, 176 * 176).Any(i => sheet.Pixels[3 * ((i / 176 * sheet.Size.Width) + (column * 176) + (i % 176)) + 1] > 20);
        Assert.Equal([false, true, true, false], Enumerable.Range(0, 4).Select(IsTinted));
    }
}
