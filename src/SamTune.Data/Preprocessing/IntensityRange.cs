namespace SamTune.Data.Preprocessing;

/// <summary>The two values that become 0 and 255.</summary>
/// <param name="Low">Value that becomes 0, with everything below it.</param>
/// <param name="High">Value that becomes 255, with everything above it.</param>
public readonly record struct IntensityRange(double Low, double High);
