using SamTune.Imaging;
using SamTune.Imaging.Scenes;

namespace SamTune.Inference.Scenes;

/// <summary>Rows of a label picture that are being filled.</summary>
internal sealed class StripCanvas
{
    private readonly int _top;
    private readonly int _width;
    private readonly int[] _labels;

    /// <summary>Empty rows.</summary>
    /// <param name="top">The first row.</param>
    /// <param name="end">The row after the last.</param>
    /// <param name="width">Columns of the scene.</param>
    public StripCanvas(int top, int end, int width)
    {
        _top = top;
        _width = width;
        End = end;
        _labels = new int[checked((end - top) * width)];
    }

    /// <summary>The row after the last.</summary>
    public int End { get; }

    /// <summary>Puts a run on top of what is there.</summary>
    public void Paint(PixelRun run, int label) => _labels.AsSpan(((run.Y - _top) * _width) + run.Start, run.Length).Fill(label);

    /// <summary>The rows as they are now.</summary>
    public LabelStrip ToStrip() => new(_top, new LabelMap(new ImageSize(End - _top, _width), _labels));
}
