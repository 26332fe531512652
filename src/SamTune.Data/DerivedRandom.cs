using System.Text;

namespace SamTune.Data;

/// <summary>
/// Random streams that depend on what they are for and on nothing else: the same seed, purpose and position give the same numbers, in any
/// order and on any thread. A resumed run therefore needs no saved generator state.
/// </summary>
public static class DerivedRandom
{
    /// <summary>A generator for one purpose at one position.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="purpose">What the numbers are for, such as "prompts" or "epoch-order".</param>
    /// <param name="position">Step, epoch or sample number.</param>
    public static Random Create(long seed, string purpose, long position) => new(unchecked((int)Seed(seed, purpose, position)));

    /// <summary>A 63-bit seed for generators that take one (torch).</summary>
    /// <inheritdoc cref="Create"/>
    public static long Seed(long seed, string purpose, long position)
    {
        ulong state = Mix((ulong)seed);
        foreach (byte b in Encoding.UTF8.GetBytes(purpose))
        {
            state = Mix(state ^ b);
        }

        return (long)(Mix(state ^ (ulong)position) >> 1);
    }

    // SplitMix64's step (Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators", fig. 14).
    private static ulong Mix(ulong value)
    {
        ulong z = value + 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
