using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Data.Tests;

public sealed class ImageFolderDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pictures_and_masks_of_the_same_path_are_pairs_in_a_fixed_order()
    {
        Image("images", "b/two.png");
        Image("images", "a.png");
        Mask("masks", "b/two.png", 0, 255, 255, 0);
        Mask("masks", "a.png", 0, 0, 0, 255);
        File.WriteAllText(_folder.At("images", "notes.txt"), "not a picture");

        ImageFolderDataset data = ImageFolderDataset.Open(_folder.FullPath);

        Assert.Equal([new SampleInfo("a", "a"), new SampleInfo("b/two", "b")], data.Samples);
        Assert.Equal(MaskMode.Binary, data.MaskMode);
        Assert.Equal(2, data.Load(1).Objects.Single().Mask.Area);
        Assert.Equal("object", data.Classes[data.Load(0).Objects.Single().ClassId]);
        data.Check();
    }

    [Fact]
    public void Labels_may_lie_in_a_folder_of_that_name_and_carry_a_suffix()
    {
        Image("images", "a.png");
        Mask("labels", "a_mask.png", 1, 1, 0, 0);

        ImageFolderDataset data = ImageFolderDataset.Open(_folder.FullPath, new ImageFolderOptions { MaskSuffix = "_mask" });

        Assert.Equal(2, data.Load(0).Objects.Single().Mask.Area);
    }

    [Fact]
    public void Values_are_classes_when_indexed_and_objects_when_instances()
    {
        Image("images", "a.png");
        Image("images", "b.png");
        Mask("masks", "a.png", 1, 2, 2, 255);
        Mask("masks", "b.png", 3, 0, 0, 0);

        ImageFolderDataset indexed = Open(new ImageFolderOptions { MaskMode = MaskMode.Indexed, IgnoredValues = [255] });
        ImageFolderDataset instances = Open(new ImageFolderOptions { MaskMode = MaskMode.Instances, IgnoredValues = [255] });

        Assert.Equal(new Dictionary<int, string> { [1] = "class 1", [2] = "class 2", [3] = "class 3" }, indexed.Classes);
        Assert.Equal([1, 2], indexed.Load(0).Objects.Select(o => o.ClassId));
        Assert.Equal([1, 1], instances.Load(0).Objects.Select(o => o.ClassId));
        Assert.Equal([1, 2], instances.Load(0).Objects.Select(o => o.Mask.Area));
    }

    [Fact]
    public void Ignored_values_do_not_make_a_binary_mask_indexed()
    {
        Image("images", "a.png");
        Mask("masks", "a.png", 0, 1, 1, 255);

        ImageFolderDataset data = Open(new ImageFolderOptions { IgnoredValues = [255] });

        Assert.Equal(MaskMode.Binary, data.MaskMode);
        Assert.Equal(2, data.Load(0).Objects.Single().Mask.Area);
        Expect.Refused(() => Open(new ImageFolderOptions { MaskMode = MaskMode.Binary, IgnoredValues = [7] }).Load(0), "1, 255", "indexed");
    }

    [Fact]
    public void Sixteen_bit_masks_with_several_values_are_recognised_as_instances()
    {
        Image("images", "a.png");
        ImageWriter.WriteLabelPng16(_folder.At("masks", "a.png"), new LabelMap(new ImageSize(2, 2), [0, 1, 2, 900]));

        Assert.Equal(MaskMode.Instances, Open().MaskMode);
        Assert.Equal(3, Open().Load(0).Objects.Count);
    }

    [Fact]
    public void Pieces_can_become_objects_and_small_ones_be_left_out()
    {
        ImageWriter.WriteRgbPng(_folder.At("images", "a.png"), new RgbImage(new ImageSize(1, 7), new byte[21]));
        ImageWriter.WriteMaskPng(_folder.At("masks", "a.png"), new BinaryMask(new ImageSize(1, 7), [1, 1, 1, 0, 1, 1, 0]));

        Assert.Equal(2, Open(new ImageFolderOptions { Objects = new ObjectOptions { SplitComponents = true } }).Load(0).Objects.Count);
        Assert.Single(Open(new ImageFolderOptions { Objects = new ObjectOptions { SplitComponents = true, MinimumArea = 3 } }).Load(0).Objects);
        Assert.Empty(Open(new ImageFolderOptions { Objects = new ObjectOptions { MinimumArea = 6 } }).Load(0).Objects);
    }

    [Fact]
    public void A_pattern_names_the_patient()
    {
        Image("images", "patient07_slice3.png");
        Mask("masks", "patient07_slice3.png", 0, 0, 0, 1);

        Assert.Equal("patient07", Open(new ImageFolderOptions { GroupPattern = "^(patient\\d+)_" }).Samples[0].Group);
        Expect.Refused(() => Open(new ImageFolderOptions { GroupPattern = "^scene" }), "patient07_slice3", "^scene");
        Expect.Refused(() => Open(new ImageFolderOptions { GroupPattern = "(" }), "regular expression");
    }

    [Fact]
    public void Wide_samples_need_a_recipe()
    {
        ImageWriter.WriteLabelPng16(_folder.At("images", "a.png"), new LabelMap(new ImageSize(2, 2), [0, 1000, 2000, 3000]));
        Mask("masks", "a.png", 0, 0, 0, 1);

        Expect.Refused(() => Open().Load(0), "a.png", "UInt16", "preprocessing");
        Assert.Equal(255, Open(new ImageFolderOptions { Preprocessing = new PreprocessingSpec { Mapping = IntensityMapping.MinMax } }).Load(0).Image.Pixels[^1]);
    }

    [Fact]
    public void Unpaired_files_are_refused_by_name()
    {
        foreach (string name in new[] { "a", "b", "c", "d", "e", "f", "g" })
            Image("images", name + ".png");
        Mask("masks", "a.png", 0, 0, 0, 1);

        Expect.Refused(() => Open(), "6 of 7 images", "b, c, d, e, f, ...", "suffix");

        foreach (string name in new[] { "b", "c", "d", "e", "f", "g", "h" })
            Mask("masks", name + ".png", 0, 0, 0, 1);
        Expect.Refused(() => Open(), "1 of 8 masks", "h");
    }

    [Fact]
    public void Two_pictures_of_one_name_are_refused()
    {
        Image("images", "a.png");
        File.Copy(_folder.At("images", "a.png"), _folder.At("images", "a.jpg"));
        Mask("masks", "a.png", 0, 0, 0, 1);

        Expect.Refused(() => Open(), "second file for 'a'");
    }

    [Fact]
    public void Empty_and_missing_folders_are_refused()
    {
        Expect.Refused(() => ImageFolderDataset.Open(_folder.FullPath), "images/");
        Directory.CreateDirectory(_folder.At("images"));
        Directory.CreateDirectory(_folder.At("masks"));
        Expect.Refused(() => ImageFolderDataset.Open(_folder.FullPath), "no images here");
        Expect.Refused(() => ImageFolderDataset.Open(_folder.At("none")), "no such folder");
    }

    [Fact]
    public void A_mask_of_another_size_is_refused_on_loading_and_by_the_check()
    {
        Image("images", "a.png");
        ImageWriter.WriteMaskPng(_folder.At("masks", "a.png"), new BinaryMask(new ImageSize(3, 2), [0, 0, 0, 0, 0, 1]));

        Expect.Refused(() => Open().Load(0), "masks", "2x3", "2x2");
        Expect.Refused(() => Open().Check(), "masks", "2x3", "2x2");
    }

    [Fact]
    public void A_damaged_file_is_refused_by_name()
    {
        Image("images", "a.png");
        Mask("masks", "a.png", 0, 0, 0, 1);
        ImageFolderDataset data = Open();
        byte[] bytes = File.ReadAllBytes(_folder.At("images", "a.png"));
        File.WriteAllBytes(_folder.At("images", "a.png"), bytes[..^18]);

        Expect.Refused(() => data.Load(0), _folder.At("images", "a.png"), "truncated");
    }

    [Fact]
    public void A_value_without_a_class_is_refused()
    {
        Image("images", "a.png");
        Mask("masks", "a.png", 1, 2, 0, 0);

        ImageFolderDataset data = Open(new ImageFolderOptions { MaskMode = MaskMode.Indexed, ClassNames = new Dictionary<int, string> { [1] = "cell" } });

        Expect.Refused(() => data.Load(0), "value 2", "ignore");
    }

    private ImageFolderDataset Open(ImageFolderOptions? options = null) => ImageFolderDataset.Open(_folder.At("images"), _folder.At("masks"), options);

    private void Image(string folder, string name)
        => ImageWriter.WriteRgbPng(_folder.At(folder, name), new RgbImage(new ImageSize(2, 2), [.. Enumerable.Range(0, 12).Select(i => (byte)i)]));

    // An 8-bit grey PNG with any values; RGB with equal channels counts as grey.
    private void Mask(string folder, string name, params byte[] values)
        => ImageWriter.WriteRgbPng(_folder.At(folder, name), new RgbImage(new ImageSize(2, 2), [.. values.SelectMany(v => new[] { v, v, v })]));
}
