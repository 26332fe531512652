using SamTune.Data.Checking;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Testing;

namespace SamTune.Data.Tests.Checking;

public sealed class DatasetCheckTests : IDisposable
{
    private static readonly ImageSize Size = new(40, 50);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_clean_folder_is_counted_and_has_no_problem()
    {
        for (int i = 0; i < 6; i++)
            Pair("", $"p{i}", seed: i);

        DatasetReport report = Check();

        Assert.Empty(report.Problems);
        PartReport part = Assert.Single(report.Parts);
        Assert.Equal(("all", 6, 6, 6, 0, 0), (part.Split, part.Pictures, part.Groups, part.Objects, part.EmptyMasks, part.OnePixelMasks));
        Assert.Equal(6, part.Sizes["50x40"]);
        Assert.Equal(6, part.Classes["object"]);
        Assert.Equal((6, 6, 6), (report.Files.Images, report.Files.Masks, report.Files.Kinds["UInt8 with 3 channels"]));
        Assert.Equal([255], report.Files.MaskValues);
        Assert.InRange(report.Files.Highest!.Value, 1, 255);
    }

    [Fact]
    public void Unpaired_files_are_errors_and_the_rest_is_checked_all_the_same()
    {
        for (int i = 0; i < 6; i++)
            Pair("", $"p{i}", seed: i);
        File.Delete(_folder.At("masks", "p3.png"));
        File.Delete(_folder.At("images", "p4.png"));

        DatasetReport report = Check();

        Assert.Equal(2, report.Errors);
        Assert.All(report.Problems.Where(p => p.Severity == ProblemSeverity.Error), p => Assert.Equal("unpaired", p.Code));
        Assert.Contains(report.Problems, p => p.Message.Contains("(p3)", StringComparison.Ordinal));
        Assert.Contains(report.Problems, p => p.Message.Contains("(p4)", StringComparison.Ordinal));
        Assert.Equal(4, report.Parts.Single().Pictures);
    }

    [Fact]
    public void Damaged_files_are_errors_by_name_and_do_not_stop_the_check()
    {
        for (int i = 0; i < 6; i++)
            Pair("", $"p{i}", seed: i);
        File.WriteAllBytes(_folder.At("images", "p2.png"), File.ReadAllBytes(_folder.At("images", "p2.png"))[..200]);
        ImageWriter.WriteMaskPng(_folder.At("masks", "p5.png"), new BinaryMask(new ImageSize(9, 9), [.. Enumerable.Repeat((byte)1, 81)]));

        DatasetReport report = Check();

        Assert.Contains(report.Problems, p => p is { Severity: ProblemSeverity.Error, Code: "unreadable" } && p.Message.Contains("p2.png", StringComparison.Ordinal));
        Assert.Contains(report.Problems, p => p is { Severity: ProblemSeverity.Error } && p.Message.Contains("9x9", StringComparison.Ordinal));
        Assert.Equal(4, report.Parts.Single().Pictures);
    }

    [Fact]
    public void Empty_and_one_pixel_masks_are_warnings()
    {
        for (int i = 0; i < 6; i++)
            Pair("", $"p{i}", seed: i);
        Mask("", "p1", new byte[2000]);
        byte[] dot = new byte[2000];
        dot[77] = 1;
        Mask("", "p2", dot);

        DatasetReport report = Check();

        Assert.Equal(["empty-masks", "one-pixel-masks"], report.Problems.Select(p => p.Code).Order());
        Assert.Equal(0, report.Errors);
        Assert.Equal((1, 1, 5), (report.Parts[0].EmptyMasks, report.Parts[0].OnePixelMasks, report.Parts[0].Objects));
    }

    [Fact]
    public void A_data_set_without_any_object_is_an_error()
    {
        for (int i = 0; i < 6; i++)
        {
            Pair("", $"p{i}", seed: i);
            Mask("", $"p{i}", new byte[2000]);
        }

        Assert.Equal("no-objects", Assert.Single(Check().Problems).Code);
    }

