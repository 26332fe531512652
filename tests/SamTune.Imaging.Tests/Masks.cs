using CsCheck;

namespace SamTune.Imaging.Tests;

/// <summary>Generators and pictures of masks.</summary>
internal static class Masks
{
    /// <summary>Masks of any size up to a side, from empty to full.</summary>
    public static Gen<BinaryMask> Any(int maximumSide)
        => Gen.Select(Gen.Int[1, maximumSide], Gen.Int[1, maximumSide], Gen.Double[0, 1]).SelectMany((height, width, share)
            => Gen.Double[0, 1].Array[height * width].Select(noise
                => new BinaryMask(new ImageSize(height, width), [.. noise.Select(n => n < share ? (byte)1 : (byte)0)])));

    /// <summary>A mask drawn with '#'.</summary>
    public static BinaryMask Draw(params string[] rows)
        => new(new ImageSize(rows.Length, rows[0].Length), [.. rows.SelectMany(r => r).Select(c => c == '#' ? (byte)1 : (byte)0)]);
}
