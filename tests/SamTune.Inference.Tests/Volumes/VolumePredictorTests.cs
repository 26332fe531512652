using SamTune.Data.Preprocessing;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Imaging.Nifti;
using SamTune.Inference.Volumes;
using SamTune.Modeling;
using SamTune.Testing;

namespace SamTune.Inference.Tests.Volumes;

public sealed class VolumePredictorTests
{
    // Columns grow to the left and rows to the front: slices are turned over, and voxels are no cubes.
    private static readonly VolumeGeometry s_grid = new(new VolumeSize(40, 30, 9), new Affine([-1, 0, 0, 20, 0, 1.5, 0, -10, 0, 0, 4, 5]));
    private static readonly BoundingBox s_box = new(8, 6, 30, 24);
    private static readonly VolumeOptions s_endless = new() { MinimumPredictedIou = -1, MinimumAreaShare = 0 };
    private static readonly Preprocessor s_preprocessor = new(PreprocessingSpec.Mri);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void Each_slice_is_predicted_with_the_widened_box_of_the_one_before_and_painted_where_it_lies_in_the_volume()
    {
        using var folder = new TemporaryFolder();
        NiftiVolume volume = Volume(folder);
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        VolumePrediction found = new VolumePredictor(predictor, s_endless).Predict(volume, s_preprocessor, VolumeAxis.K, [new VolumeKeyframe(3, 4, s_box)], cancel: Cancel);

        Assert.True(found.Slices.Count(s => s.Stop == null) >= 3, "the object was not followed");
        Assert.Equal(found.Slices.Select(s => s.Slice).Order(), found.Slices.Select(s => s.Slice));
        foreach (SlicePrediction slice in found.Slices)
        {
            BinaryMask mask = Predict(predictor, volume, slice.Slice, slice.Box);
            Assert.Equal(mask.Area, slice.Area);
            if (slice.Stop == null)
            {
                Assert.Equal(mask.Pixels, Painted(found, slice.Slice, 3).Pixels);
            }

            int from = slice.Slice - Math.Sign(slice.Slice - 4);
            if (slice.Slice != 4)
            {
                // What a new object makes of the mask before is the box that was asked.
                SlicePrediction before = found.Slices.Single(s => s.Slice == from);
                var expected = new FollowedObject(new VolumeKeyframe(3, from, before.Box), 0, 8, s_endless);
                predictor.SetImage(Picture(volume, from));
                PredictedMask answer = predictor.Predict(new PromptSet { Box = before.Box }, multimask: false).Best;
                Assert.Null(expected.Continue(from, answer, answer.ToBinaryMask()));
                Assert.Equal(expected.PromptOn(slice.Slice)!.Box, slice.Box);
            }
        }

        int[] kept = [.. found.Slices.Where(s => s.Stop == null).Select(s => s.Slice)];
        Assert.Equal(found.Slices.Where(s => s.Stop == null).Sum(s => s.Area), found.Labels.Count(l => l == 3));
        Assert.Equal(Enumerable.Range(kept[0], kept.Length), kept);
    }

    [Fact]
    public void A_model_that_is_never_sure_enough_keeps_the_keyframe_alone()
    {
        using var folder = new TemporaryFolder();
        NiftiVolume volume = Volume(folder);
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        VolumePrediction found = new VolumePredictor(predictor, new VolumeOptions { MinimumPredictedIou = 1, MinimumAreaShare = 0 })
            .Predict(volume, s_preprocessor, VolumeAxis.K, [new VolumeKeyframe(1, 4, s_box)], cancel: Cancel);
        Assert.Equal([(3, VolumeStop.Uncertain), (4, null), (5, VolumeStop.Uncertain)], found.Slices.Select(s => (s.Slice, s.Stop)));
        Assert.Equal(Predict(predictor, volume, 4, s_box).Area, found.Labels.Count(l => l != 0));
    }

