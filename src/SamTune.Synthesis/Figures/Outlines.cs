using SkiaSharp;

namespace SamTune.Synthesis.Figures;

/// <summary>Outlines made by code, in the square -1..1.</summary>
internal static class Outlines
{
    /// <summary>An outline of a random kind.</summary>
    public static SKPath Draw(Random random) => random.Next(10) switch
    {
        0 => Ellipse(random),
        1 => Rectangle(random),
        2 => Polygon(random),
        3 => Star(random),
        4 => Ring(random),
        5 => Band(random),
        _ => Blob(random),
    };

    /// <summary>A closed curve whose radius is a sum of waves: organs, cells, puddles.</summary>
    public static SKPath Blob(Random random)
    {
        const int Points = 48;
        int waves = random.Next(2, 8);
        double roughness = random.NextDouble() * 0.5, stretch = 0.45 + 0.55 * random.NextDouble();
        (double Size, double Phase)[] terms = [.. Enumerable.Range(1, waves).Select(k => (roughness * random.NextDouble() / Math.Sqrt(k), Math.Tau * random.NextDouble()))];
        var radii = new double[Points];
        for (int i = 0; i < Points; i++)
        {
            double angle = Math.Tau * i / Points;
            radii[i] = Math.Max(0.15, 1 + terms.Select((t, k) => t.Size * Math.Cos((k + 1) * angle + t.Phase)).Sum());
        }

        double largest = radii.Max();
        return Smooth([.. radii.Select((r, i) => new SKPoint(
            (float)(r / largest * Math.Cos(Math.Tau * i / Points)), (float)(stretch * r / largest * Math.Sin(Math.Tau * i / Points))))]);
    }

    private static SKPath Ellipse(Random random)
    {
        var path = new SKPath();
        float height = 0.3f + 0.7f * random.NextSingle();
        path.AddOval(new SKRect(-1, -height, 1, height));
        return path;
    }

    private static SKPath Rectangle(Random random)
    {
        var path = new SKPath();
        float height = 0.15f + 0.85f * random.NextSingle(), corner = random.Next(2) * 0.5f * random.NextSingle() * height;
        path.AddRoundRect(new SKRect(-1, -height, 1, height), corner, corner);
        return path;
    }

    private static SKPath Polygon(Random random)
    {
        double[] angles = [.. Enumerable.Range(0, random.Next(3, 9)).Select(_ => Math.Tau * random.NextDouble()).Order()];
        var path = new SKPath();
        path.AddPoly([.. angles.Select(a => (Radius: 0.55 + 0.45 * random.NextDouble(), Angle: a))
            .Select(p => new SKPoint((float)(p.Radius * Math.Cos(p.Angle)), (float)(p.Radius * Math.Sin(p.Angle))))]);
        return path;
    }

    private static SKPath Star(Random random)
    {
        int tips = random.Next(4, 12);
        double inner = 0.35 + 0.4 * random.NextDouble();
        var path = new SKPath();
        path.AddPoly([.. Enumerable.Range(0, 2 * tips).Select(i => (Radius: i % 2 == 0 ? 1 : inner, Angle: Math.PI * i / tips))
            .Select(p => new SKPoint((float)(p.Radius * Math.Cos(p.Angle)), (float)(p.Radius * Math.Sin(p.Angle))))]);
        return path;
    }

    private static SKPath Ring(Random random)
    {
        var path = new SKPath { FillType = SKPathFillType.EvenOdd };
        float height = 0.5f + 0.5f * random.NextSingle(), hole = 0.35f + 0.5f * random.NextSingle();
        path.AddOval(new SKRect(-1, -height, 1, height));
        path.AddOval(new SKRect(-hole, -height * hole, hole, height * hole));
        return path;
    }

    // A thin winding stroke: vessels, rivers, cables.
    private static SKPath Band(Random random)
    {
        using var line = new SKPath();
        SKPoint Point() => new(2 * random.NextSingle() - 1, 2 * random.NextSingle() - 1);
        line.MoveTo(Point());
        for (int i = random.Next(1, 4); i > 0; i--)
        {
            line.CubicTo(Point(), Point(), Point());
        }

        using var pen = new SKPaint
        {
            Style = SKPaintStyle.Stroke,
            StrokeWidth = 0.06f + 0.25f * random.NextSingle(),
            StrokeCap = SKStrokeCap.Round,
            StrokeJoin = SKStrokeJoin.Round,
        };
        return pen.GetFillPath(line) ?? Blob(random);
    }

    // Through the middles of the edges with the corners as control points: no kinks.
    private static SKPath Smooth(SKPoint[] corners)
    {
        var path = new SKPath();
        SKPoint Middle(int i) => new((corners[i % corners.Length].X + corners[(i + 1) % corners.Length].X) / 2, (corners[i % corners.Length].Y + corners[(i + 1) % corners.Length].Y) / 2);
        path.MoveTo(Middle(corners.Length - 1));
        for (int i = 0; i < corners.Length; i++)
        {
            path.QuadTo(corners[i], Middle(i));
        }

        path.Close();
        return path;
    }
}
