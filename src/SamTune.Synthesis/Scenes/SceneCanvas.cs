using System.Runtime.InteropServices;
using SkiaSharp;

namespace SamTune.Synthesis.Scenes;

/// <summary>A picture being painted together with the map that says which node each pixel shows.</summary>
internal sealed class SceneCanvas : IDisposable
{
    private const int MaxNodes = ushort.MaxValue;
    private readonly List<SceneNode> _nodes = [];
    private readonly SKBitmap _map;
    private readonly SKCanvas _canvas;
    private readonly SKCanvas _mapCanvas;

    /// <summary>An empty scene.</summary>
    /// <param name="side">Height and width, in pixels.</param>
    public SceneCanvas(int side)
    {
        Side = side;
        Picture = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Premul));
        _map = new SKBitmap(new SKImageInfo(side, side, SKColorType.Rgba8888, SKAlphaType.Opaque));
        _canvas = new SKCanvas(Picture);
        _mapCanvas = new SKCanvas(_map);
        _mapCanvas.Clear(SKColors.Black);
    }

    /// <summary>Height and width, in pixels.</summary>
    public int Side { get; }

    /// <summary>The picture so far.</summary>
    public SKBitmap Picture { get; }

    /// <summary>The nodes so far; node n is at n - 1.</summary>
    public IReadOnlyList<SceneNode> Nodes => _nodes;

    /// <summary>Adds a node.</summary>
    /// <param name="parent">What it is a part of; 0 for none.</param>
    /// <returns>Its number.</returns>
    public int AddNode(int parent)
    {
        if (_nodes.Count == MaxNodes)
        {
            throw new InvalidOperationException($"A scene has {MaxNodes} nodes at most.");
        }

        _nodes.Add(new SceneNode(parent));
        return _nodes.Count;
    }

    /// <summary>Paints everything with one paint; belongs to no node.</summary>
    public void Fill(SKPaint paint) => _canvas.DrawPaint(paint);

    /// <summary>Paints an outline, with soft edges in the picture and hard ones in the map.</summary>
    public void Draw(SKPath outline, SKPaint paint, int node)
    {
        _canvas.DrawPath(outline, paint);
        using var number = new SKPaint { Color = new SKColor((byte)node, (byte)(node >> 8), 0), IsAntialias = false, BlendMode = SKBlendMode.Src };
        _mapCanvas.DrawPath(outline, number);
    }

    /// <summary>Paints a shadow, which belongs to no node.</summary>
    public void DrawShadow(SKPath outline, SKPaint paint) => _canvas.DrawPath(outline, paint);

    /// <summary>Sets single pixels.</summary>
    /// <param name="colourOf">New colour and node of a pixel by its place and present node; null leaves it.</param>
    public void Replace(Func<int, int, (SKColor Colour, int Node)?> colourOf)
    {
        Span<uint> map = MemoryMarshal.Cast<byte, uint>(_map.GetPixelSpan());
        Span<byte> picture = Picture.GetPixelSpan();
        for (int i = 0; i < map.Length; i++)
        {
            if (colourOf(i, (int)(map[i] & MaxNodes)) is not ({ } colour, var node))
            {
                continue;
            }

            (picture[4 * i], picture[4 * i + 1], picture[4 * i + 2], picture[4 * i + 3]) = (colour.Red, colour.Green, colour.Blue, 255);
            map[i] = 0xFF000000 | (uint)node;
        }
    }

    /// <summary>The node of every pixel; 0 is the ground.</summary>
    public int[] ReadMap()
    {
        ReadOnlySpan<uint> map = MemoryMarshal.Cast<byte, uint>(_map.GetPixelSpan());
        var nodes = new int[map.Length];
        for (int i = 0; i < nodes.Length; i++)
        {
            nodes[i] = (int)(map[i] & MaxNodes);
        }

        return nodes;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _canvas.Dispose();
        _mapCanvas.Dispose();
        Picture.Dispose();
        _map.Dispose();
    }
}
