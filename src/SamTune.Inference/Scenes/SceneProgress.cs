namespace SamTune.Inference.Scenes;

/// <summary>How far a scene has come.</summary>
/// <param name="Tiles">Tiles done.</param>
/// <param name="TotalTiles">Tiles in all.</param>
public readonly record struct SceneProgress(int Tiles, int TotalTiles);
