using CsCheck;
using SamTune.Data.Coco;
using SamTune.Data.Datasets;
using SamTune.Imaging;
using SamTune.Testing;

namespace SamTune.Data.Tests.Coco;

public sealed class CocoDatasetTests : IDisposable
{
    private const string Images = """[{"id": 7, "file_name": "a.png", "height": 4, "width": 6}, {"id": 3, "file_name": "sub/b.png", "height": 4, "width": 6}]""";
    private const string Categories = """[{"id": 1, "name": "cat", "supercategory": "animal"}, {"id": 90, "name": "cup"}]""";

    private readonly TemporaryFolder _folder = new();

    public CocoDatasetTests()
    {
        Samples.WritePicture(_folder.At("images", "a.png"), 4, 6);
        Samples.WritePicture(_folder.At("images", "sub", "b.png"), 4, 6, seed: 9);
    }

    private string FilePath => _folder.At("annotations", "instances.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void All_three_notations_give_masks()
    {
        // The same 2 x 3 pixels at row 1, column 2 as a polygon, as numbers and as text.
        CocoDataset data = Open("""
            {"id": 1, "image_id": 7, "category_id": 1, "iscrowd": 0, "bbox": [2, 1, 3, 2], "segmentation": [[2, 1, 5, 1, 5, 3, 2, 3]]},
            {"id": 2, "image_id": 7, "category_id": 90, "segmentation": {"size": [4, 6], "counts": [9, 2, 2, 2, 2, 2, 5]}},
            {"id": 3, "image_id": 3, "category_id": 90, "segmentation": {"counts": "9220003", "size": [4, 6]}}
            """);

        IReadOnlyList<ObjectMask> objects = data.Load(0).Objects;
        byte[] expected = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];

        Assert.Equal(["a", "sub/b"], data.Samples.Select(s => s.Id));
        Assert.Equal(["a", "sub"], data.Samples.Select(s => s.Group));
        Assert.Equal(new Dictionary<int, string> { [1] = "cat", [90] = "cup" }, data.Classes);
        Assert.Equal([1, 90], objects.Select(o => o.ClassId));
        Assert.All(objects, o => Assert.Equal(expected, o.Mask.Pixels));
        Assert.Equal(Samples.Picture(4, 6).Pixels, data.Load(0).Image.Pixels);
        Assert.Equal("9220003", RunLength.Encode(new BinaryMask(new ImageSize(4, 6), expected)).ToCompressedString());
        Assert.Equal(expected, data.Load(1).Objects.Single().Mask.Pixels);
    }

    [Fact]
    public void Several_polygons_are_one_object_and_crowds_are_left_out_unless_asked_for()
    {
        const string Annotations = """
            {"id": 1, "image_id": 7, "category_id": 1, "segmentation": [[0, 0, 1, 0, 1, 1, 0, 1], [4, 2, 6, 2, 6, 4, 4, 4]]},
            {"id": 2, "image_id": 7, "category_id": 1, "iscrowd": 1, "segmentation": {"size": [4, 6], "counts": [0, 24]}}
            """;

        Assert.Equal([5], Open(Annotations).Load(0).Objects.Select(o => o.Mask.Area));
        Assert.Equal([5, 24], Open(Annotations, new CocoOptions { IncludeCrowds = true }).Load(0).Objects.Select(o => o.Mask.Area));
        Assert.Empty(Open(Annotations).Load(1).Objects);
    }

    [Fact]
    public void Any_mask_survives_as_compressed_text()
        => Gen.Byte[0, 1].Array[24].Sample(
            pixels =>
            {
                var mask = new BinaryMask(new ImageSize(4, 6), pixels);
                string counts = RunLength.Encode(mask).ToCompressedString().Replace("\\", "\\\\", StringComparison.Ordinal);
                CocoDataset data = Open($$"""{"id": 1, "image_id": 7, "category_id": 1, "segmentation": {"size": [4, 6], "counts": "{{counts}}"} }""");
                IReadOnlyList<ObjectMask> objects = data.Load(0).Objects;
                Assert.Equal(mask.Area > 0 ? 1 : 0, objects.Count);
                Assert.All(objects, o => Assert.Equal(pixels, o.Mask.Pixels));
            },
            iter: 50,
            threads: 1);

