using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Testing;

namespace SamTune.Data.Tests;

public sealed class TaskFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Names_of_labels_are_given_for_all_files_or_for_each()
    {
        Assert.Equal("bone", Open("""{ "bone": 1, "air": 9 }""").Classes[1]);
        Assert.Equal("bone", Open("""{ "labels": { "bone": 1 }, "others": { "skin": 1 } }""").Classes[1]);
        Assert.Equal("label 1", Open("""{ "others": { "skin": 1 } }""").Classes[1]);
        Assert.Contains("'bone' is \"one\"", Assert.Throws<InputException>(() => Open("""{ "bone": "one" }""")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Volumes_in_Hounsfield_units_are_CT()
    {
        Assert.Equal("ct", Open("{}", units: "HU").Preprocessing.Domain);
        Assert.Equal(PreprocessingSpec.Mri, Open("{}").Preprocessing);
    }

    private NiftiSliceDataset Open(string labelValues, string units = "none")
    {
        File.Copy(RepositoryFiles.Mri("macaque_inia19_t1.nii.gz"), _folder.At("image.nii.gz"), overwrite: true);
        File.Copy(RepositoryFiles.Mri("macaque_inia19_structures.nii.gz"), _folder.At("labels.nii.gz"), overwrite: true);
        File.WriteAllText(_folder.At("tasks.json"), $$"""
            {
              "units": "{{units}}", "label_values": {{labelValues}},
              "tasks": [ {
                "name": "one", "image": "image.nii.gz", "labels": "labels.nii.gz", "label_values": [1], "slice_axis": 2,
                "in_plane_shape": [135, 167], "min_mask_px": 20, "splits": { "train": [[64, 70]] } } ]
            }
            """);
        return TaskFile.Read(_folder.At("tasks.json")).Open("one", "train");
    }
}
