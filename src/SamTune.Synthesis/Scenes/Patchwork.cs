using SamTune.Synthesis.Painting;
using SkiaSharp;

namespace SamTune.Synthesis.Scenes;

/// <summary>
/// Regions that fill a surface without gaps: at each pixel the largest of several smooth random fields wins, as in the label maps of SynthMorph
/// (Hoffmann et al. 2022, "SynthMorph: learning contrast-invariant registration without acquired images", section III-C).
/// </summary>
internal static class Patchwork
{
    /// <summary>Paints regions.</summary>
    /// <param name="scene">Painted on.</param>
    /// <param name="within">The node whose visible pixels are divided; 0 for the ground.</param>
    /// <param name="palette">Colours.</param>
    /// <param name="random">Source of randomness.</param>
    public static void Paint(SceneCanvas scene, int within, Palette palette, Random random)
    {
        int regions = random.Next(2, 7), cells = random.Next(2, 7);
        float[][] fields = [.. Enumerable.Range(0, regions).Select(_ => SmoothField.Draw(scene.Side, cells, random))];
        int[] nodes = [.. fields.Select(_ => scene.AddNode(within))];
        (SKColor First, SKColor Second)[] colours = [.. fields.Select(_ =>
        {
            SKColor colour = palette.Next(null, random);
            return (colour, Brush.Blend(colour, palette.Next(null, random), 0.4f * random.NextSingle()));
        })];
        float[] texture = SmoothField.DrawOctaves(scene.Side, random.Next(8, 40), 3, random);
        scene.Replace((i, node) =>
        {
            if (node != within)
            {
                return null;
            }

            int best = 0;
            for (int r = 1; r < fields.Length; r++)
            {
                best = fields[r][i] > fields[best][i] ? r : best;
            }

            return (Brush.Blend(colours[best].First, colours[best].Second, Math.Clamp(0.5f + 0.5f * texture[i], 0, 1)), nodes[best]);
        });
    }
}
