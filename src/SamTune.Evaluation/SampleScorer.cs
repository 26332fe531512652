using SamTune.Data.Datasets;
using SamTune.Evaluation.Metrics;
using SamTune.Evaluation.Reports;
using SamTune.Imaging;
using SamTune.Inference;

namespace SamTune.Evaluation;

/// <summary>Scores predictions against the objects of one picture; what is predicted where the picture holds no measurement does not count.</summary>
internal sealed class SampleScorer(Sample sample, IReadOnlyDictionary<int, string> classes, double surfaceTolerance)
{
    public ObjectScore Score(int index, string promptKind, PredictedMask mask)
    {
        ObjectMask truth = sample.Objects[index];
        BinaryMask predicted = mask.ToBinaryMask().Without(sample.Missing);
        MaskScores scores = MaskScores.Measure(predicted, truth.Mask, sample.Spacing ?? PixelSpacing.Unit, surfaceTolerance);
        return new ObjectScore
        {
            SampleId = sample.Info.Id,
            Group = sample.Info.Group,
            ObjectIndex = index,
            ClassId = truth.ClassId,
            ClassName = classes.TryGetValue(truth.ClassId, out string? name) ? name : truth.ClassId.ToString(),
            PromptKind = promptKind,
            Dice = scores.Dice,
            IntersectionOverUnion = scores.IntersectionOverUnion,
            SurfaceDice = scores.SurfaceDice,
            HausdorffDistance95 = scores.HausdorffDistance95,
            PredictedIou = mask.PredictedIou,
            TruthArea = truth.Mask.Area,
            PredictedArea = predicted.Area,
        };
    }
}
