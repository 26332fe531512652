using SamTune.Cli.Running;
using SamTune.Data.Datasets;
using SamTune.Evaluation.Comparison;

namespace SamTune.Cli.Quickstart;

/// <summary>One set of test slices.</summary>
/// <param name="Name">The task's name.</param>
/// <param name="Structure">What is to be found.</param>
/// <param name="Subject">Whether it shows the head that was trained on.</param>
/// <param name="Pictures">The slices.</param>
/// <param name="Training">Training slices of the same structure, whose masks a trivial method copies.</param>
internal sealed record QuickstartSet(string Name, string Structure, SubjectKind Subject, ISegmentationDataset Pictures, ISegmentationDataset Training);

/// <summary>The slices of the quickstart, by the splits of the task list.</summary>
internal sealed class QuickstartData
{
    private readonly QuickstartPlan _plan;
    private readonly TaskFile _tasks;

    /// <summary>Opens the volumes.</summary>
    /// <param name="plan">What is trained and measured.</param>
    /// <param name="folder">Folder with the volumes and tasks.json.</param>
    public QuickstartData(QuickstartPlan plan, string folder)
    {
        _plan = plan;
        _tasks = TaskFile.Read(Path.Combine(folder, "tasks.json"));
        List<ISegmentationDataset> train = [], validation = [];
        List<TrainedTask> trained = [];
        List<QuickstartSet> sets = [];
        foreach ((string structure, string task, string other) in QuickstartPlan.Tasks)
        {
            (ISegmentationDataset learned, ISegmentationDataset held, string source) = Split(task);
            train.Add(learned);
            validation.Add(held);
            trained.Add(new TrainedTask(task, learned.Samples.Count, held.Samples.Count, source));
            sets.Add(new QuickstartSet(task, structure, SubjectKind.Same, SubsetDataset.Evenly(Open(task, "test"), plan.TestSlices, task), learned));
            sets.Add(new QuickstartSet(other, structure, SubjectKind.Other, SubsetDataset.Evenly(Open(other, "test"), plan.TestSlices, other), learned));
        }

        Train = new ConcatDataset(train, "T1 MRI of one head");
        Validation = new ConcatDataset(validation, "T1 MRI of one head, validation");
        Tasks = trained;
        Sets = [.. sets.OrderBy(s => s.Subject)];
    }

    /// <summary>What is learned from: all tasks together.</summary>
    public ISegmentationDataset Train { get; }

    /// <summary>What steps and rates are chosen by.</summary>
    public ISegmentationDataset Validation { get; }

    /// <summary>The trained tasks.</summary>
    public IReadOnlyList<TrainedTask> Tasks { get; }

    /// <summary>The test sets, those of the training subject first.</summary>
    public IReadOnlyList<QuickstartSet> Sets { get; }

    private (ISegmentationDataset Train, ISegmentationDataset Validation, string Source) Split(string task)
    {
        NiftiSliceDataset all = Open(task, "train");
        if (_tasks.Tasks.Single(t => t.Name == task).Splits["val"].Count > 0)
        {
            return (SubsetDataset.Evenly(all, _plan.TrainingSlices, task), SubsetDataset.Evenly(Open(task, "val"), _plan.ValidationSlices, task), "the task's validation split");
        }

        (SubsetDataset train, SubsetDataset validation) = TaskEnd.HoldOut(all, task);
        return (SubsetDataset.Evenly(train, _plan.TrainingSlices, task), SubsetDataset.Evenly(validation, _plan.ValidationSlices, task), $"one end of its training split, {TaskEnd.Gap} slices left out between");
    }

    private NiftiSliceDataset Open(string task, string split) => _tasks.Open(task, split, QuickstartPlan.Preprocessing, QuickstartPlan.Objects);
}
