using SamTune.Imaging;

namespace SamTune.Inference.Scenes;

/// <summary>One object of a scene; its pixels are in the label picture.</summary>
/// <param name="Label">Its number in the label picture, from 1: the prompt's position, or the order in which automatic masks appear.</param>
/// <param name="Area">Number of its pixels, also of those where another object is on top.</param>
/// <param name="Box">The smallest box that holds it, in pixels of the scene; null where nothing was found.</param>
/// <param name="PredictedIou">The model's own estimate: of a prompt's tiles the mean by their share of its box, of merged automatic masks the highest.</param>
/// <param name="Tiles">Tiles that it was found in.</param>
public sealed record SceneObject(int Label, long Area, BoundingBox? Box, double PredictedIou, int Tiles);
