using CsCheck;
using SamTune.Data.Coco;
using SamTune.Data.Datasets;
using SamTune.Data.Manifests;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Data.Tests.Manifests;

public sealed class ManifestTests : IDisposable
{
    private const string Header = """{"samtune_manifest": 1, "name": "cells", "classes": {"0": "nucleus", "4": "wall"}}""";

    private static readonly ImageFolderOptions Stretched = new() { Name = "stretched", Preprocessing = new PreprocessingSpec { Mapping = IntensityMapping.MinMax } };

    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder.At("data.jsonl");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Any_samples_come_back_the_same() => Sets.Sample(
        data =>
        {
            string path = _folder.At($"{Path.GetRandomFileName()}.jsonl");
            ManifestWriter.Write(path, data.Name, [new ManifestPart(data)], cancel: TestContext.Current.CancellationToken);
            Samples.Same(data, ManifestDataset.Open(path));
        },
        iter: 30,
        threads: 1);

    [Fact]
    public void Slices_of_a_volume_come_back_with_their_spacing_and_their_parts()
    {
        string mri = RepositoryFiles.At("data", "mri");
        NiftiSliceDataset train = MriTask.Open(mri, "colin27_brain_axial", "train"), test = MriTask.Open(mri, "colin27_brain_axial", "test");
        var some = new SubsetDataset(train, [0, 1], "train");

        ManifestWriter.Write(FilePath, "caudate", [new ManifestPart(some, "train"), new ManifestPart(new SubsetDataset(test, [0], "test"), "test")], cancel: TestContext.Current.CancellationToken);

        Samples.Same(some, ManifestDataset.Open(FilePath, new ManifestOptions { Split = "train" }));
        Samples.Same(new SubsetDataset(test, [0], "test"), ManifestDataset.Open(FilePath, new ManifestOptions { Split = "test" }));
        Assert.Equal(["test", "train"], ManifestDataset.Open(FilePath).Splits);
        Assert.Equal(3, Directory.GetFiles(FilePath + ".pictures").Length);
        Expect.Refused(() => ManifestDataset.Open(FilePath, new ManifestOptions { Split = "val" }), "'val'", "test, train");
    }

