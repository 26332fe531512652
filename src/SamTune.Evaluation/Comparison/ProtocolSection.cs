using SamTune.Evaluation.Documents;

namespace SamTune.Evaluation.Comparison;

/// <summary>How it was measured.</summary>
internal static class ProtocolSection
{
    public static IEnumerable<ReportBlock> Blocks(ComparisonReport report)
    {
        ComparisonProtocol protocol = report.Protocol;
        yield return new Table(
            ["Trained on", "Training slices", "Validation slices", "Validation slices from"],
            [.. protocol.Tasks.Select(t => (IReadOnlyList<string>)[t.Name, $"{t.TrainingPictures}", $"{t.ValidationPictures}", t.ValidationSource])]);
        yield return new Table(
            ["Tested on", "Subject", "Volume", "To be found", "Slices", "Objects"],
            [
                .. report.Sets.Select(s => (IReadOnlyList<string>)
                    [s.Name, s.Subject == SubjectKind.Same ? "same as trained on" : "other", s.Group, s.Structure, $"{s.Pictures}", $"{s.Objects}"]),
            ]);
        yield return new Bullets(
        [
            $"Every method starts from the same weights (sha256 {report.Base.Sha256[..12]}...), sees the same slices in the same order with the same prompts ({protocol.TrainingPrompts}) for {protocol.Steps} steps, and keeps the parameters of the step with the lowest validation loss.",
            "Nothing was chosen by test slices: learning rates are each method's own or were chosen on validation slices, and so is the kept step.",
            "Slices are chosen evenly over each split, at most a fixed number a task, so that no task outweighs another. Each connected piece of a mask is an object with a prompt of its own; tiny pieces are left out.",
            "A box prompt is the exact box of the true mask; a point prompt is one click where the object is deepest. The model answers with its single mask.",
            "\"Box filled\" takes the box as the mask. \"Otsu in the box\" thresholds inside it and is told on which side the object lies. \"Nearest mask copied\" takes the mask of the training slice of the task that looks most alike.",
            "True masks of structures are atlas labels, those of the brain come from an automatic tool: the scores are agreement with them.",
            $"Seed {report.Seed}; {report.Cost.Threads} threads; computed on {report.Cost.Device}; {report.Cost.System}.",
        ]);
    }
}
