using SamTune.Data.Datasets;
using SamTune.Evaluation.Metrics;
using SamTune.Evaluation.Reports;
using SamTune.Imaging;
using SamTune.Imaging.Nifti;

namespace SamTune.Evaluation;

/// <summary>
/// Puts the slices of a volume together again and scores it whole. Slices come volume by volume, as the data set has them; one volume is in memory at a time, two
/// bytes a voxel and class. A slice that the data set leaves out counts as empty in both.
/// </summary>
/// <param name="dataset">Where the slices come from.</param>
/// <param name="promptKind">What the model was told, in words.</param>
/// <param name="surfaceTolerance">Tolerance of surface Dice, in millimetres.</param>
internal sealed class VolumeScorer(NiftiSliceDataset dataset, string promptKind, double surfaceTolerance)
{
    private readonly List<VolumeScore> _scores = [];
    private readonly SortedDictionary<int, (byte[] Predicted, byte[] Truth, HashSet<int> Slices)> _classes = [];
    private string? _path;
    private string _volume = "";
    private VolumeGeometry? _geometry;

    /// <summary>Adds the predictions of one slice.</summary>
    /// <param name="index">Position in the data set.</param>
    /// <param name="sample">The slice.</param>
    /// <param name="predicted">One mask an object.</param>
    public void Add(int index, Sample sample, IReadOnlyList<BinaryMask> predicted)
    {
        (string path, VolumeAxis axis, int slice) = dataset.Locate(index);
        if (path != _path)
        {
            ScoreVolume();
            (_path, _volume, _geometry) = (path, sample.Info.Group, NiftiVolume.ReadGeometry(path));
        }

        (long start, long rowStep, long columnStep) = _geometry!.PlaneLayout(axis, slice);
        for (int o = 0; o < predicted.Count; o++)
        {
            int classId = sample.Objects[o].ClassId;
            if (!_classes.TryGetValue(classId, out var voxels))
            {
                _classes[classId] = voxels = (new byte[_geometry.Size.VoxelCount], new byte[_geometry.Size.VoxelCount], []);
            }

            voxels.Slices.Add(slice);
            Paint(predicted[o], voxels.Predicted);
            Paint(sample.Objects[o].Mask, voxels.Truth);
        }

        void Paint(BinaryMask mask, byte[] voxels)
        {
            for (int y = 0, i = 0; y < mask.Size.Height; y++)
            {
                for (int x = 0; x < mask.Size.Width; x++, i++)
                {
                    if (mask.Pixels[i] != 0)
                    {
                        voxels[start + (y * rowStep) + (x * columnStep)] = 1;
                    }
                }
            }
        }
    }

    /// <summary>Scores the last volume and gives all, by volume in the data set's order, then by class.</summary>
    public IReadOnlyList<VolumeScore> Finish()
    {
        ScoreVolume();
        return _scores;
    }

    private void ScoreVolume()
    {
        foreach ((int classId, (byte[] predictedVoxels, byte[] truthVoxels, HashSet<int> slices)) in _classes)
        {
            BinaryVolume predicted = new(_geometry!.Size, predictedVoxels), truth = new(_geometry.Size, truthVoxels);
            (double x, double y, double z) = _geometry.Spacing;
            VolumeScores scores = VolumeScores.Measure(predicted, truth, new VoxelSpacing(x, y, z), surfaceTolerance);
            _scores.Add(new VolumeScore
            {
                Volume = _volume,
                ClassId = classId,
                ClassName = dataset.Classes.TryGetValue(classId, out string? name) ? name : classId.ToString(),
                PromptKind = promptKind,
                Slices = slices.Count,
                Dice = scores.Dice,
                IntersectionOverUnion = scores.IntersectionOverUnion,
                SurfaceDice = scores.SurfaceDice,
                HausdorffDistance95 = scores.HausdorffDistance95,
                AverageSurfaceDistance = scores.AverageSurfaceDistance,
                TruthVoxels = truth.Count,
                PredictedVoxels = predicted.Count,
            });
        }

        _classes.Clear();
    }
}