    [Fact]
    public void Pictures_that_are_files_are_named_with_the_recipe_they_were_opened_with()
    {
        ISegmentationDataset grey = Folder(new ImageFolderOptions { Preprocessing = new PreprocessingSpec { Mapping = IntensityMapping.MinMax } });

        ManifestWriter.Write(FilePath, "grey", [new ManifestPart(new ConcatDataset([new SubsetDataset(grey, [1, 0], "part")], "all"))], cancel: TestContext.Current.CancellationToken);

        ManifestDataset found = ManifestDataset.Open(FilePath);
        Samples.Same(new ConcatDataset([new SubsetDataset(grey, [1, 0], "part")], "all"), found);
        Assert.False(Directory.Exists(FilePath + ".pictures"));
        Assert.Contains("\"image\":\"images/b.png\"", File.ReadAllText(FilePath), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_manifest_of_a_manifest_comes_back_the_same_with_its_recipe(bool stored)
    {
        ISegmentationDataset stretched = Folder(Stretched);

        ManifestWriter.Write(FilePath, "first", [new ManifestPart(stretched)], stored, cancel: TestContext.Current.CancellationToken);
        ManifestWriter.Write(_folder.At("other", "again.jsonl"), "again", [new ManifestPart(ManifestDataset.Open(FilePath))], cancel: TestContext.Current.CancellationToken);

        ManifestDataset again = ManifestDataset.Open(_folder.At("other", "again.jsonl"));
        Samples.Same(stretched, again);
        Assert.Equal(Stretched.Preprocessing, again.Preprocessing);
        Assert.Equal(stored ? 2 : 0, Directory.Exists(FilePath + ".pictures") ? Directory.GetFiles(FilePath + ".pictures").Length : 0);
        Assert.False(Directory.Exists(_folder.At("other", "again.jsonl.pictures")));
    }

    [Fact]
    public void A_manifest_has_one_recipe()
    {
        ISegmentationDataset raw = Folder(new ImageFolderOptions { Name = "raw" }), stretched = Folder(Stretched);

        Expect.Refused(
            () => ManifestWriter.Write(FilePath, "both", [new ManifestPart(raw, "train"), new ManifestPart(stretched, "test", "more/")], cancel: TestContext.Current.CancellationToken),
            FilePath, "'more/a' is prepared by 'min-max'", "before it by 'rgb'");
        Assert.False(File.Exists(FilePath));
    }

    [Fact]
    public void Prepared_pictures_refuse_another_recipe_and_files_take_it()
    {
        var asked = new ManifestOptions { Preprocessing = new PreprocessingSpec { Mapping = IntensityMapping.Percentile } };
        string named = _folder.At("named.jsonl"), lung = _folder.At("lung.jsonl");
        ManifestWriter.Write(FilePath, "stored", [new ManifestPart(Folder(Stretched))], storePictures: true, cancel: TestContext.Current.CancellationToken);
        ManifestWriter.Write(named, "named", [new ManifestPart(Folder(Stretched))], cancel: TestContext.Current.CancellationToken);
        ManifestWriter.Write(lung, "lung", [new ManifestPart(Folder(new ImageFolderOptions { Preprocessing = Window(-1350, 150) }))], storePictures: true, cancel: TestContext.Current.CancellationToken);

        Expect.Refused(() => ManifestDataset.Open(FilePath, asked), FilePath, "prepared by 'min-max'", "'percentile 0.5 to 99.5 of the foreground' is asked for");
        Expect.Refused(() => ManifestDataset.Open(lung, new ManifestOptions { Preprocessing = Window(0, 80) }), "window -1350 to 150", "window 0 to 80");
        Assert.Equal(asked.Preprocessing, ManifestDataset.Open(named, asked).Preprocessing);
        Samples.Same(ManifestDataset.Open(FilePath), ManifestDataset.Open(FilePath, new ManifestOptions { Preprocessing = Stretched.Preprocessing with { Domain = "thermal", DomainVersion = 1 } }));
    }

    [Fact]
    public void Prepared_pictures_without_a_recipe_were_taken_as_they_are()
    {
        Samples.WritePicture(_folder.At("a.png"), 2, 2);
        ManifestDataset data = Open("""{"id": "x", "image": "a.png", "prepared": true, "objects": []}""");

        Assert.Equal(PreprocessingSpec.Rgb, data.Preprocessing);
        Assert.Null(data.ImagePath(0));
        Expect.Refused(() => ManifestDataset.Open(FilePath, new ManifestOptions { Preprocessing = Stretched.Preprocessing }), "prepared by 'rgb'", "'min-max' is asked for");
    }

    [Fact]
    public void Objects_may_be_mask_files_values_of_label_files_and_run_lengths()
    {
        Samples.WritePicture(_folder.At("a.png"), 2, 2);
        ImageWriter.WriteMaskPng(_folder.At("m.png"), new BinaryMask(new ImageSize(2, 2), [1, 0, 0, 0]));
        Samples.WriteIndexed(_folder.At("l.png"), [0, 3], [3, 255]);

        ManifestDataset data = Open("""
            {"id": "x", "image": "a.png", "objects": [{"class": 0, "mask": "m.png"}, {"class": 4, "labels": "l.png", "value": 3}, {"class": 4, "rle": {"size": [2, 2], "counts": "04"}}]}
            """);

        Assert.Equal(new SampleInfo("x", "x"), data.Samples.Single());
        Assert.Equal([(0, 1), (4, 2), (4, 4)], data.Load(0).Objects.Select(o => (o.ClassId, o.Mask.Area)));
    }

    [Theory]
    [InlineData("""{"id": "x", "image": "a.png", "objects": [], "colour": 1}""", "line 3: unknown key 'colour'")]
    [InlineData("""{"id": "x", "image": "a.png", "objects": [{"class": 0, "mask": "a.png", "score": 1}]}""", "line 3: unknown key 'score'")]
    [InlineData("""{"id": "x", "image": "a.png", "objects": [{"class": 0, "rle": {"size": [2, 2], "counts": "04", "order": "C"}}]}""", "line 3: unknown key 'order'")]
    [InlineData("""{"id": "x", "image": "a.png", "objects": [{"class": 1, "mask": "a.png"}]}""", "line 3: class 1 is none")]
    [InlineData("""{"id": "x", "image": "a.png", "objects": [{"class": 0}]}""", "line 3: an object has exactly one")]
    [InlineData("""{"id": "x", "image": "a.png", "objects": [{"class": 0, "labels": "a.png"}]}""", "line 3: an object has exactly one")]
    [InlineData("""{"id": "x", "image": "a.png", "objects": [{"class": 0, "rle": {"size": [2], "counts": ""}}]}""", "line 3: 'rle' needs")]
    [InlineData("""{"id": "x", "image": "a.png", "objects": [null]}""", "line 3: 'id' is empty or 'objects'")]
    [InlineData("""{"id": "x", "image": "a.png", "objects": [], "spacing_mm": [1, -1]}""", "line 3: 'spacing_mm'")]
    [InlineData("""{"id": "x", "image": "none.png", "objects": []}""", "line 3: ")]
    [InlineData("""{"id": "x", "image": "/etc/passwd", "objects": []}""", "line 3: the file name '/etc/passwd'")]
    [InlineData("""{"id": "x", "objects": []}""", "line 3: ")]
    [InlineData("""{"id": """, "line 3: ")]
    [InlineData("[]", "line 3: ")]
    public void Mistakes_are_refused_with_the_line(string line, string part)
    {
        Samples.WritePicture(_folder.At("a.png"), 2, 2);
        Expect.Refused(() => Open("\n" + line), FilePath, part);
    }

    [Fact]
    public void Headers_of_other_versions_and_other_files_are_refused()
    {
        Expect.Refused(() => OpenText(""), "empty");
        Expect.Refused(() => OpenText("""{"samtune_manifest": 2, "name": "x", "classes": {}}"""), "line 1: manifest version 2");
        Expect.Refused(() => OpenText("""{"samtune_manifest": 1, "name": "x", "classes": {}, "licence": "CC0"}"""), "line 1: unknown key 'licence'");
        Expect.Refused(() => OpenText("""{"id": "x", "image": "a.png", "objects": []}"""), "line 1: ", "samtune_manifest");
        Expect.Refused(() => OpenText(Header), "no pictures");
        Expect.Refused(() => ManifestDataset.Open(FilePath, new ManifestOptions { MaximumBytes = 5 }), "at most 5");
        Expect.Refused(() => ManifestDataset.Open(_folder.At("none.jsonl")), "none.jsonl");
    }

    [Fact]
    public void Ids_that_occur_twice_and_run_lengths_of_another_size_are_refused()
    {
        Samples.WritePicture(_folder.At("a.png"), 2, 2);
        const string Line = """{"id": "x", "image": "a.png", "objects": [{"class": 0, "rle": {"size": [1, 4], "counts": "04"}}]}""";

        Expect.Refused(() => Open(Line + "\n" + Line), "line 3", "line 2");
        Expect.Refused(() => Open(Line).Load(0), "line 2", "4x1", "2x2");
    }

    [Fact]
    public void What_cannot_be_written_leaves_nothing_behind()
    {
        ISegmentationDataset folder = Folder(new ImageFolderOptions());
        ManifestWriter.Write(FilePath, "first", [new ManifestPart(folder)], cancel: TestContext.Current.CancellationToken);
        string before = File.ReadAllText(FilePath);
        string[] files = Directory.GetFileSystemEntries(_folder.FullPath);

        Expect.Refused(() => ManifestWriter.Write(FilePath, "twice", [new ManifestPart(folder, "train"), new ManifestPart(folder, "val")], cancel: TestContext.Current.CancellationToken), "more than one part");

        Assert.Equal(before, File.ReadAllText(FilePath));
        Assert.Equal(files, Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Fact]
    public void A_COCO_file_becomes_a_manifest()
    {
        Samples.WritePicture(_folder.At("coco", "images", "a.png"), 4, 6);
        File.WriteAllText(_folder.At("coco", "instances.json"), """
            {"images": [{"id": 1, "file_name": "a.png", "height": 4, "width": 6}], "categories": [{"id": 0, "name": "cat"}],
             "annotations": [{"id": 1, "image_id": 1, "category_id": 0, "segmentation": [[2, 1, 5, 1, 5, 3, 2, 3]]}]}
            """);
        CocoDataset coco = CocoDataset.Open(_folder.At("coco", "instances.json"));

        ManifestWriter.Write(FilePath, "coco", [new ManifestPart(coco)], cancel: TestContext.Current.CancellationToken);

        Samples.Same(coco, ManifestDataset.Open(FilePath));
    }

    private static Gen<ISegmentationDataset> Sets
        => from height in Gen.Int[1, 9]
           from width in Gen.Int[1, 9]
           from seeds in Gen.Int[0, 255].Array[1, 4]
           from masks in Gen.Byte[0, 1].Array[height * width].Array[0, 3].Array[seeds.Length]
           from spacing in Gen.Select(Gen.Double[0.001, 100], Gen.Double[0.001, 100], (y, x) => new PixelSpacing(y, x))
           from patient in Gen.Char['\t', '\u0300'].Array[0, 8].Select(c => new string(c))
           select (ISegmentationDataset)new MadeDataset(
           [
               .. seeds.Select((seed, i) => new Sample(
                   new SampleInfo($"volume/\u00fc\"{i}", patient), Samples.Picture(height, width, seed),
                   [.. masks[i].Where(m => m.Contains((byte)1)).Select((m, k) => new ObjectMask(k % 2, new BinaryMask(new ImageSize(height, width), m)))], i % 2 == 0 ? spacing : null)),
           ]);

    private static PreprocessingSpec Window(double low, double high) => new() { Mapping = IntensityMapping.Window, WindowLow = low, WindowHigh = high };

    private ImageFolderDataset Folder(ImageFolderOptions options)
    {
        foreach ((int i, string name) in new[] { "a.png", "b.png" }.Index())
        {
            Samples.WritePicture(_folder.At("images", name), 3, 5, seed: i);
            ImageWriter.WriteMaskPng(_folder.At("masks", name), new BinaryMask(new ImageSize(3, 5), [0, 1, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, (byte)i]));
        }

        return ImageFolderDataset.Open(_folder.FullPath, options);
    }

    private ManifestDataset Open(string lines) => OpenText(Header + "\n" + lines + "\n");

    private ManifestDataset OpenText(string text)
    {
        File.WriteAllText(FilePath, text);
        return ManifestDataset.Open(FilePath);
    }

    private sealed class MadeDataset(Sample[] samples) : ISegmentationDataset
    {
        public string Name => "made";

        public IReadOnlyDictionary<int, string> Classes { get; } = new Dictionary<int, string> { [0] = "zero", [1] = "one" };

        public IReadOnlyList<SampleInfo> Samples { get; } = [.. samples.Select(s => s.Info)];

        public Sample Load(int index) => samples[index];
    }
}
