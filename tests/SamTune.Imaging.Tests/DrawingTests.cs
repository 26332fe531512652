using SamTune.Imaging.Drawing;

namespace SamTune.Imaging.Tests;

public sealed class DrawingTests
{
    private static readonly RgbImage Grey = new(new ImageSize(9, 11), [.. Enumerable.Repeat((byte)100, 9 * 11 * 3)]);

    [Fact]
    public void The_original_stays_as_it_was()
    {
        RgbImage drawn = new Overlay(Grey).Box(new BoundingBox(1, 1, 4, 4), RgbColour.White).Image;

        Assert.All(Grey.Pixels, p => Assert.Equal(100, p));
        Assert.Contains((byte)255, drawn.Pixels);
    }

    [Fact]
    public void A_mask_is_tinted_inside_and_solid_along_its_edge()
    {
        BinaryMask mask = Masks.Draw("...........", ".#####.....", ".#####.....", ".#####.....", "...........", "...........", "...........", "...........", "...........");

        RgbImage drawn = new Overlay(Grey).Mask(mask, RgbColour.White, opacity: 0.5).Image;

        Assert.Equal(100, At(drawn, 0, 0));
        Assert.Equal(255, At(drawn, 1, 1));
        Assert.Equal(178, At(drawn, 3, 2));
    }

    [Fact]
    public void Prompts_far_outside_draw_nothing_and_do_not_fail()
    {
        RgbImage drawn = new Overlay(Grey).Box(new BoundingBox(-1e9f, -1e9f, 1e9f, 1e9f), RgbColour.White).Image;

        Assert.Equal(Grey.Pixels, drawn.Pixels);
    }

    [Fact]
    public void Clicks_are_discs_with_a_black_rim()
    {
        RgbImage drawn = new Overlay(Grey).Point(new PointPrompt(5, 4, IsForeground: true)).Image;

        Assert.Equal(RgbColour.Green.R, At(drawn, 5, 4));
        Assert.Equal(0, At(drawn, 5, 1));
    }

    [Fact]
    public void A_mask_of_another_size_is_refused()
        => Assert.Throws<ArgumentException>(() => new Overlay(Grey).Mask(Masks.Draw("#"), RgbColour.White));

    [Fact]
    public void A_contact_sheet_shrinks_to_cells_and_centres()
    {
        var wide = new RgbImage(new ImageSize(10, 40), [.. Enumerable.Repeat((byte)200, 1200)]);

        RgbImage sheet = ContactSheet.Create([wide, Grey, Grey], columns: 2, new ImageSize(20, 20), gap: 2);

        Assert.Equal(new ImageSize(42, 42), sheet.Size);
        Assert.Equal(0, At(sheet, 0, 6));
        Assert.Equal(200, At(sheet, 0, 7));
        Assert.Equal(0, At(sheet, 20, 10));
        Assert.Equal(100, At(sheet, 22 + 10, 10));
    }

    private static byte At(RgbImage image, int x, int y) => image.Pixels[(y * image.Size.Width + x) * 3];
}
