namespace SamTune.Synthesis.Scenes;

/// <summary>Something that was painted. Nodes are numbered from 1 in the order of painting; a parent's number is lower than its parts'.</summary>
/// <param name="Parent">Number of what it is a part of; 0 for none.</param>
internal readonly record struct SceneNode(int Parent);
