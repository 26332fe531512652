using SamTune.Data.Datasets;
using SamTune.Evaluation.Baselines;
using SamTune.Evaluation.Metrics;
using SamTune.Imaging;

namespace SamTune.Evaluation.Comparison;

/// <summary>Measures the methods that learn nothing.</summary>
public static class TrivialMethods
{
    /// <summary>Dice of each trivial method on every object of a data set, in the data set's order.</summary>
    /// <param name="test">Pictures to measure on.</param>
    /// <param name="training">Pictures of the same task whose masks are copied, with at least one object; null copies none.</param>
    public static IReadOnlyDictionary<string, IReadOnlyList<double>> Measure(ISegmentationDataset test, ISegmentationDataset? training)
    {
        List<double> box = [], otsu = [], copy = [];
        (RgbImage, BinaryMask)[] known =
        [
            .. from i in Enumerable.Range(0, training?.Samples.Count ?? 0)
               let sample = training!.Load(i)
               from o in sample.Objects
               select (sample.Image, o.Mask),
        ];
        for (int i = 0; i < test.Samples.Count; i++)
        {
            Sample sample = test.Load(i);
            foreach (BinaryMask truth in sample.Objects.Select(o => o.Mask))
            {
                box.Add(OverlapMetrics.Dice(FilledBox.Predict(truth).Without(sample.Missing), truth));
                otsu.Add(OverlapMetrics.Dice(OtsuInBox.Predict(sample.Image, truth).Without(sample.Missing), truth));
                if (known.Length > 0)
                {
                    copy.Add(OverlapMetrics.Dice(NearestTrainingMask.ByAppearance(sample.Image, known).Without(sample.Missing), truth));
                }
            }
        }

        var scores = new Dictionary<string, IReadOnlyList<double>> { ["box filled"] = box, ["Otsu in the box"] = otsu };
        if (known.Length > 0)
        {
            scores["nearest mask copied"] = copy;
        }

        return scores;
    }
}
