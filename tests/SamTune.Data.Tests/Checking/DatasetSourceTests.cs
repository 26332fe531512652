using SamTune.Data.Checking;
using SamTune.Data.Datasets;
using SamTune.Data.Manifests;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Data.Tests.Checking;

/// <summary>Every layout is opened in one place, and its manifest gives the same samples.</summary>
public sealed class DatasetSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("folder")]
    [InlineData("parts")]
    [InlineData("beside")]
    [InlineData("coco")]
    [InlineData("voc")]
    [InlineData("volumes")]
    [InlineData("scene")]
    public void The_manifest_of_a_source_gives_the_same_samples(string layout)
    {
        (string source, string? task, int parts) = Write(layout);
        FoundDataset found = DatasetSource.Open(source, new DatasetSourceOptions { Task = task });
        Assert.DoesNotContain(found.Problems, p => p.Severity == ProblemSeverity.Error);
        Assert.Equal(parts, found.Parts.Count);

        foreach (bool stored in new[] { false, true })
        {
            string path = _folder.At($"manifest_{stored}.jsonl");
            ManifestWriter.Write(path, "all", [.. found.Parts.Select(p => new ManifestPart(Few(p.Dataset), p.Split == DatasetSource.OnePart ? null : p.Split))], stored, cancel: TestContext.Current.CancellationToken);
            FoundDataset again = DatasetSource.Open(path);

            Assert.Empty(again.Problems);
            Assert.Equal(found.Parts.Select(p => p.Split).Order(), again.Parts.Select(p => p.Split).Order());
            Assert.All(found.Parts, p => Samples.Same(Few(p.Dataset), again.Find(p.Split)!.Dataset));
        }
    }

    [Fact]
    public void A_part_is_asked_for_after_a_colon()
    {
        (string source, _, _) = Write("parts");

        Assert.Equal("val", Assert.Single(DatasetSource.Open(source + ":val").Parts).Split);
        Expect.Refused(() => DatasetSource.Open(source + ":test"), "no part 'test'", "train, val");
        Expect.Refused(() => DatasetSource.Open(source).Choose("test"), "nothing for 'test'", "train, val");
        Expect.Refused(() => DatasetSource.Open(source + "x"), "no such folder");
    }

    [Fact]
    public void Label_pictures_that_no_list_names_are_told()
    {
        (string source, _, _) = Write("voc");
        Samples.WriteIndexed(Path.Combine(source, "SegmentationClass", "c.png"), [0, 1], [1, 1]);

        DatasetProblem problem = Assert.Single(DatasetSource.Open(source).Problems);

        Assert.Equal("unpaired", problem.Code);
        Assert.Contains("(c)", problem.Message, StringComparison.Ordinal);
    }

    private (string Source, string? Task, int Parts) Write(string layout)
    {
        switch (layout)
        {
            case "folder":
                Pair(_folder.At("set"), "p1/a", 1);
                Pair(_folder.At("set"), "b", 2);
                return (_folder.At("set"), null, 1);
            case "parts":
                Pair(_folder.At("set", "train"), "a", 1);
                Pair(_folder.At("set", "valid"), "b", 2);
                return (_folder.At("set"), null, 2);
            case "beside":
                Samples.WritePicture(_folder.At("set", "a.png"), 4, 6, 1);
                ImageWriter.WriteLabelPng16(_folder.At("set", "a_instances.png"), new LabelMap(new ImageSize(4, 6), [.. Enumerable.Range(0, 24).Select(i => i / 9)]));
                return (_folder.At("set"), null, 1);
            case "coco":
                foreach (string part in new[] { "train2017", "val2017" })
                {
                    Samples.WritePicture(_folder.At("set", part, part + ".png"), 4, 6, part.Length);
                    Directory.CreateDirectory(_folder.At("set", "annotations"));
                    File.WriteAllText(_folder.At("set", "annotations", $"instances_{part}.json"), $$"""
                        {"images": [{"id": 1, "file_name": "{{part}}.png", "height": 4, "width": 6}], "categories": [{"id": 18, "name": "dog"}],
                         "annotations": [{"id": 1, "image_id": 1, "category_id": 18, "segmentation": [[2, 1, 5, 1, 5, 3, 2, 3]]}, {"id": 2, "image_id": 1, "category_id": 18, "segmentation": {"size": [4, 6], "counts": [9, 2, 13]} }]}
                        """);
                }

                return (_folder.At("set"), null, 2);
            case "voc":
                foreach ((string set, string id) in new[] { ("train", "a"), ("val", "b"), ("trainval", "a\nb") })
                {
                    Directory.CreateDirectory(_folder.At("set", "ImageSets", "Segmentation"));
                    File.WriteAllText(_folder.At("set", "ImageSets", "Segmentation", set + ".txt"), id + "\n");
                }

                foreach (string id in new[] { "a", "b" })
                {
                    Samples.WritePicture(_folder.At("set", "JPEGImages", id + ".png"), 2, 2, id[0]);
                    Samples.WriteIndexed(_folder.At("set", "SegmentationClass", id + ".png"), [0, 1], [255, 1]);
                }

                return (_folder.At("set"), null, 2);
            case "volumes":
                return (RepositoryFiles.Mri(""), "macaque_caudate_sagittal", DatasetSource.Open(RepositoryFiles.Mri(""), new DatasetSourceOptions { Task = "macaque_caudate_sagittal" }).Parts.Count);
            default:
                Samples.WritePicture(_folder.At("set", "scene.png"), 40, 50, 5);
                ImageWriter.WriteMaskPng(_folder.At("set", "water.png"), new BinaryMask(new ImageSize(40, 50), [.. Enumerable.Range(0, 2000).Select(i => (byte)(i % 50 < 30 ? 1 : 0))]));
                File.WriteAllText(_folder.At("set", "tasks.json"), """
                    {"image": "scene.png", "bands": ["red", "green", "blue"], "pixel_m": 0.5, "tasks": {"water": {"mask": "water.png"}},
                     "tiles": {"train": [{"row": 0, "col": 0, "size": 16}], "test": [{"row": 24, "col": 10, "size": 16}]}}
                    """);
                return (_folder.At("set"), "water", 2);
        }
    }

    private static void Pair(string root, string id, int seed)
    {
        Samples.WritePicture(Path.Combine(root, "images", id + ".png"), 4, 6, seed);
        string mask = Path.Combine(root, "masks", id + ".png");
        Directory.CreateDirectory(Path.GetDirectoryName(mask)!);
        ImageWriter.WriteMaskPng(mask, new BinaryMask(new ImageSize(4, 6), [.. Enumerable.Range(0, 24).Select(i => (byte)(i % 5 == seed ? 1 : 0))]));
    }

    private static SubsetDataset Few(ISegmentationDataset dataset) => new(dataset, Enumerable.Range(0, Math.Min(2, dataset.Samples.Count)), "few");
}
