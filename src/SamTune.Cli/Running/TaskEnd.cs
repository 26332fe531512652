using SamTune.Data.Datasets;
using SamTune.Imaging;

namespace SamTune.Cli.Running;

/// <summary>Validation pictures of a task that names none: one end of its training split, with a gap so that no neighbouring slice is in both.</summary>
internal static class TaskEnd
{
    /// <summary>Pictures left out between what is trained on and what is held out of it.</summary>
    public const int Gap = 2;

    // One in five is held out.
    private const int HeldOut = 5;

    /// <summary>Parts the training split of a task.</summary>
    /// <param name="all">The split, in the order of its slices.</param>
    /// <param name="task">The task's name, which the parts get.</param>
    /// <exception cref="InputException">Fewer than two pictures would be left to train on.</exception>
    public static (SubsetDataset Train, SubsetDataset Validation) HoldOut(ISegmentationDataset all, string task)
    {
        int held = Math.Max(1, all.Samples.Count / HeldOut), learned = all.Samples.Count - held - Gap;
        return learned >= 2
            ? (new SubsetDataset(all, Enumerable.Range(0, learned), task), new SubsetDataset(all, Enumerable.Range(learned + Gap, held), task))
            : throw new InputException($"{all.Name}: {all.Samples.Count} pictures are too few to hold some out for validation; choose a task with more.");
    }
}
