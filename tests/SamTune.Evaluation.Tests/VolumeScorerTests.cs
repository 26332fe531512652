using SamTune.Data.Datasets;
using SamTune.Evaluation.Metrics;
using SamTune.Evaluation.Reports;
using SamTune.Imaging;
using SamTune.Imaging.Nifti;
using SamTune.Testing;

namespace SamTune.Evaluation.Tests;

public sealed class VolumeScorerTests
{
    // Rows are turned over in slices across the second axis, and voxels are no cubes.
    private static readonly VolumeGeometry s_grid = new(new VolumeSize(12, 9, 10), new Affine([0.5, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1.25, 0]));

    [Theory]
    [InlineData("axial")]
    [InlineData("coronal")]
    [InlineData("sagittal")]
    public void Slices_put_together_are_the_volume_they_were_cut_from(string axis)
    {
        using var folder = new TemporaryFolder();
        NiftiSliceDataset data = Open(folder, axis);
        var scorer = new VolumeScorer(data, "box", surfaceTolerance: 1);
        for (int i = 0; i < data.Samples.Count; i++)
        {
            Sample sample = data.Load(i);
            scorer.Add(i, sample, [.. sample.Objects.Select(o => o.Mask)]);
        }

        IReadOnlyList<VolumeScore> scores = scorer.Finish();
        Assert.Equal([("a", 1, 1.0, 0.0), ("a", 2, 1.0, 0.0), ("b", 1, 1.0, 0.0), ("b", 2, 1.0, 0.0)], scores.Select(s => (s.Volume, s.ClassId, s.Dice, s.HausdorffDistance95)));
        Assert.All(scores, s => Assert.Equal(s.TruthVoxels, s.PredictedVoxels));
        Assert.Equal([36, 8, 48, 8], scores.Select(s => s.TruthVoxels));
    }

    [Fact]
    public void Scores_are_those_of_the_predicted_volume_in_its_own_spacing()
    {
        using var folder = new TemporaryFolder();
        NiftiSliceDataset data = Open(folder, "coronal");
        var scorer = new VolumeScorer(data, "box", surfaceTolerance: 1);
        for (int i = 0; i < data.Samples.Count; i++)
        {
            // One column to the right: half a millimetre along the first axis.
            Sample sample = data.Load(i);
            scorer.Add(i, sample, [.. sample.Objects.Select(o => Shifted(o.Mask))]);
        }

        VolumeScore found = scorer.Finish()[0];
        VolumeScores expected = VolumeScores.Measure(Volume(Box(3, 2, 2, 4, 3, 3)), Volume(Box(2, 2, 2, 4, 3, 3)), new VoxelSpacing(0.5, 2, 1.25), 1);
        Assert.Equal(0.5, expected.HausdorffDistance95, 12);
        Assert.Equal(
            expected, new VolumeScores(found.Dice, found.IntersectionOverUnion, found.SurfaceDice, found.HausdorffDistance95, found.AverageSurfaceDistance));
        Assert.Equal(("a", "label 1", "box", 3), (found.Volume, found.ClassName, found.PromptKind, found.Slices));
    }

    private static NiftiSliceDataset Open(TemporaryFolder folder, string axis)
    {
        // Two volumes, each with two classes: boxes of 36 or 48, and of 8 voxels.
        foreach ((string name, int width) in new[] { ("a", 3), ("b", 4) })
        {
            byte[] first = Box(2, 2, 2, 4, 3, width), second = Box(8, 5, 6, 2, 2, 2);
            NiftiWriter.WriteLabels(folder.At("labels", $"{name}.nii.gz"), s_grid, [.. first.Select((v, i) => (byte)(v + 2 * second[i]))]);
            NiftiWriter.WriteValues(folder.At("images", $"{name}.nii.gz"), s_grid, [.. first.Select((v, i) => (float)(100 * v + i % 7))]);
        }

        return NiftiSliceDataset.OpenFolder(folder.FullPath, new NiftiSliceOptions { Axis = axis });
    }

    private static BinaryVolume Volume(byte[] voxels) => new(s_grid.Size, voxels);

    private static byte[] Box(int x0, int y0, int z0, int width, int height, int depth) =>
    [
        .. from z in Enumerable.Range(0, 10)
           from y in Enumerable.Range(0, 9)
           from x in Enumerable.Range(0, 12)
           select x >= x0 && x < x0 + width && y >= y0 && y < y0 + height && z >= z0 && z < z0 + depth ? (byte)1 : (byte)0,
    ];

    private static BinaryMask Shifted(BinaryMask mask) =>
        new(mask.Size, [.. mask.Pixels.Select((_, i) => i % mask.Size.Width > 0 ? mask.Pixels[i - 1] : (byte)0)]);
}
