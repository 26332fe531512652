using System.Text.Json;
using SamTune.Evaluation.Baselines;
using SamTune.Evaluation.Metrics;
using SamTune.Imaging;
using SamTune.Testing;

namespace SamTune.Evaluation.Tests.Baselines;

/// <summary>The trivial scores that data/mri/tasks.json states for its tasks, computed again from the volumes.</summary>
public class PublishedBaselineTests
{
    // The file gives three digits.
    private const double Rounding = 0.00051;

    // The task list's Otsu divides the box's range of levels into 256 bins and thresholds at a bin's centre. Where the range is smaller
    // than 255 a centre can lie below the level that fell into the bin, and the last dark level turns bright. Otsu on the levels
    // themselves has no such bins; the two differ by this much at most. (Both were computed apart from this code to find the cause.)
    private const double BinningDifference = 0.006;

    [Theory]
    [InlineData("colin27_brain_axial", 0.8646)]
    [InlineData("colin27_brain_hull_axial", 0.8476)]
    [InlineData("colin27_cerebellum_axial", 0.8194)]
    [InlineData("itk_t1_brain_coronal", 0.7881)]
    public void Real_MRI_gives_the_scores_that_the_task_list_states_but_for_the_bins_of_its_Otsu(string name, double otsuOnLevels)
    {
        using var tasks = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.Mri("tasks.json")));
        JsonElement task = tasks.RootElement.GetProperty("tasks").EnumerateArray().Single(t => t.GetProperty("name").GetString() == name);
        var image = new ByteVolume(task.GetProperty("image").GetString()!);
        var labels = new ByteVolume(task.GetProperty("labels").GetString()!);
        byte[] wanted = [.. task.GetProperty("label_values").EnumerateArray().Select(v => v.GetByte())];
        var truths = new Dictionary<int, BinaryMask>();
        BinaryMask Truth(int z)
        {
            if (!truths.TryGetValue(z, out BinaryMask? truth))
            {
                truth = new BinaryMask(labels.SliceSize, Array.ConvertAll(labels.Slice(z), v => wanted.Contains(v) ? (byte)1 : (byte)0));
                truths.Add(z, truth);
            }

            return truth;
        }

        int smallest = task.GetProperty("min_mask_px").GetInt32();
        int[] Slices(string split) =>
        [
            .. task.GetProperty("splits").GetProperty(split).EnumerateArray()
                .SelectMany(range => Enumerable.Range(range[0].GetInt32(), range[1].GetInt32() - range[0].GetInt32() + 1))
                .Where(z => Truth(z).Area >= smallest),
        ];

        int[] test = Slices("test");
        JsonElement stated = task.GetProperty("trivial_baselines_on_test");
        Assert.Equal(stated.GetProperty("test_objects").GetInt32(), test.Length);
        Assert.Equal(
            stated.GetProperty("box_fill_dice").GetDouble(),
            test.Average(z => OverlapMetrics.Dice(FilledBox.Predict(Truth(z)), Truth(z))), Rounding);
        double otsu = test.Average(z => OverlapMetrics.Dice(OtsuInBox.Predict(Gray(image, z), Truth(z)), Truth(z)));
        Assert.Equal(otsuOnLevels, otsu, 0.000051);
        Assert.InRange(stated.GetProperty("otsu_in_box_dice").GetDouble() - otsu, 0, BinningDifference + Rounding);
        if (task.TryGetProperty("copy_baseline_dice", out JsonElement copied))
        {
            (double, BinaryMask)[] training = [.. Slices("train").Select(z => ((double)z, Truth(z)))];
            Assert.Equal(
                copied.GetDouble(),
                test.Average(z => OverlapMetrics.Dice(NearestTrainingMask.ByPosition(z, training), Truth(z))),
                Rounding);
        }
    }

    private static RgbImage Gray(ByteVolume volume, int z) =>
        new(volume.SliceSize, [.. volume.Slice(z).SelectMany(level => new[] { level, level, level })]);
}
