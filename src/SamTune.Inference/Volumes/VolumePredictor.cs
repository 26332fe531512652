using SamTune.Data.Preprocessing;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Imaging.Nifti;

namespace SamTune.Inference.Volumes;

/// <summary>
/// Segments volumes slice by slice: from each keyframe in both directions, the box of the mask found on one slice, widened, is the prompt on the next, until the mask vanishes or
/// the model no longer believes in it. Between two keyframes of one object each is followed to the middle. A slice is encoded once a direction, however many objects cross it.
/// </summary>
/// <param name="predictor">The model; its picture is replaced.</param>
/// <param name="options">How boxes are carried.</param>
public sealed class VolumePredictor(SamPredictor predictor, VolumeOptions options)
{
    /// <summary>Segments a volume.</summary>
    /// <param name="volume">The volume.</param>
    /// <param name="preprocessor">How values become 8-bit grey; statistics are taken over the whole volume.</param>
    /// <param name="axis">Axis the slices go across.</param>
    /// <param name="keyframes">At least one; no two of one label on one slice.</param>
    /// <param name="progress">Told after every slice.</param>
    /// <param name="cancel">Stops between slices.</param>
    /// <exception cref="InputException">A keyframe does not fit the volume, an option is out of range, or the volume does not fit the recipe.</exception>
    public VolumePrediction Predict(
        NiftiVolume volume, Preprocessor preprocessor, VolumeAxis axis, IReadOnlyList<VolumeKeyframe> keyframes, IProgress<VolumeProgress>? progress = null,
        CancellationToken cancel = default)
    {
        options.Validate();
        int count = volume.Geometry.Size.Along(axis);
        Require(volume, axis, keyframes);
        FollowedObject[] objects = [.. keyframes.GroupBy(k => k.Label).SelectMany(k => Follow([.. k.OrderBy(f => f.Slice)], count))];
        IntensityRange range = preprocessor.Measure(volume);
        var labels = new ushort[volume.Geometry.Size.VoxelCount];
        List<SlicePrediction> slices = [];
        int done = 0;

        void Look(int slice, bool isUpwards)
        {
            cancel.ThrowIfCancellationRequested();
            var asked = objects.Where(o => isUpwards == slice >= o.Keyframe.Slice).Select(o => (Object: o, Prompt: o.PromptOn(slice))).Where(a => a.Prompt != null).ToList();
            if (asked.Count == 0)
            {
                return;
            }

            predictor.SetImage(preprocessor.Apply(volume.Slice(axis, slice).Raster, range, volume.Path));
            IReadOnlyList<Prediction> answers = predictor.PredictMany([.. asked.Select(a => a.Prompt!)], multimask: false);
            foreach (((FollowedObject followed, PromptSet? prompt), Prediction answer) in asked.Zip(answers))
            {
                BinaryMask mask = answer.Best.ToBinaryMask();
                VolumeStop? stop = followed.Continue(slice, answer.Best, mask);
                VolumeKeyframe start = followed.Keyframe;
                slices.Add(new SlicePrediction(start.Label, slice, start.Slice, prompt!.Box!.Value, mask.Area, answer.Best.PredictedIou, answer.Best.StabilityScore, stop));
                if (stop == null)
                {
                    Paint(mask, (ushort)start.Label, labels, volume.Geometry.PlaneLayout(axis, slice));
                }
            }

            progress?.Report(new VolumeProgress(++done, slice, slices.TakeLast(asked.Count).Count(s => s.Stop == null)));
        }

        for (int slice = 0; slice < count; slice++)
        {
            Look(slice, isUpwards: true);
        }

        foreach (FollowedObject followed in objects)
        {
            followed.Restart();
        }

        for (int slice = count - 1; slice >= 0; slice--)
        {
            Look(slice, isUpwards: false);
        }

        return new VolumePrediction(volume.Geometry, labels, [.. slices.OrderBy(s => s.Label).ThenBy(s => s.Slice)]);
    }

    private IEnumerable<FollowedObject> Follow(VolumeKeyframe[] keyframes, int count) => keyframes.Select((keyframe, i) => new FollowedObject(
        keyframe,
        i == 0 ? 0 : ((keyframes[i - 1].Slice + keyframe.Slice) / 2) + 1,
        i == keyframes.Length - 1 ? count - 1 : (keyframe.Slice + keyframes[i + 1].Slice) / 2,
        options));

    private static void Paint(BinaryMask mask, ushort label, ushort[] labels, (long Start, long RowStep, long ColumnStep) layout)
    {
        for (int y = 0, i = 0; y < mask.Size.Height; y++)
        {
            for (int x = 0; x < mask.Size.Width; x++, i++)
            {
                ref ushort voxel = ref labels[layout.Start + (y * layout.RowStep) + (x * layout.ColumnStep)];
                if (mask.Pixels[i] != 0 && (voxel == 0 || voxel > label))
                {
                    voxel = label;
                }
            }
        }
    }

    private static void Require(NiftiVolume volume, VolumeAxis axis, IReadOnlyList<VolumeKeyframe> keyframes)
    {
        int count = volume.Geometry.Size.Along(axis);
        ImageSize size = volume.Geometry.PlaneSize(axis);
        if (keyframes.Count == 0)
        {
            throw new InputException($"{volume.Path}: no box; a box on one slice at least is needed.");
        }

        foreach (VolumeKeyframe keyframe in keyframes)
        {
            BoundingBox box = keyframe.Box;
            if (keyframe.Slice < 0 || keyframe.Slice >= count)
            {
                throw new InputException($"{volume.Path}: slice {keyframe.Slice} was asked for; along this axis there are 0 to {count - 1}.");
            }

            if (!(box.X1 >= box.X0 && box.Y1 >= box.Y0 && box.X1 >= 0 && box.Y1 >= 0 && box.X0 < size.Width && box.Y0 < size.Height))
            {
                throw new InputException($"{volume.Path}: the box {box.X0},{box.Y0},{box.X1},{box.Y1} on slice {keyframe.Slice} does not lie on the slice, which is {size} pixels.");
            }

            if (keyframe.Label is < 1 or > ushort.MaxValue)
            {
                throw new InputException($"{volume.Path}: the box on slice {keyframe.Slice} has the label {keyframe.Label}; 1 to {ushort.MaxValue} are needed.");
            }
        }

        if (keyframes.GroupBy(k => (k.Label, k.Slice)).FirstOrDefault(g => g.Count() > 1) is { } twice)
        {
            throw new InputException($"{volume.Path}: object {twice.Key.Label} has {twice.Count()} boxes on slice {twice.Key.Slice}; give one, or another label.");
        }
    }
}
