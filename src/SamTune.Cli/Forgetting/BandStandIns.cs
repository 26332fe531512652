using SamTune.Data.Datasets;
using SamTune.Imaging;
using SamTune.Modeling;
using SamTune.Modeling.Preprocessing;

namespace SamTune.Cli.Forgetting;

/// <summary>
/// Pictures of another domain for an adapter that takes more bands than they have: a band that is missing is the adapter's mean of it everywhere, which is 0 after normalisation, so that its filters
/// add next to nothing (the mean is rounded to 8 bits).
/// </summary>
internal sealed class BandStandIns : ISegmentationDataset
{
    private readonly ISegmentationDataset data;
    private readonly IReadOnlyList<BandStatistics> bands;

    private BandStandIns(ISegmentationDataset data, IReadOnlyList<BandStatistics> bands)
    {
        this.data = data;
        this.bands = bands;
    }

    /// <inheritdoc/>
    public string Name => data.Name;

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, string> Classes => data.Classes;

    /// <inheritdoc/>
    public IReadOnlyList<SampleInfo> Samples => data.Samples;

    /// <summary>The data as they are where they have all bands of an adaptation, else with those that are missing.</summary>
    /// <param name="data">Pictures prepared by one recipe.</param>
    /// <param name="adaptation">What they will pass through.</param>
    public static ISegmentationDataset For(ISegmentationDataset data, IModelAdaptation adaptation) =>
        adaptation.ExtraBands.Count > 0 && data.Load(0).Image.ExtraBands.Count < adaptation.ExtraBands.Count ? new BandStandIns(data, adaptation.ExtraBands) : data;

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        Sample sample = data.Load(index);
        RgbImage image = sample.Image;
        IEnumerable<byte[]> missing = bands.Skip(image.ExtraBands.Count).Select(b =>
        {
            var band = new byte[image.Size.PixelCount];
            Array.Fill(band, (byte)Math.Clamp(Math.Round(b.Mean), byte.MinValue, byte.MaxValue));
            return band;
        });
        return sample with { Image = new RgbImage(image.Size, image.Pixels) { ExtraBands = [.. image.ExtraBands, .. missing] } };
    }
}
