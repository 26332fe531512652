namespace SamTune.Inference.Scenes;

/// <summary>Tiles along one axis of a scene.</summary>
/// <param name="Length">How long a tile is, in pixels of the scene.</param>
/// <param name="Overlap">How far neighbours overlap, in pixels of the scene.</param>
public readonly record struct TileAxis(int Length, int Overlap);
