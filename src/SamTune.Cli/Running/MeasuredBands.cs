using SamTune.Adaptation.Bands;
using SamTune.Data.Datasets;
using SamTune.Imaging;
using SamTune.Modeling.Preprocessing;

namespace SamTune.Cli.Running;

/// <summary>Statistics of the bands beside red, green and blue over the pictures that are learned from.</summary>
internal static class MeasuredBands
{
    /// <summary>Reads every picture once.</summary>
    /// <param name="train">The pictures.</param>
    /// <param name="filters">What the filters of the bands are before training.</param>
    /// <param name="cancel">Stops between pictures.</param>
    /// <exception cref="InputException">The pictures have no such bands, or one is the same everywhere.</exception>
    public static ExtraBands Of(ISegmentationDataset train, BandInitialisation filters, CancellationToken cancel)
    {
        int count = train.Load(0).Image.ExtraBands.Count;
        if (count == 0)
        {
            throw new InputException($"{train.Name}: its pictures have no near infrared as a fourth channel; choose --near-infrared drop or false-colour, or train on the scenes themselves.");
        }

        BandStatistics[] statistics = [.. Enumerable.Range(0, count).Select(band => BandStatistics.Of(Planes(band)))];
        return Array.FindIndex(statistics, s => s.Deviation <= 0) is var constant && constant >= 0
            ? throw new InputException($"{train.Name}: the band beside red, green and blue is {statistics[constant].Mean:0} everywhere, so nothing can be learned from it; choose --near-infrared drop.")
            : new ExtraBands { Means = [.. statistics.Select(s => s.Mean)], Deviations = [.. statistics.Select(s => s.Deviation)], Initialisation = filters };

        IEnumerable<ReadOnlyMemory<float>> Planes(int band)
        {
            for (int i = 0; i < train.Samples.Count; i++)
            {
                cancel.ThrowIfCancellationRequested();
                yield return Array.ConvertAll(train.Load(i).Image.ExtraBands[band], v => (float)v);
            }
        }
    }
}
