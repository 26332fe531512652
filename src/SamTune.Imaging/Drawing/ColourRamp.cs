namespace SamTune.Imaging.Drawing;

/// <summary>
/// Colours for numbers: straight lines in the OKLab space (Ottosson 2020, "A perceptual color space for image processing"), so that equal steps of the number look
/// like equal steps of colour, and a grey print keeps the order.
/// </summary>
public sealed class ColourRamp
{
    private readonly (double Lightness, double A, double B)[] _stops;

    private ColourRamp(double neutral, params (double Lightness, double A, double B)[] stops)
    {
        Neutral = neutral;
        _stops = stops;
    }

    /// <summary>From nothing, dark blue, to much, yellow.</summary>
    public static ColourRamp Sequential { get; } = new(0, (0.25, 0.02, -0.13), (0.57, 0.10, -0.02), (0.90, -0.02, 0.17));

    /// <summary>From less, blue, over no change, white, to more, red.</summary>
    public static ColourRamp Diverging { get; } = new(0.5, (0.42, -0.02, -0.16), (0.97, 0, 0), (0.46, 0.16, 0.08));

    /// <summary>The place of "nothing" on the ramp, 0..1.</summary>
    public double Neutral { get; }

    /// <summary>The colour at a place.</summary>
    /// <param name="place">0 is the lower end, 1 the upper; values beyond are cut to them.</param>
    public RgbColour At(double place)
    {
        double position = Math.Clamp(place, 0, 1) * (_stops.Length - 1);
        int first = Math.Min((int)position, _stops.Length - 2);
        double share = position - first;
        (double Lightness, double A, double B) from = _stops[first], to = _stops[first + 1];
        return ToRgb(from.Lightness + (to.Lightness - from.Lightness) * share, from.A + (to.A - from.A) * share, from.B + (to.B - from.B) * share);
    }

    // Matrices of the same source.
    private static RgbColour ToRgb(double lightness, double a, double b)
    {
        double l = Math.Pow(lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
        double m = Math.Pow(lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
        double s = Math.Pow(lightness - 0.0894841775 * a - 1.2914855480 * b, 3);
        return new RgbColour(
            Encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
            Encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
            Encode(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s));
    }

    // IEC 61966-2-1, section 5.2.
    private static byte Encode(double linear)
    {
        double value = Math.Clamp(linear, 0, 1);
        return (byte)Math.Round(255 * (value <= 0.0031308 ? 12.92 * value : 1.055 * Math.Pow(value, 1 / 2.4) - 0.055));
    }
}
