using System.CommandLine;
using SamTune.Cli.Running;
using SamTune.Data.Datasets;
using SamTune.Imaging;
using SamTune.Inference.Volumes;

namespace SamTune.Cli.Predicting;

/// <summary>The flags of following objects through a volume.</summary>
internal sealed class VolumeFlags
{
    private readonly Option<int[]> slices = new("--slice")
    {
        Description = "Of a volume: the slice that the boxes are on, from 0; each box is then an object. Or a slice for each --box: then all are one object.",
    };

    private readonly Option<string?> axis = new("--axis") { Description = "Of a volume: slices go across axial (default), coronal or sagittal, or 0, 1, 2 as stored." };
    private readonly Option<string?> keyframes = new("--keyframes") { Description = "Of a volume: JSON file of boxes, such as [{\"slice\": 40, \"box\": [60, 80, 120, 130], \"label\": 1}]." };
    private readonly Option<double?> margin = new("--box-margin") { Description = "Of a volume: share by which a box grows on each side from slice to slice (0.1)." };
    private readonly Option<bool> carryLogits = new("--carry-logits") { Description = "Of a volume: the mask of the slice before is a prompt as well." };
    private readonly Option<double?> stopArea = new("--stop-area") { Description = "Of a volume: an object ends below this share of its area on the keyframe (0.05)." };
    private readonly Option<double?> stopIou = new("--stop-iou") { Description = "Of a volume: an object ends below this predicted IoU (0.5)." };

    private readonly Option<int?> series = new("--series") { Description = "Of a folder of DICOM files: the number of the series, where it holds several." };
    private readonly Option<int?> timePoint = new("--time-point") { Description = "Of a four-dimensional volume: the time point to take, from 0." };

    private Option[] All => [slices, axis, keyframes, margin, carryLogits, stopArea, stopIou, series, timePoint];

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option flag in All)
        {
            command.Add(flag);
        }
    }

    /// <summary>Axis that slices go across.</summary>
    public string Axis(ParseResult result) => result.GetValue(axis) ?? NiftiSliceOptions.Default.Axis;

    /// <summary>Refuses the flags where the file is no volume.</summary>
    /// <exception cref="InputException">One is given.</exception>
    public void RequireNone(ParseResult result)
    {
        if (All.FirstOrDefault(f => result.GetResult(f) is { Implicit: false }) is { } lost)
        {
            throw new InputException($"{lost.Name}: is for volumes (.nii, .nii.gz, a folder of DICOM files); leave it out.");
        }
    }

    /// <summary>The series of a folder of DICOM files; null where none is named.</summary>
    public int? Series(ParseResult result) => result.GetValue(series);

    /// <summary>Reads the flags.</summary>
    /// <param name="result">The parsed command line.</param>
    /// <param name="boxes">Values of --box.</param>
    /// <exception cref="InputException">Boxes and slices do not fit together, or a value is out of range.</exception>
    public VolumeRun Read(ParseResult result, string[] boxes)
    {
        VolumeOptions usual = VolumeOptions.Default;
        VolumeOptions options = usual with
        {
            BoxMargin = result.GetValue(margin) ?? usual.BoxMargin,
            CarryLogits = result.GetValue(carryLogits),
            MinimumAreaShare = result.GetValue(stopArea) ?? usual.MinimumAreaShare,
            MinimumPredictedIou = result.GetValue(stopIou) ?? usual.MinimumPredictedIou,
        };
        options.Validate();
        return new VolumeRun(
            Keyframes(result, boxes), Axis(result), options, result.GetValue(timePoint) is { } time ? Words.AtLeastZero(time, timePoint.Name) : null);
    }

    private VolumeKeyframe[] Keyframes(ParseResult result, string[] boxes)
    {
        int[] on = result.GetValue(slices) ?? [];
        if (result.GetValue(keyframes) is { } file)
        {
            return boxes.Length + on.Length == 0 ? PromptFile.ReadKeyframes(file) : throw new InputException("--keyframes: brings its own boxes and slices; leave --box and --slice out.");
        }

        if (boxes.Length == 0 || (on.Length != 1 && on.Length != boxes.Length))
        {
            throw new InputException(
                $"--slice: a volume needs --box and --slice, one slice for all boxes or one for each; found {boxes.Length} box(es) and {on.Length} slice(s).");
        }

        return [.. boxes.Select((box, i) => new VolumeKeyframe(on.Length == 1 ? i + 1 : 1, on[on.Length == 1 ? 0 : i], PromptText.Box(box)))];
    }
}