    [Theory]
    [InlineData("""{"id": 1, "image_id": 8, "category_id": 1}""", "annotation 1", "image 8")]
    [InlineData("""{"id": 1, "image_id": 7, "category_id": 2}""", "annotation 1", "category 2")]
    [InlineData("""{"id": 1, "image_id": 7, "category_id": 1}, {"id": 1, "image_id": 7, "category_id": 1}""", "annotation id 1", "twice")]
    [InlineData("""{"id": 1, "image_id": 7}""", "category_id", "annotations")]
    [InlineData("""{"id": 1, "image_id": 7, "category_id": 1, "segmentation": 5}""", "segmentation", "polygons")]
    [InlineData("""{"id": 1, "image_id": 7, "category_id": 1, "segmentation": {"size": [4, 6]}}""", "counts", "segmentation")]
    [InlineData("null", "holds null", "annotations")]
    public void Contradictions_are_refused_on_opening(string annotations, params string[] parts) => Expect.Refused(() => Open(annotations), [FilePath, .. parts]);

    [Theory]
    [InlineData("""{"size": [4, 6], "counts": [9, 2]}""", "cover 11")]
    [InlineData("""{"size": [6, 4], "counts": [24]}""", "4x6")]
    [InlineData("""{"counts": [24]}""", "no size")]
    [InlineData("""{"size": [4, 6], "counts": "~~"}""", "damaged")]
    [InlineData("[[1, 2, 3, 4]]", "4 numbers")]
    [InlineData("[[1, 2, 3, 4, 5, 6, 7]]", "7 numbers")]
    [InlineData("[[0, 0, 1e999, 0, 1, 1]]", "finite")]
    public void Damaged_shapes_are_refused_with_the_annotation(string segmentation, string part)
        => Expect.Refused(() => Open($$"""{"id": 5, "image_id": 7, "category_id": 1, "segmentation": {{segmentation}} }""").Load(0), FilePath, "annotation 5", part);

    [Fact]
    public void Damaged_and_hostile_files_are_refused()
    {
        Expect.Refused(() => OpenText("{\"images\": ["), FilePath, "COCO instances file");
        Expect.Refused(() => OpenText("null"), "null");
        Expect.Refused(() => OpenText($$"""{"images": null, "annotations": [], "categories": []}"""), "images");
        Expect.Refused(() => OpenText(Text("", images: """[{"id": 1, "file_name": "../secret.png", "height": 4, "width": 6}]""")), "../secret.png", "inside");
        Expect.Refused(() => OpenText(Text("", images: """[{"id": 1, "file_name": "/etc/passwd", "height": 4, "width": 6}]""")), "/etc/passwd", "inside");
        Expect.Refused(() => OpenText(Text("", images: """[{"id": 1, "file_name": "none.png", "height": 4, "width": 6}]""")), "none.png");
        Expect.Refused(() => OpenText(Text("", images: """[{"id": 1, "file_name": "a.png", "height": 2000000000, "width": 6}]""")), "2000000000");
        Expect.Refused(() => OpenText(Text("", images: """[{"id": 1, "file_name": "a.png", "height": 4, "width": 6}, {"id": 2, "file_name": "a.jpg", "height": 4, "width": 6}]""")), "a.jpg");
        Expect.Refused(() => OpenText(Text(""), new CocoOptions { MaximumBytes = 10 }), "at most 10");
        Expect.Refused(() => CocoDataset.Open(_folder.At("none.json")), "none.json");
    }

    [Fact]
    public void A_picture_of_another_size_than_the_file_says_is_refused()
    {
        CocoDataset data = OpenText(Text("", images: """[{"id": 1, "file_name": "a.png", "height": 6, "width": 4}]"""));

        Expect.Refused(() => data.Load(0), "a.png", "6x4", "4x6");
    }

    private static string Text(string annotations, string images = Images) => $$"""{"info": {"year": 2017}, "images": {{images}}, "annotations": [{{annotations}}], "categories": {{Categories}} }""";

    private CocoDataset Open(string annotations, CocoOptions? options = null) => OpenText(Text(annotations), options);

    private CocoDataset OpenText(string text, CocoOptions? options = null)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllText(FilePath, text);
        return CocoDataset.Open(FilePath, options);
    }
}
