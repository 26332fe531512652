using SamTune.Imaging.GeoTiff;

namespace SamTune.Imaging.Scenes;

/// <summary>Label pictures of scenes as GeoTIFF, written strip by strip, so that they never are in memory whole.</summary>
public static class LabelFile
{
    private const int TileSide = 256;

    /// <summary>The number of pixels that the scene has no data for.</summary>
    /// <param name="isWide">Labels of 32 bits instead of 16.</param>
    public static int NoData(bool isWide) => isWide ? int.MaxValue : ushort.MaxValue;

    /// <summary>Writes a label picture.</summary>
    /// <param name="path">.tif file; an existing one is replaced when the new one is complete.</param>
    /// <param name="size">Height and width.</param>
    /// <param name="scene">The scene's header, whose coordinate system and transform the labels get; null for none.</param>
    /// <param name="isWide">Labels of 32 bits instead of 16.</param>
    /// <param name="marksMissing">Whether <see cref="NoData"/> is said to be no measurement.</param>
    /// <param name="paint">Hands all rows over, from top to bottom.</param>
    /// <exception cref="ArgumentException">Rows do not follow each other, are not of the picture's width, or a label does not fit.</exception>
    /// <exception cref="InvalidOperationException">Rows are missing.</exception>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, ImageSize size, GeoTiffHeader? scene, bool isWide, bool marksMissing, Action<Action<LabelStrip>> paint)
    {
        ArgumentNullException.ThrowIfNull(paint);
        var header = new GeoTiffHeader
        {
            Size = size,
            BandNames = ["label"],
            StoredAs = isWide ? SampleKind.UInt32 : SampleKind.UInt16,
            NoData = marksMissing ? NoData(isWide) : null,
            Transform = scene?.Transform,
            GeoKeys = scene?.GeoKeys,
            BlockSize = new ImageSize(TileSide, TileSide),
        };
        int next = 0;
        if (isWide)
            GeoTiffWriter.Write<uint>(path, header, rows => paint(strip => rows.Append(Array.ConvertAll(InOrder(strip), l => l >= 0 ? (uint)l : throw TooLarge(l, isWide)))));
        else
            GeoTiffWriter.Write<ushort>(path, header, rows => paint(strip => rows.Append(Array.ConvertAll(InOrder(strip), l => l is >= 0 and <= ushort.MaxValue ? (ushort)l : throw TooLarge(l, isWide)))));

        int[] InOrder(LabelStrip strip)
        {
            if (strip.Y != next || strip.Labels.Size.Width != size.Width)
                throw new ArgumentException($"Rows {strip.Y} of {strip.Labels.Size} do not follow row {next} of {size}.", nameof(paint));
            next += strip.Labels.Size.Height;
            return strip.Labels.Labels;
        }
    }

    private static ArgumentException TooLarge(int label, bool isWide) => new($"The label {label} does not fit into {(isWide ? 32 : 16)} bits.");
}
