using SamTune.Data.Prompts;
using SamTune.Imaging;

namespace SamTune.Inference.Volumes;

/// <summary>One keyframe's object on its way through the slices, in one direction.</summary>
/// <param name="keyframe">Where it starts.</param>
/// <param name="first">Lowest slice that is this keyframe's to look at.</param>
/// <param name="last">Highest slice that is this keyframe's to look at.</param>
/// <param name="options">How its box is carried.</param>
internal sealed class FollowedObject(VolumeKeyframe keyframe, int first, int last, VolumeOptions options)
{
    // Pieces below this share of the mask are specks that must not pull the box.
    private const int SpeckShare = 10;

    private PromptSet? _start;
    private int _startArea;
    private PromptSet? _next;

    public VolumeKeyframe Keyframe => keyframe;

    /// <summary>What the model is asked on a slice; null where this object has nothing to do with it.</summary>
    public PromptSet? PromptOn(int slice) =>
        slice < first || slice > last ? null
        : slice == keyframe.Slice ? new PromptSet { Box = keyframe.Box }
        : _next;

    /// <summary>Goes back to the keyframe, to follow the object in the other direction.</summary>
    public void Restart() => _next = _start;

    /// <summary>Takes the answer on a slice.</summary>
    /// <returns>Why the object ends here; null where it goes on.</returns>
    public VolumeStop? Continue(int slice, PredictedMask answer, BinaryMask mask)
    {
        bool isStart = slice == keyframe.Slice;
        if (isStart)
        {
            _startArea = mask.Area;
        }

        VolumeStop? stop = mask.Area == 0 || mask.Area < options.MinimumAreaShare * _startArea ? VolumeStop.Vanished
            : !isStart && answer.PredictedIou < options.MinimumPredictedIou ? VolumeStop.Uncertain
            : null;
        _next = stop == null ? new PromptSet { Box = Widened(mask), LowResMask = options.CarryLogits ? answer.LowResLogits : null } : null;
        if (isStart)
        {
            _start = _next;
        }

        return stop;
    }

    private BoundingBox Widened(BinaryMask mask)
    {
        BoundingBox box = BoxWithoutSpecks(mask);
        float x = Math.Max(1, (float)(options.BoxMargin * box.Width)), y = Math.Max(1, (float)(options.BoxMargin * box.Height));
        return new BoundingBox(
            Math.Max(0, box.X0 - x), Math.Max(0, box.Y0 - y), Math.Min(mask.Size.Width - 1, box.X1 + x), Math.Min(mask.Size.Height - 1, box.Y1 + y));
    }

    private static BoundingBox BoxWithoutSpecks(BinaryMask mask)
    {
        BoundingBox[] pieces = [.. ConnectedComponents.Split(mask, Connectivity.Eight, Math.Max(1, mask.Area / SpeckShare)).Select(p => p.Bounds()!.Value)];
        return pieces.Length == 0
            ? mask.Bounds()!.Value
            : new BoundingBox(pieces.Min(p => p.X0), pieces.Min(p => p.Y0), pieces.Max(p => p.X1), pieces.Max(p => p.Y1));
    }
}