    [Fact]
    public void Between_two_keyframes_each_is_followed_to_the_middle_and_two_objects_are_as_each_alone()
    {
        using var folder = new TemporaryFolder();
        NiftiVolume volume = Volume(folder);
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        var volumes = new VolumePredictor(predictor, s_endless);
        VolumeKeyframe low = new(1, 1, s_box), high = new(1, 6, s_box with { X0 = 12 }), other = new(2, 3, new BoundingBox(2, 2, 12, 12));
        VolumePrediction both = volumes.Predict(volume, s_preprocessor, VolumeAxis.K, [high, low], cancel: Cancel);
        Assert.All(both.Slices, s => Assert.Equal(s.Slice <= 3 ? 1 : 6, s.Keyframe));
        Assert.Equal(both.Slices.Count, both.Slices.Select(s => s.Slice).Distinct().Count());

        VolumePrediction alone = volumes.Predict(volume, s_preprocessor, VolumeAxis.K, [other], cancel: Cancel);
        VolumePrediction together = volumes.Predict(volume, s_preprocessor, VolumeAxis.K, [other, low, high], cancel: Cancel);
        Assert.Equal(both.Slices.Concat(alone.Slices).Select(s => (s.Label, s.Slice, s.Area)), together.Slices.Select(s => (s.Label, s.Slice, s.Area)));
        // Where they overlap the lower label stands.
        Assert.Equal(both.Labels.Zip(alone.Labels, (first, second) => first != 0 ? first : second), together.Labels);
    }

    [Fact]
    public void Keyframes_that_do_not_fit_the_volume_are_refused()
    {
        using var folder = new TemporaryFolder();
        NiftiVolume volume = Volume(folder);
        using Sam model = TestModels.Tiny();
        using var predictor = new SamPredictor(model, NoAdaptation.Instance);
        void Refused(string said, params VolumeKeyframe[] keyframes) => Assert.Contains(
            said,
            Assert.Throws<InputException>(() => new VolumePredictor(predictor, s_endless).Predict(volume, s_preprocessor, VolumeAxis.K, keyframes, cancel: Cancel)).Message,
            StringComparison.Ordinal);
        Refused("no box");
        Refused("0 to 8", new VolumeKeyframe(1, 9, s_box));
        Refused("40x30 pixels", new VolumeKeyframe(1, 4, new BoundingBox(41, 3, 50, 9)));
        Refused("40x30 pixels", new VolumeKeyframe(1, 4, new BoundingBox(float.NaN, 3, 50, 9)));
        Refused("2 boxes on slice 4", new VolumeKeyframe(1, 4, s_box), new VolumeKeyframe(1, 4, s_box));
        Refused("label 0", new VolumeKeyframe(0, 4, s_box));
    }

    private static NiftiVolume Volume(TemporaryFolder folder)
    {
        var values = new float[s_grid.Size.VoxelCount];
        for (int i = 0; i < values.Length; i++)
        {
            double x = (i % 40) - 19, y = (i / 40 % 30) - 15, z = ((i / 1200) - 4) * 2;
            values[i] = (float)(x * x + y * y + z * z < 90 ? 700 + i % 13 : 100 + i % 29);
        }

        NiftiWriter.WriteValues(folder.At("v.nii.gz"), s_grid, values);
        return NiftiVolume.Read(folder.At("v.nii.gz"));
    }

    private static RgbImage Picture(NiftiVolume volume, int slice) => s_preprocessor.Apply(volume.Slice(VolumeAxis.K, slice).Raster, s_preprocessor.Measure(volume), "v");

    private static BinaryMask Predict(SamPredictor predictor, NiftiVolume volume, int slice, BoundingBox box)
    {
        predictor.SetImage(Picture(volume, slice));
        return predictor.Predict(new PromptSet { Box = box }, multimask: false).Best.ToBinaryMask();
    }

    private static BinaryMask Painted(VolumePrediction found, int slice, ushort label)
    {
        (long start, long rowStep, long columnStep) = found.Geometry.PlaneLayout(VolumeAxis.K, slice);
        return new BinaryMask(new ImageSize(30, 40), [.. Enumerable.Range(0, 1200).Select(i => found.Labels[start + i / 40 * rowStep + i % 40 * columnStep] == label ? (byte)1 : (byte)0)]);
    }
}
