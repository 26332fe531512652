using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Data.Datasets;

/// <summary>The MRI tasks that ship with the repository.</summary>
public static class MriTask
{
    /// <summary>Opens one part of a task of a folder with a tasks.json.</summary>
    /// <param name="folder">Folder, such as data/mri.</param>
    /// <param name="name">The task's name, such as "colin27_brain_axial".</param>
    /// <param name="split">"train", "val" or "test".</param>
    /// <param name="preprocessing">How values become 8-bit grey; <see cref="PreprocessingSpec.Mri"/> when null.</param>
    /// <param name="objects">How masks become objects; one a class and slice when null.</param>
    /// <exception cref="InputException">No such folder, task or part, or a volume cannot be read.</exception>
    public static NiftiSliceDataset Open(
        string folder, string name, string split, PreprocessingSpec? preprocessing = null, ObjectOptions? objects = null)
        => TaskFile.Read(Path.Combine(folder, "tasks.json")).Open(name, split, preprocessing, objects);
}
