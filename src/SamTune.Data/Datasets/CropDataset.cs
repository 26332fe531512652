using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;

namespace SamTune.Data.Datasets;

/// <summary>Squares cut from one picture, as pictures of their own: what there is to train and test on where a domain has one large picture only. The picture stays in memory once a square was read.</summary>
public sealed class CropDataset : ISegmentationDataset
{
    private readonly Lazy<Sample> _picture;
    private readonly IReadOnlyList<PixelWindow> _windows;
    private readonly ObjectOptions _objects;

    private CropDataset(string name, ISegmentationDataset picture, IReadOnlyList<PixelWindow> windows, ObjectOptions objects)
    {
        Name = name;
        Classes = picture.Classes;
        _picture = new Lazy<Sample>(() => picture.Load(0));
        _windows = windows;
        _objects = objects;
        SampleInfo whole = picture.Samples[0];
        Samples = [.. windows.Select(w => new SampleInfo($"{whole.Id}/r{w.Y:0000}c{w.X:0000}", whole.Group))];
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<int, string> Classes { get; }

    /// <inheritdoc/>
    public IReadOnlyList<SampleInfo> Samples { get; }

    /// <summary>Cuts the squares of a part of a picture that show enough of the mask's edge.</summary>
    /// <param name="name">Name for logs and manifests.</param>
    /// <param name="imagePath">The picture.</param>
    /// <param name="maskPath">Its mask; each value but 0 is an object.</param>
    /// <param name="part">The part of the picture that squares are cut from.</param>
    /// <param name="cut">Size and distance of the squares, and which are kept.</param>
    /// <param name="preprocessing">The recipe; its statistics are those of the whole picture.</param>
    /// <exception cref="InputException">A file cannot be read, the part lies outside the picture, or no square is kept.</exception>
    public static CropDataset Open(string name, string imagePath, string maskPath, PixelWindow part, CropOptions cut, PreprocessingSpec preprocessing)
    {
        ArgumentNullException.ThrowIfNull(cut);
        cut.Validate();
        var pair = new FilePair(Path.GetFileNameWithoutExtension(imagePath), imagePath, maskPath);
        LabelMap labels = LabelReader.Read(maskPath);
        MaskMode mode = labels.Values().Count > 1 ? MaskMode.Instances : MaskMode.Binary;
        // The recipe's tiles are the squares; here the picture is wanted whole.
        PreprocessingSpec whole = preprocessing.Scene is { } scene ? preprocessing with { Scene = scene with { TileSide = SceneSettings.LargestTileSide } } : preprocessing;
        var picture = new ImageFolderDataset(name, [pair], new ImageFolderOptions { Preprocessing = whole, MaskMode = mode });
        BinaryMask mask = labels.Foreground();
        if (part.X < 0 || part.Y < 0 || part.Width < 1 || part.Height < 1 || part.Right > mask.Size.Width || part.Bottom > mask.Size.Height)
        {
            throw new InputException($"{maskPath}: the part of {part.Width} x {part.Height} pixels at x={part.X}, y={part.Y} for '{name}' does not lie in the mask of {mask.Size}; correct the part.");
        }

        List<PixelWindow> windows = [.. Squares(part, cut).Where(w => Share(mask, w) is var share && share >= cut.LeastShare && share <= cut.MostShare)];
        return windows.Count > 0 ? new CropDataset(name, picture, windows, cut.Objects) : throw new InputException(
            $"{maskPath}: no square of {cut.Side} pixels of '{name}' is covered by {cut.LeastShare:0.##} to {cut.MostShare:0.##}; choose another part, smaller squares or wider limits.");
    }

    /// <inheritdoc/>
    public Sample Load(int index)
    {
        Sample whole = _picture.Value;
        PixelWindow window = _windows[index];
        if (whole.Image.Size is var size && (window.Right > size.Width || window.Bottom > size.Height))
        {
            throw new InputException($"{Name}: the recipe changes the picture's size to {size}, so squares of the mask do not fit it; choose a recipe that keeps the resolution.");
        }

        ObjectMask[] objects = [.. whole.Objects.SelectMany(o => _objects.Objects(o.ClassId, o.Mask.Cut(window)))];
        return new Sample(Samples[index], whole.Image.Cut(window), objects, whole.Spacing).WithMissing(whole.Missing?.Cut(window));
    }

    // From edge to edge: the last row and column of squares end where the part does.
    private static IEnumerable<PixelWindow> Squares(PixelWindow part, CropOptions cut) =>
        from y in Starts(part.Height, cut)
        from x in Starts(part.Width, cut)
        select new PixelWindow(part.X + x, part.Y + y, cut.Side, cut.Side);

    private static IEnumerable<int> Starts(int length, CropOptions cut)
    {
        int last = length - cut.Side;
        for (int start = 0; start < last; start += cut.Stride)
        {
            yield return start;
        }

        if (last >= 0)
        {
            yield return last;
        }
    }

    private static double Share(BinaryMask mask, PixelWindow window) => mask.Cut(window).Area / (double)window.Size.PixelCount;
}
