namespace SamTune.Imaging.Drawing;

/// <summary>A colour.</summary>
/// <param name="R">Red, 0..255.</param>
/// <param name="G">Green, 0..255.</param>
/// <param name="B">Blue, 0..255.</param>
public readonly record struct RgbColour(byte R, byte G, byte B)
{
    // Okabe and Ito 2008, "Color universal design": told apart with any kind of colour vision.
    private static readonly RgbColour[] OkabeIto =
    [
        new(0, 158, 115), new(230, 159, 0), new(86, 180, 233), new(204, 121, 167), new(240, 228, 66), new(0, 114, 178), new(213, 94, 0),
    ];

    /// <summary>Green of the palette: predictions.</summary>
    public static RgbColour Green => OkabeIto[0];

    /// <summary>Orange of the palette: the true mask.</summary>
    public static RgbColour Orange => OkabeIto[1];

    /// <summary>Sky blue of the palette: boxes.</summary>
    public static RgbColour Blue => OkabeIto[2];

    /// <summary>Vermilion of the palette: background clicks.</summary>
    public static RgbColour Red => OkabeIto[6];

    /// <summary>White.</summary>
    public static RgbColour White => new(255, 255, 255);

    /// <summary>Black.</summary>
    public static RgbColour Black => new(0, 0, 0);

    /// <summary>A colour for the n-th of several objects; repeats after seven.</summary>
    /// <param name="index">Number of the object, from 0.</param>
    public static RgbColour ForIndex(int index) => OkabeIto[(int)((uint)index % OkabeIto.Length)];
}