    [Fact]
    public void The_same_picture_on_both_sides_of_a_split_is_an_error_and_nearly_the_same_a_warning()
    {
        for (int i = 0; i < 6; i++)
            Pair("train", $"a{i}", seed: i);
        Pair("test", "same", seed: 2);
        Pair("test", "near", seed: 3, brighter: 2);
        Pair("test", "other", seed: 99);

        DatasetReport report = Check();

        DatasetProblem error = Assert.Single(report.Problems, p => p.Severity == ProblemSeverity.Error);
        Assert.Equal("duplicates-across-splits", error.Code);
        Assert.Contains("train: a2 = test: same", error.Message, StringComparison.Ordinal);
        DatasetProblem near = Assert.Single(report.Problems, p => p.Code == "near-duplicates-across-splits");
        Assert.Contains("1 pair(s)", near.Message, StringComparison.Ordinal);
        Assert.Contains("train: a3 = test: near", near.Message, StringComparison.Ordinal);
        Assert.Equal(["train", "test"], report.Parts.Select(p => p.Split));
    }

    [Fact]
    public void A_patient_on_both_sides_of_a_split_is_named()
    {
        for (int i = 0; i < 5; i++)
            Pair("train", $"patient{i}/a", seed: i);
        Pair("val", "patient3/b", seed: 50);

        DatasetProblem problem = Assert.Single(Check().Problems);

        Assert.Equal("groups-across-splits", problem.Code);
        Assert.Contains("patient3", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_patient_in_the_names_of_flat_folders_is_found_by_a_pattern()
    {
        for (int i = 0; i < 5; i++)
            Pair("train", $"patient{i:00}_s1", seed: i);
        Pair("test", "patient03_s2", seed: 50);
        DatasetReport Run(string? pattern) => DatasetCheck.Run(DatasetSource.Open(_folder.FullPath, new DatasetSourceOptions { GroupPattern = pattern }), cancel: TestContext.Current.CancellationToken);

        Assert.Empty(Run(null).Problems);
        DatasetProblem problem = Assert.Single(Run(@"^(patient\d+)").Problems);

        Assert.Equal("groups-across-splits", problem.Code);
        Assert.Contains("(patient03)", problem.Message, StringComparison.Ordinal);
        Expect.Refused(() => DatasetSource.Open(_folder.FullPath, new DatasetSourceOptions { GroupPattern = "(" }), "is no regular expression");
        Assert.Contains(Run("^scan").Problems, p => p is { Severity: ProblemSeverity.Error } && p.Message.Contains("does not match", StringComparison.Ordinal));
    }

    [Fact]
    public void Pictures_of_one_colour_on_both_sides_of_a_split_are_no_leak()
    {
        for (int i = 0; i < 6; i++)
            Pair("train", $"a{i}", seed: i);
        foreach ((string split, string id) in new[] { ("train", "night"), ("test", "dark"), ("test", "darker") })
        {
            Pair(split, id, seed: 0);
            ImageWriter.WriteRgbPng(_folder.At(split, "images", id + ".png"), new RgbImage(Size, new byte[6000]));
        }

        DatasetReport report = Check();

        Assert.Equal(0, report.Errors);
        Assert.Equal(["constant", "constant-across-splits"], report.Problems.Select(p => p.Code).Order());
        Assert.Contains("3 picture(s) of a single colour", report.Problems.Single(p => p.Code == "constant-across-splits").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Mixed_bands_and_depths_and_flat_pictures_are_warnings()
    {
        for (int i = 0; i < 6; i++)
            Pair("", $"p{i}", seed: i);
        ImageWriter.WriteMaskPng(_folder.At("images", "p0.png"), new BinaryMask(Size, new byte[2000]));

        DatasetReport report = Check();

        Assert.Equal(["constant", "mixed"], report.Problems.Select(p => p.Code).Order());
        Assert.Equal(1, report.Files.Kinds["UInt8 with 1 channel"]);
    }

    [Fact]
    public void Masks_beside_pictures_are_found_by_their_names()
    {
        for (int i = 0; i < 6; i++)
        {
            ImageWriter.WriteRgbPng(_folder.At($"cell{i}.png"), Picture(i));
            ImageWriter.WriteLabelPng16(_folder.At($"cell{i}{(i == 2 ? "_stain" : "")}_instances.png"), new LabelMap(Size, [.. Enumerable.Range(0, 2000).Select(p => p < 900 ? p / 300 : 0)]));
        }

        ImageWriter.WriteRgbPng(_folder.At("overview.png"), Picture(77));
        DatasetReport report = Check();

        Assert.Equal("masks beside the pictures", report.Layout);
        Assert.Equal((6, 12), (report.Parts.Single().Pictures, report.Parts.Single().Objects));
        DatasetProblem problem = Assert.Single(report.Problems);
        Assert.Equal((ProblemSeverity.Warning, "unpaired"), (problem.Severity, problem.Code));
        Assert.Contains("overview.png", problem.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scene_with_tiles_is_opened_by_its_task_file_and_coarse_imagery_is_told()
    {
        ImageWriter.WriteRgbPng(_folder.At("scene.png"), Picture(5));
        ImageWriter.WriteMaskPng(_folder.At("water.png"), new BinaryMask(Size, [.. Enumerable.Range(0, 2000).Select(i => (byte)(i % 50 < 30 ? 1 : 0))]));
        File.WriteAllText(_folder.At("tasks.json"), """
            {
              "image": "scene.png", "bands": ["B1 blue", "B2 green", "B3 red"], "pixel_m": 28.5,
              "tasks": { "water": { "mask": "water.png", "derived": "by hand" } },
              "tiles": { "train": [ { "row": 0, "col": 0, "size": 16, "water": 1 }, { "row": 0, "col": 34, "size": 16 } ], "test": [ { "row": 24, "col": 10, "size": 16 } ], "val": [] }
            }
            """);

        DatasetReport report = Check();

        Assert.Equal(["train", "test"], report.Parts.Select(p => p.Split));
        Assert.Equal((2, 1, 1), (report.Parts[0].Pictures, report.Parts[0].Objects, report.Parts[0].EmptyMasks));
        Assert.Equal(0, report.Errors);
        Assert.Equal(["empty-masks", "few-pictures", "groups-across-splits", "resolution"], report.Problems.Select(p => p.Code).Order());
    }

    [Fact]
    public void The_volumes_of_a_task_file_are_checked_by_task()
    {
        DatasetReport report = DatasetCheck.Run(DatasetSource.Open(RepositoryFiles.Mri(""), new DatasetSourceOptions { Task = "macaque_caudate_sagittal" }), cancel: TestContext.Current.CancellationToken);

        Assert.NotEmpty(report.Parts);
        Assert.All(report.Parts, p => Assert.True(p.Pictures > 0 && p.Objects > 0));
        Assert.Equal(0, report.Errors);
        Assert.Equal("Int16 volume", Assert.Single(report.Files.Kinds).Key);
    }

    [Fact]
    public void What_is_no_data_set_is_refused_by_what_would_be_one()
    {
        File.WriteAllText(_folder.At("notes.txt"), "none");
        Assert.Contains("images/ with masks/", Assert.Throws<InputException>(Check).Message, StringComparison.Ordinal);
        Assert.Contains("no such folder", Assert.Throws<InputException>(() => DatasetSource.Open(_folder.At("nowhere"))).Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.At("tasks.json"), "[1");
        Assert.Contains("no JSON", Assert.Throws<InputException>(Check).Message, StringComparison.Ordinal);
    }

    private DatasetReport Check() => DatasetCheck.Run(DatasetSource.Open(_folder.FullPath), cancel: TestContext.Current.CancellationToken);

    private void Pair(string split, string id, int seed, int brighter = 0)
    {
        string path = _folder.At(split, "images", id + ".png");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ImageWriter.WriteRgbPng(path, Picture(seed, brighter));
        Mask(split, id, [.. Enumerable.Range(0, 2000).Select(i => (byte)(i / 50 > 10 && i % 50 > 20 ? 1 : 0))]);
    }

    private void Mask(string split, string id, byte[] mask)
    {
        string path = _folder.At(split, "masks", id + ".png");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ImageWriter.WriteMaskPng(path, new BinaryMask(Size, mask));
    }

    // Blocks of random greys: unlike each other at any scale.
    private static RgbImage Picture(int seed, int brighter = 0)
    {
        var random = new Random(seed);
        byte[] blocks = [.. Enumerable.Range(0, 80).Select(_ => (byte)random.Next(20, 230))];
        return new RgbImage(Size, [.. Enumerable.Range(0, 2000).SelectMany(i => Enumerable.Repeat((byte)(blocks[(i / 50 / 5 * 10) + (i % 50 / 5)] + brighter), 3))]);
    }
}
