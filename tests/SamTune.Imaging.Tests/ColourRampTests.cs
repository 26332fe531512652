using SamTune.Imaging.Drawing;

namespace SamTune.Imaging.Tests;

public sealed class ColourRampTests
{
    [Fact]
    public void A_larger_number_is_lighter_on_the_sequential_ramp()
    {
        double[] light = [.. Enumerable.Range(0, 101).Select(i => Luminance(ColourRamp.Sequential.At(i / 100.0)))];
        Assert.All(light.Zip(light.Skip(1)), pair => Assert.True(pair.First < pair.Second, $"{pair.First} is not below {pair.Second}"));
    }

    [Fact]
    public void The_diverging_ramp_is_nearly_white_in_the_middle_and_blue_and_red_at_its_ends()
    {
        RgbColour low = ColourRamp.Diverging.At(-1), middle = ColourRamp.Diverging.At(0.5), high = ColourRamp.Diverging.At(2);
        Assert.True(middle.R == middle.G && middle.G == middle.B && middle.R > 230);
        Assert.True(low.B > 2 * low.R && high.R > 2 * high.B);
        Assert.Equal(ColourRamp.Diverging.At(0), low);
        Assert.Equal(Luminance(low), Luminance(high), 0.08);
    }

    // Relative luminance (WCAG 2.2).
    private static double Luminance(RgbColour colour)
    {
        static double Linear(byte value) => value / 255.0 <= 0.04045 ? value / 255.0 / 12.92 : Math.Pow((value / 255.0 + 0.055) / 1.055, 2.4);
        return 0.2126 * Linear(colour.R) + 0.7152 * Linear(colour.G) + 0.0722 * Linear(colour.B);
    }
}
