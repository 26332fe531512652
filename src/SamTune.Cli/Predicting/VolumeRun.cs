using SamTune.Cli.Running;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Drawing;
using SamTune.Imaging.Nifti;
using SamTune.Inference.Volumes;

namespace SamTune.Cli.Predicting;

/// <summary>Objects followed through a volume: a label volume on its grid, an overlay of each slice with a box, and a report by slice.</summary>
/// <param name="keyframes">The boxes.</param>
/// <param name="axisName">Axis the slices go across.</param>
/// <param name="options">How boxes are carried.</param>
/// <param name="timePoint">Which time point of a four-dimensional volume; null for a volume of three dimensions.</param>
internal sealed class VolumeRun(VolumeKeyframe[] keyframes, string axisName, VolumeOptions options, int? timePoint) : IPredictionRun
{
    /// <inheritdoc/>
    public void Run(PredictionContext context)
    {
        NiftiVolume volume = NiftiVolume.Read(context.File, new NiftiReadOptions { TimePoint = timePoint });
        VolumeAxis axis = volume.Geometry.FindAxis(axisName);
        Preprocessor preprocessor = context.Recipe(PreprocessingSpec.Mri);
        var progress = new ProgressLines<VolumeProgress>(context.Error, p => $"slice {p.Slice} done, {p.SlicesDone} in all, {p.Following} object(s) go on", _ => false);
        VolumePrediction found = new VolumePredictor(context.Predictor, options).Predict(volume, preprocessor, axis, keyframes, progress, context.Cancel);

        OutputFolder.Create(context.Folder);
        if (keyframes.Max(k => k.Label) <= byte.MaxValue)
        {
            NiftiWriter.WriteLabels(context.At("labels.nii.gz"), found.Geometry, Array.ConvertAll(found.Labels, label => (byte)label));
        }
        else
        {
            NiftiWriter.WriteLabels(context.At("labels.nii.gz"), found.Geometry, found.Labels);
        }

        DrawKeyframes(context, volume, preprocessor, axis, found.Labels);
        (double x, double y, double z) = found.Geometry.Spacing;
        double millilitres = x * y * z / 1000;
        var objects = keyframes.Select(k => k.Label).Distinct().Order().Select(label => new FollowedObject(
            label, found.Labels.AsSpan().Count((ushort)label), millilitres * found.Labels.AsSpan().Count((ushort)label),
            [.. found.Slices.Where(s => s.Label == label).Select(s => new LookedAt(
                s.Slice, s.Keyframe, [s.Box.X0, s.Box.Y0, s.Box.X1, s.Box.Y1], s.Area, s.PredictedIou, s.StabilityScore, s.Stop))])).ToList();
        context.Report(
            "prediction.json",
            new { Volume = context.Path, Axis = axis.ToString(), Slices = found.Geometry.Size.Along(axis), Spacing = new[] { x, y, z }, Objects = objects },
            objects.Select(o => ($"{context.At("labels.nii.gz")}, label {o.Label}", Line(o))));
    }

    private static string Line(FollowedObject found)
    {
        LookedAt[] kept = [.. found.Slices.Where(s => s.Stop == null)];
        return kept.Length == 0
            ? "nothing was found"
            : FormattableString.Invariant($"{found.Voxels} voxels ({found.Millilitres:0.00} ml) on {kept.Length} slices, {kept.Min(s => s.Slice)} to {kept.Max(s => s.Slice)}");
    }

    private void DrawKeyframes(PredictionContext context, NiftiVolume volume, Preprocessor preprocessor, VolumeAxis axis, ushort[] labels)
    {
        IntensityRange range = preprocessor.Measure(volume);
        foreach (IGrouping<int, VolumeKeyframe> slice in keyframes.GroupBy(k => k.Slice))
        {
            var overlay = new Overlay(preprocessor.Apply(volume.Slice(axis, slice.Key).Raster, range, context.Path));
            foreach (VolumeKeyframe keyframe in slice)
            {
                overlay.Mask(MaskOf(labels, keyframe.Label, volume.Geometry, axis, slice.Key), RgbColour.ForIndex(keyframe.Label - 1)).Box(keyframe.Box, RgbColour.Blue);
            }

            ImageWriter.WriteRgbPng(context.At($"overlay_{slice.Key:d4}.png"), overlay.Image);
        }
    }

    private static BinaryMask MaskOf(ushort[] labels, int label, VolumeGeometry geometry, VolumeAxis axis, int slice)
    {
        ImageSize size = geometry.PlaneSize(axis);
        (long start, long rowStep, long columnStep) = geometry.PlaneLayout(axis, slice);
        var pixels = new byte[size.PixelCount];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = labels[start + (i / size.Width * rowStep) + (i % size.Width * columnStep)] == label ? (byte)1 : (byte)0;
        }

        return new BinaryMask(size, pixels);
    }

    private sealed record FollowedObject(int Label, int Voxels, double Millilitres, IReadOnlyList<LookedAt> Slices);

    /// <summary>A slice as <c>prediction.json</c> has it; the box is x0, y0, x1, y1, as prompts are.</summary>
    private sealed record LookedAt(int Slice, int Keyframe, IReadOnlyList<float> Box, int Area, float PredictedIou, float Stability, VolumeStop? Stop);
}
