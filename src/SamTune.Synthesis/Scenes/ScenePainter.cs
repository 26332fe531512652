using SamTune.Data.Datasets;
using SamTune.Imaging;
using SamTune.Synthesis.Figures;
using SamTune.Synthesis.Painting;
using SkiaSharp;

namespace SamTune.Synthesis.Scenes;

/// <summary>Paints one scene: ground, at times a patchwork or a large body, then figures over each other.</summary>
/// <param name="options">How.</param>
/// <param name="icons">Figures drawn by others.</param>
/// <param name="random">Source of all choices.</param>
internal sealed class ScenePainter(SceneOptions options, IReadOnlyList<IconSet> icons, Random random)
{
    private const double BodyShare = 0.3;

    /// <summary>The picture and its objects; at least one.</summary>
    public (RgbImage Image, IReadOnlyList<ObjectMask> Objects) Paint()
    {
        // A scene may show nothing that can be pointed at; the stream then goes on to another.
        while (true)
        {
            using var scene = new SceneCanvas(options.Side);
            bool grey = random.NextDouble() < options.GreyShare;
            var palette = new Palette(grey, random);
            PaintScene(scene, palette);
            IReadOnlyList<ObjectMask> objects = SceneObjects.Choose(scene.ReadMap(), scene.Nodes, options, random);
            if (objects.Count > 0)
            {
                return (Finish.Apply(scene.Picture, grey, random), objects);
            }
        }
    }

    private void PaintScene(SceneCanvas scene, Palette palette)
    {
        bool body = random.NextDouble() < BodyShare, patchwork = random.NextDouble() < options.PatchworkShare;
        SKColor ground = body && random.Next(2) == 0 ? new SKColor(8, 8, 8) : palette.Next(null, random);
        using (SKPaint paint = Brush.Create(ground, palette.Next(null, random), new SKRect(0, 0, scene.Side, scene.Side), random))
        {
            scene.Fill(paint);
        }

        int figures = random.Next(1, options.MaxFigures + 1);
        if (body)
        {
            int root = Place(scene, DrawnFigures.DrawBody(random), 0.3f + 0.25f * random.NextSingle(), 0.2f, palette);
            if (patchwork)
            {
                Patchwork.Paint(scene, root, palette, random);
            }

            figures = random.Next(3);
        }
        else if (patchwork)
        {
            Patchwork.Paint(scene, 0, palette, random);
            figures = random.Next(figures + 1);
        }

        for (int i = 0; i < figures; i++)
        {
            // Sizes in equal shares from small to large, by their logarithm.
            float scale = 0.05f * MathF.Pow(8, random.NextSingle());
            Place(scene, NextFigure(), scale, 0.9f, palette);
        }
    }

    private Figure NextFigure()
    {
        if (icons.Count == 0 || random.NextDouble() >= options.IconShare)
        {
            return DrawnFigures.Draw(random);
        }

        IReadOnlyList<Figure> set = icons[random.Next(icons.Count)].Figures;
        return set[random.Next(set.Count)];
    }

    // Returns the node of the lowest layer.
    private int Place(SceneCanvas scene, Figure figure, float scale, float reach, Palette palette)
    {
        SKMatrix place = Placement(scene.Side, scale, reach);
        int root = scene.AddNode(0), lowest = 0;
        var nodes = new int[figure.Layers.Count];
        byte alpha = random.Next(5) == 0 ? (byte)random.Next(120, 256) : (byte)255;
        bool shadow = random.Next(5) == 0, outlined = random.Next(6) == 0;
        for (int i = 0; i < nodes.Length; i++)
        {
            FigureLayer layer = figure.Layers[i];
            using var outline = new SKPath(layer.Outline);
            outline.Transform(place);
            nodes[i] = scene.AddNode(layer.Parent < 0 ? root : nodes[layer.Parent]);
            lowest = i == 0 ? nodes[0] : lowest;
            if (shadow && layer.Parent < 0)
            {
                Shadow(scene, outline, scale);
            }

            using SKPaint paint = Brush.Create(palette.Next(layer.Colour, random), palette.Next(null, random), outline.Bounds, random);
            paint.Color = paint.Color.WithAlpha(alpha);
            scene.Draw(outline, paint, nodes[i]);
            if (outlined)
            {
                paint.Shader = null;
                paint.Color = palette.Next(null, random);
                paint.Style = SKPaintStyle.Stroke;
                paint.StrokeWidth = 0.7f + random.NextSingle();
                scene.DrawShadow(outline, paint);
            }
        }

        return lowest;
    }

    private void Shadow(SceneCanvas scene, SKPath outline, float scale)
    {
        using var cast = new SKPath(outline);
        float shift = scene.Side * scale * 0.25f;
        cast.Transform(SKMatrix.CreateTranslation(shift * (random.NextSingle() - 0.5f), shift * random.NextSingle()));
        using SKMaskFilter soft = SKMaskFilter.CreateBlur(SKBlurStyle.Normal, 1 + 0.1f * shift);
        using var paint = new SKPaint { Color = SKColors.Black.WithAlpha((byte)random.Next(40, 160)), MaskFilter = soft, IsAntialias = true };
        scene.DrawShadow(cast, paint);
    }

    private SKMatrix Placement(int side, float scale, float reach)
    {
        float Along() => side * (0.5f + reach * (random.NextSingle() - 0.5f));
        float degrees = random.Next(2) == 0 ? 30 * (random.NextSingle() - 0.5f) : 360 * random.NextSingle();
        float size = side * scale, stretch = 0.7f + 0.3f * random.NextSingle(), mirror = random.Next(2) == 0 ? -1 : 1;
        return SKMatrix.CreateTranslation(Along(), Along())
            .PreConcat(SKMatrix.CreateRotationDegrees(degrees))
            .PreConcat(SKMatrix.CreateSkew(0.3f * (random.NextSingle() - 0.5f), 0))
            .PreConcat(SKMatrix.CreateScale(mirror * size, stretch * size));
    }
}
