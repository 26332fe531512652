using SamTune.Evaluation.Reports;

namespace SamTune.Evaluation.Tests.Reports;

/// <summary>Object scores for tests.</summary>
internal static class Scores
{
    public static ObjectScore One(
        double dice = 0.5, int classId = 1, string className = "caudate", string prompt = "box", string group = "patient 1",
        double hd95 = 2, int predictedArea = 90, double? looseness = null, double? predictedIou = null) => new()
        {
            SampleId = $"{group}/z0001",
            Group = group,
            ObjectIndex = 0,
            ClassId = classId,
            ClassName = className,
            PromptKind = prompt,
            Dice = dice,
            IntersectionOverUnion = dice / (2 - dice),
            SurfaceDice = dice,
            HausdorffDistance95 = hd95,
            PredictedIou = predictedIou,
            TruthArea = 100,
            PredictedArea = predictedArea,
            BoxLooseness = looseness,
        };

    /// <summary>Two classes, two prompt kinds, three patients, an empty prediction, and values that need every digit.</summary>
    public static ObjectScore[] Many { get; } =
    [
        One(0.1 + 0.2, predictedIou: 1.0 / 3, looseness: 0),
        One(0.8, group: "patient 2", looseness: 0.1),
        One(0, group: "patient 3", hd95: double.PositiveInfinity, predictedArea: 0),
        One(0.9, classId: 0, className: "thalamus, \"left\"\n|right|", prompt: "3 clicks") with { Clicks = 3 },
        One(double.Epsilon, classId: 0, className: "thalamus, \"left\"\n|right|", group: "Patient é 日本"),
    ];
}
