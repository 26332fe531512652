namespace SamTune.Data.Preprocessing;

/// <summary>Three windows of one measured channel, shown as the three colours.</summary>
/// <param name="Red">What becomes 0..255 of red.</param>
/// <param name="Green">What becomes 0..255 of green.</param>
/// <param name="Blue">What becomes 0..255 of blue.</param>
public sealed record ChannelWindows(IntensityRange Red, IntensityRange Green, IntensityRange Blue);
