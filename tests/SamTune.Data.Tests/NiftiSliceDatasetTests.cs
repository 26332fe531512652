using SamTune.Data.Datasets;
using SamTune.Imaging;
using SamTune.Imaging.Nifti;
using SamTune.Testing;

namespace SamTune.Data.Tests;

public sealed class NiftiSliceDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_pattern_finds_the_patient_of_a_volume()
    {
        foreach ((string file, string folder) in new[] { ("macaque_inia19_t1.nii.gz", "images"), ("macaque_inia19_structures.nii.gz", "labels") })
        {
            Directory.CreateDirectory(_folder.At(folder));
            File.Copy(RepositoryFiles.Mri(file), _folder.At(folder, "p1_t1.nii.gz"));
            File.Copy(RepositoryFiles.Mri(file), _folder.At(folder, "p1_t2.nii.gz"));
        }

        NiftiSliceOptions options = new() { MinimumMaskPixels = 2000 };
        Assert.Equal(["p1_t1", "p1_t2"], NiftiSliceDataset.OpenFolder(_folder.FullPath, options).Samples.Select(s => s.Group).Distinct());
        Assert.Equal(["p1"], NiftiSliceDataset.OpenFolder(_folder.FullPath, options with { GroupPattern = "^p\\d+" }).Samples.Select(s => s.Group).Distinct());
    }

    [Fact]
    public void Every_task_that_ships_has_as_many_slices_as_its_description_says()
    {
        TaskFile file = TaskFile.Read(RepositoryFiles.Mri("tasks.json"));
        Assert.True(file.Tasks.Count >= 10);
        using var json = System.Text.Json.JsonDocument.Parse(File.ReadAllText(RepositoryFiles.Mri("tasks.json")));
        foreach (System.Text.Json.JsonElement task in json.RootElement.GetProperty("tasks").EnumerateArray())
        {
            string name = task.GetProperty("name").GetString()!;
            foreach (System.Text.Json.JsonProperty split in task.GetProperty("usable_slices_per_split").EnumerateObject())
            {
                int expected = split.Value.GetInt32();
                if (expected > 0)
                    Assert.Equal((name, split.Name, expected), (name, split.Name, file.Open(name, split.Name).Samples.Count));
                else
                    Assert.Contains("no slices", Assert.Throws<InputException>(() => file.Open(name, split.Name)).Message);
            }
        }
    }

    [Fact]
    public void A_slice_of_a_task_shows_the_brain_under_its_mask()
    {
        NiftiSliceDataset data = MriTask.Open(RepositoryFiles.At("data", "mri"), "colin27_brain_axial", "val");

        Sample sample = data.Load(4);

        Assert.Equal("colin27_t1/z0088", sample.Info.Id);
        Assert.Equal("colin27_t1", sample.Info.Group);
        Assert.Equal(new ImageSize(217, 181), sample.Image.Size);
        Assert.Equal(new PixelSpacing(1, 1), sample.Spacing);
        ObjectMask brain = Assert.Single(sample.Objects);
        Assert.Equal("BET and hull + BET only", data.Classes[brain.ClassId]);
        double inside = Enumerable.Range(0, brain.Mask.Pixels.Length).Where(i => brain.Mask.Pixels[i] != 0).Average(i => sample.Image.Pixels[3 * i]);
        double corner = Enumerable.Range(0, 20).SelectMany(y => Enumerable.Range(0, 20).Select(x => (int)sample.Image.Pixels[3 * (y * 181 + x)])).Average();
        Assert.InRange(inside, 60, 255);
        Assert.InRange(corner, 0, 10);
        Assert.Equal((RepositoryFiles.Mri("colin27_t1.nii.gz"), VolumeAxis.K, 88), data.Locate(4));
    }

    [Fact]
    public void Parts_of_a_task_share_no_slice()
    {
        string folder = RepositoryFiles.At("data", "mri");
        string[] ids = [.. new[] { "train", "val", "test" }.SelectMany(split => MriTask.Open(folder, "colin27_brain_axial", split).Samples.Select(s => s.Id))];

        Assert.Equal(112, ids.Length);
        Assert.Equal(ids.Length, ids.Distinct().Count());
    }

    [Fact]
    public void A_multiclass_task_has_a_class_for_each_structure()
    {
        NiftiSliceDataset data = MriTask.Open(RepositoryFiles.At("data", "mri"), "colin27_deep_nuclei_axial_multiclass", "test");

        Assert.Equal(["caudate", "putamen", "pallidum", "thalamus"], data.Classes.Values);
        Assert.All(data.Load(0).Objects, o => Assert.True(o.Mask.Area > 0));
        Assert.Contains(data.Load(0).Objects, o => o.ClassId == 4);
    }

    [Fact]
    public void Left_and_right_become_two_objects_when_pieces_are_split()
    {
        NiftiSliceDataset data = MriTask.Open(RepositoryFiles.At("data", "mri"), "macaque_caudate_axial", "test", objects: new ObjectOptions { SplitComponents = true, MinimumArea = 20 });

        Assert.Equal(2, data.Load(data.Samples.Count / 2).Objects.Count);
    }

    [Fact]
    public void Loading_from_several_threads_gives_what_one_gives()
    {
        NiftiSliceDataset data = MriTask.Open(RepositoryFiles.At("data", "mri"), "itk_t1_brain_coronal", "test");
        byte[][] expected = [.. Enumerable.Range(0, 8).Select(i => data.Load(i).Image.Pixels)];
        NiftiSliceDataset fresh = MriTask.Open(RepositoryFiles.At("data", "mri"), "itk_t1_brain_coronal", "test");
        var found = new byte[8][];

        Parallel.For(0, 8, i => found[i] = fresh.Load(i).Image.Pixels);

        Assert.Equal(expected, found);
    }

    [Fact]
    public void Folders_of_volumes_are_paired_by_name_and_grouped_by_volume()
    {
        Volume("images", "p1_0000.nii.gz", 40);
        Volume("images", "p2_0000.nii", 80);
        Volume("labels", "p1.nii", 1);
        Volume("labels", "p2.nii.gz", 2);

        NiftiSliceDataset data = NiftiSliceDataset.OpenFolder(_folder.FullPath, new NiftiSliceOptions { Axis = "k", ImageSuffix = "_0000", VolumesInMemory = 1 });

        Assert.Equal(["p1", "p2"], data.Samples.Select(s => s.Group).Distinct());
        Assert.Equal("p2/z0001", data.Samples[^1].Id);
        Assert.Equal([1, 2], data.Classes.Keys);
        Assert.Equal([1, 1, 2, 2], Enumerable.Range(0, 4).Select(i => data.Load(i).Objects.Single().ClassId));
        Assert.Equal(4 * 3 * 2, data.LargestVolume);
        Assert.Equal(4 * 3 * 2, new ConcatDataset([new FakeDataset(("pictures", 1)), new SubsetDataset(data, [0], "part")], "both").LargestVolume);
    }

    [Fact]
    public void Unpaired_volumes_and_empty_folders_are_refused_by_name()
    {
        Volume("images", "p1.nii", 40);
        Volume("images", "p2.nii", 40);
        Volume("labels", "p1.nii", 1);

        Expect.Refused(() => NiftiSliceDataset.OpenFolder(_folder.FullPath), "1 of 2 images", "p2");
        Directory.CreateDirectory(_folder.At("empty"));
        Expect.Refused(() => NiftiSliceDataset.OpenFolders(_folder.At("empty"), _folder.At("labels")), "no images here");
        Expect.Refused(() => NiftiSliceDataset.OpenFolder(_folder.At("empty")), "images/");
        Expect.Refused(() => NiftiSliceDataset.OpenFolder(_folder.At("missing")), "no such folder");
    }

    [Fact]
    public void Labels_on_another_grid_are_refused()
    {
        string image = Volume("images", "a.nii", 40), larger = Volume("labels", "larger.nii", 1, columns: 5), moved = Volume("labels", "moved.nii", 1, offset: 3);

        Expect.Refused(() => NiftiSliceDataset.Open(image, larger), larger, "5x3x2", "4x3x2");
        Expect.Refused(() => NiftiSliceDataset.Open(image, moved), moved, "elsewhere");
    }

    [Fact]
    public void Slices_that_do_not_exist_or_hold_nothing_are_refused()
    {
        string image = Volume("images", "a.nii", 40), labels = Volume("labels", "a.nii", 1);

        Expect.Refused(() => NiftiSliceDataset.Open(image, labels, new NiftiSliceOptions { Slices = [new SliceRange(0, 2)] }), "slice 2", "0 to 1");
        Expect.Refused(() => NiftiSliceDataset.Open(image, labels, new NiftiSliceOptions { LabelValues = [9] }), labels, "9");
        Expect.Refused(() => NiftiSliceDataset.Open(image, labels, new NiftiSliceOptions { Slices = [new SliceRange(2, 1)] }), "2-1");
        Expect.Refused(() => NiftiSliceDataset.Open(image, labels, new NiftiSliceOptions { Axis = "oblique" }), "oblique");
        Expect.Refused(() => NiftiSliceDataset.Open(image, labels, new NiftiSliceOptions { LabelValues = [] }), "label values");
    }

    [Fact]
    public void Empty_slices_are_kept_when_no_pixel_is_asked_for()
    {
        string image = Volume("images", "a.nii", 40), labels = Volume("labels", "a.nii", 1);

        NiftiSliceDataset data = NiftiSliceDataset.Open(image, labels, new NiftiSliceOptions { LabelValues = [9], MinimumMaskPixels = 0 });

        Assert.Equal(2, data.Samples.Count);
        Assert.Empty(data.Load(0).Objects);
    }

    [Fact]
    public void Task_mistakes_are_refused_with_what_there_is()
    {
        TaskFile file = TaskFile.Read(RepositoryFiles.Mri("tasks.json"));
        string broken = _folder.At("tasks.json");
        File.WriteAllText(broken, "{\"tasks\": [{\"name\": \"a\"}]}");

        Expect.Refused(() => file.Open("brain", "train"), "brain", "colin27_brain_axial");
        Expect.Refused(() => file.Open("colin27_brain_axial", "dev"), "dev", "train, val, test");
        Expect.Refused(() => TaskFile.Read(broken), broken);
        Expect.Refused(() => MriTask.Open(_folder.At("none"), "a", "train"), "tasks.json");
    }

    private string Volume(string folder, string name, byte value, int columns = 4, double offset = 0)
    {
        string path = _folder.At(folder, name);
        var geometry = new VolumeGeometry(new VolumeSize(columns, 3, 2), new Affine([1, 0, 0, offset, 0, 1, 0, 0, 0, 0, 1, 0]));
        NiftiWriter.WriteLabels(path, geometry, [.. Enumerable.Range(0, columns * 6).Select(i => i % 3 == 0 ? value : (byte)0)]);
        return path;
    }
}
