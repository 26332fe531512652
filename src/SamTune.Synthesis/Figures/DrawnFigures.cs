using SkiaSharp;

namespace SamTune.Synthesis.Figures;

/// <summary>Figures made by code: an outline with parts inside, and parts inside those.</summary>
internal static class DrawnFigures
{
    private const int MaxDepth = 2;

    /// <summary>A figure with up to three levels.</summary>
    public static Figure Draw(Random random)
    {
        var layers = new List<FigureLayer> { new(Outlines.Draw(random), -1, null) };
        AddParts(layers, 0, 1, random);
        return new Figure(layers);
    }

    /// <summary>A large round body with many parts, as in a section through an animal, a plant or a cell.</summary>
    public static Figure DrawBody(Random random)
    {
        var layers = new List<FigureLayer> { new(Outlines.Blob(random), -1, null) };
        // A rim of even width first: skin, shell or membrane.
        int holder = 0;
        if (random.Next(2) == 0)
        {
            layers.Add(new FigureLayer(Placed(layers[0].Outline, 0.8f + 0.17f * random.NextSingle(), 0, 0, 0), 0, null));
            holder = 1;
        }

        for (int i = random.Next(2, 9); i > 0; i--)
        {
            AddPart(layers, holder, 1, random, 0.08f + 0.35f * random.NextSingle());
        }

        return new Figure(layers);
    }

    private static void AddParts(List<FigureLayer> layers, int parent, int depth, Random random)
    {
        int count = random.Next(4) switch { 0 => 0, 1 => 1, 2 => 2, _ => random.Next(1, 5) };
        for (int i = 0; i < count; i++)
        {
            AddPart(layers, parent, depth, random, 0.15f + 0.45f * random.NextSingle());
        }
    }

    private static void AddPart(List<FigureLayer> layers, int parent, int depth, Random random, float scale)
    {
        SKPath whole = layers[parent].Outline;
        SKRect bounds = whole.Bounds;
        // A middle inside the whole, where a few tries find one.
        for (int attempt = 0; attempt < 8; attempt++)
        {
            float x = bounds.Left + bounds.Width * random.NextSingle(), y = bounds.Top + bounds.Height * random.NextSingle();
            if (!whole.Contains(x, y))
            {
                continue;
            }

            using SKPath outline = Outlines.Draw(random);
            SKPath part = Placed(outline, scale * Math.Min(bounds.Width, bounds.Height) / 2, 360 * random.NextSingle(), x, y);
            SKPath? clipped = part.Op(whole, SKPathOp.Intersect);
            part.Dispose();
            if (clipped is not { IsEmpty: false })
            {
                return;
            }

            layers.Add(new FigureLayer(clipped, parent, null));
            if (depth < MaxDepth)
            {
                AddParts(layers, layers.Count - 1, depth + 1, random);
            }

            return;
        }
    }

    private static SKPath Placed(SKPath outline, float scale, float degrees, float x, float y)
    {
        var placed = new SKPath(outline);
        placed.Transform(SKMatrix.CreateTranslation(x, y).PreConcat(SKMatrix.CreateRotationDegrees(degrees)).PreConcat(SKMatrix.CreateScale(scale, scale)));
        return placed;
    }
}
