using SkiaSharp;

namespace SamTune.Synthesis.Figures;

/// <summary>A drawing in layers, back to front, in the square -1..1.</summary>
/// <param name="Layers">At least one.</param>
internal sealed record Figure(IReadOnlyList<FigureLayer> Layers);

/// <summary>One outline of a figure.</summary>
/// <param name="Outline">The outline; read only.</param>
/// <param name="Parent">The layer that it is a part of; -1 for none.</param>
/// <param name="Colour">Its own colour, where it has one.</param>
internal sealed record FigureLayer(SKPath Outline, int Parent, SKColor? Colour);
