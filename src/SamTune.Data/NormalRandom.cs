namespace SamTune.Data;

/// <summary>Standard normal numbers from a generator of uniform ones.</summary>
internal static class NormalRandom
{
    // Box and Muller 1958; 1 - u keeps the logarithm's argument above 0.
    public static double NextNormal(this Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
