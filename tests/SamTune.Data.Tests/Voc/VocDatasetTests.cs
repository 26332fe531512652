using SamTune.Data.Datasets;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Data.Voc;
using SamTune.Testing;

namespace SamTune.Data.Tests.Voc;

public sealed class VocDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public VocDatasetTests()
    {
        // Two objects of class 15 and one of class 8, with void between them.
        Add("VOC2012", "2007_000001", [[15, 15, 255, 8], [15, 255, 15, 8]], [[1, 1, 255, 3], [1, 255, 2, 3]]);
        Add("VOC2012", "2007_000002", [[0, 0, 0, 0], [0, 0, 20, 20]], [[0, 0, 0, 0], [0, 0, 1, 1]]);
        List("VOC2012", "train", "2007_000001");
        List("VOC2012", "val", "2007_000002", "");
    }

    private string Root => _folder.At("VOC2012");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Classes_have_VOCs_names_and_void_is_no_object()
    {
        VocDataset data = VocDataset.Open(Root);

        Sample sample = data.Load(0);

        Assert.Equal(["2007_000001", "2007_000002"], data.Samples.Select(s => s.Id));
        Assert.Equal([("cat", 2), ("person", 4)], sample.Objects.Select(o => (data.Classes[o.ClassId], o.Mask.Area)));
        Assert.Equal(Samples.Picture(2, 4).Pixels, sample.Image.Pixels);
        Assert.Equal("tvmonitor", data.Classes[data.Load(1).Objects.Single().ClassId]);
    }

    [Fact]
    public void Instances_have_the_class_of_their_pixels()
    {
        VocDataset data = VocDataset.Open(Root, new VocOptions { Instances = true });

        Assert.Equal([("person", 3), ("person", 1), ("cat", 2)], data.Load(0).Objects.Select(o => (data.Classes[o.ClassId], o.Mask.Area)));
    }

    [Fact]
    public void A_list_chooses_pictures()
    {
        Assert.Equal("2007_000002", VocDataset.Open(Root, new VocOptions { ImageSet = "val" }).Samples.Single().Id);
        Expect.Refused(() => VocDataset.Open(Root, new VocOptions { ImageSet = "test" }), "test.txt", "train, val");
        Expect.Refused(() => VocDataset.Open(Root, new VocOptions { ImageSet = "../../train" }), "inside");
    }

    [Fact]
    public void Other_folders_of_that_layout_name_their_classes_in_a_file_or_by_number()
    {
        Add("mine", "x", [[0, 1, 2, 2], [0, 0, 0, 0]], [[0, 1, 2, 2], [0, 0, 0, 0]]);
        List("mine", "default", "x");

        Assert.Equal(["class 1", "class 2"], VocDataset.Open(_folder.At("mine")).Classes.Values);
        File.WriteAllText(_folder.At("mine", "class_names.txt"), "_background_\nroof\nroad\n");
        Assert.Equal(["roof", "road"], VocDataset.Open(_folder.At("mine")).Classes.Values);
        File.WriteAllText(_folder.At("mine", "class_names.txt"), "_background_\nroof\n");
        Expect.Refused(() => VocDataset.Open(_folder.At("mine")).Load(0), "value 2", "class_names.txt");
    }

    [Fact]
    public void Pictures_larger_than_a_tile_of_a_recipe_for_scenes_are_refused()
    {
        PreprocessingSpec satellite = DomainProfile.Find("satellite")!.Spec;
        Samples.WritePicture(Path.Combine(Root, "JPEGImages", "2007_000001.png"), 20, 17);

        Expect.Refused(() => VocDataset.Open(Root, new VocOptions { Preprocessing = satellite with { Scene = new SceneSettings { TileSide = 16 } } }), "2007_000001.png", "17x20", "takes pictures whole");
    }

    [Fact]
    public void Missing_and_contradicting_files_are_refused()
    {
        Expect.Refused(() => VocDataset.Open(_folder.FullPath), "JPEGImages");
        List("VOC2012", "more", "2007_000001", "2007_000001");
        Expect.Refused(() => VocDataset.Open(Root), "more.txt", "line 2", "twice");
        List("VOC2012", "more", "../x");
        Expect.Refused(() => VocDataset.Open(Root), "line 1", "../x");
        List("VOC2012", "more", "2007_000003");
        Expect.Refused(() => VocDataset.Open(Root), "2007_000003.jpg");
        List("VOC2012", "more", "");
        Expect.Refused(() => VocDataset.Open(Root, new VocOptions { ImageSet = "more" }), "no names");
        Samples.WritePicture(Path.Combine(Root, "JPEGImages", "2007_000003.png"), 2, 4);
        List("VOC2012", "more", "2007_000003");
        Expect.Refused(() => VocDataset.Open(Root), "1 of 3", "2007_000003");
        Samples.WriteIndexed(Path.Combine(Root, "SegmentationClass", "2007_000003.png"), [1, 1]);
        Expect.Refused(() => VocDataset.Open(Root).Load(2), "2x1", "4x2");
        Samples.WriteIndexed(Path.Combine(Root, "SegmentationClass", "2007_000003.png"), [0, 0, 0, 0], [0, 0, 0, 0]);
        Samples.WriteIndexed(Path.Combine(Root, "SegmentationObject", "2007_000003.png"), [5, 0, 0, 0], [0, 0, 0, 0]);
        Expect.Refused(() => VocDataset.Open(Root, new VocOptions { Instances = true }).Load(2), "object 5", "no class");
    }

    private void Add(string root, string name, byte[][] classes, byte[][] objects)
    {
        Samples.WritePicture(_folder.At(root, "JPEGImages", name + ".png"), classes.Length, classes[0].Length);
        Samples.WriteIndexed(_folder.At(root, "SegmentationClass", name + ".png"), classes);
        Samples.WriteIndexed(_folder.At(root, "SegmentationObject", name + ".png"), objects);
    }

    private void List(string root, string set, params string[] names)
    {
        Directory.CreateDirectory(_folder.At(root, "ImageSets", "Segmentation"));
        File.WriteAllLines(_folder.At(root, "ImageSets", "Segmentation", set + ".txt"), names);
    }
}
