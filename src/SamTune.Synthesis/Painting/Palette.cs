using SkiaSharp;

namespace SamTune.Synthesis.Painting;

/// <summary>The colours of one scene: all there are, or close neighbours that are hard to tell apart; in colour or grey.</summary>
internal sealed class Palette
{
    private readonly bool _grey;
    private readonly float[] _centre;
    private readonly float _spread;
    private readonly double _ownColours;

    /// <summary>Draws a palette.</summary>
    /// <param name="grey">Whether all colours are grey.</param>
    /// <param name="random">Source of randomness.</param>
    public Palette(bool grey, Random random)
    {
        _grey = grey;
        bool narrow = random.NextDouble() < (grey ? 0.5 : 0.3);
        _spread = narrow ? 25 + 60 * random.NextSingle() : 255;
        // Away from black and white, where neighbours would be cut off to one colour.
        float Middle() => 60 + 135 * random.NextSingle();
        _centre = grey ? Grey(Middle()) : [Middle(), Middle(), Middle()];
        _ownColours = narrow ? 0 : random.NextDouble();
    }

    /// <summary>The next colour.</summary>
    /// <param name="own">The colour that a drawing brings along; kept at times, a little changed.</param>
    /// <param name="random">Source of randomness.</param>
    public SKColor Next(SKColor? own, Random random)
    {
        float[] colour;
        if (own is { } given && random.NextDouble() < _ownColours)
        {
            colour = [.. new float[] { given.Red, given.Green, given.Blue }.Select(v => v + 30 * (random.NextSingle() - 0.5f))];
            colour = _grey ? Grey(0.299f * colour[0] + 0.587f * colour[1] + 0.114f * colour[2]) : colour;
        }
        else if (_spread > 254)
        {
            colour = _grey ? Grey(255 * random.NextSingle()) : [255 * random.NextSingle(), 255 * random.NextSingle(), 255 * random.NextSingle()];
        }
        else
        {
            float shift = _spread * (2 * random.NextSingle() - 1);
            colour = [.. _centre.Select(c => c + shift + (_grey ? 0 : 0.5f * _spread * (2 * random.NextSingle() - 1)))];
        }

        return new SKColor(Byte(colour[0]), Byte(colour[1]), Byte(colour[2]));
    }

    private static float[] Grey(float level) => [level, level, level];

    private static byte Byte(float value) => (byte)Math.Clamp(value, 0, 255);
}
