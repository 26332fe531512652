using SamTune.Imaging;

namespace SamTune.Data.Prompts;

/// <summary>
/// Plays the user: makes from a true mask the boxes and clicks that somebody who sees the object would give. All randomness comes from the
/// generator that is passed in.
/// </summary>
public static class PromptSampler
{
    /// <summary>A prompt of one kind.</summary>
    /// <param name="kind">What to give.</param>
    /// <param name="mask">The true mask, not empty unless the kind is <see cref="PromptKind.None"/>.</param>
    /// <param name="random">Source of randomness.</param>
    /// <param name="options">How careless the user is; the default when null.</param>
    /// <exception cref="ArgumentException">The mask is empty.</exception>
    public static PromptSet Create(PromptKind kind, BinaryMask mask, Random random, PromptSamplerOptions? options = null)
    {
        options ??= PromptSamplerOptions.Default;
        return kind switch
        {
            PromptKind.None => PromptSet.None,
            PromptKind.Box => new PromptSet { Box = JitteredBox(mask, random, options) },
            PromptKind.Point => new PromptSet { Points = [RandomForeground(mask, random)] },
            PromptKind.Points => new PromptSet { Points = SeveralPoints(mask, random, options) },
            PromptKind.BoxAndPoints => new PromptSet
            {
                Box = JitteredBox(mask, random, options),
                Points = SeveralPoints(mask, random, options),
            },
            _ => throw new ArgumentOutOfRangeException(nameof(kind)),
        };
    }

    /// <summary>The smallest box that holds the object.</summary>
    /// <param name="mask">The true mask, not empty.</param>
    /// <exception cref="ArgumentException">The mask is empty.</exception>
    public static BoundingBox TightBox(BinaryMask mask)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return mask.Bounds() ?? throw new ArgumentException("An empty mask has no box.", nameof(mask));
    }

    /// <summary>
    /// A box drawn by hand: each edge of the tight box is off by a normal error with a standard deviation of a tenth of the side, at most
    /// 20 pixels (SAM, Kirillov et al. 2023, appendix A), and stays within the picture.
    /// </summary>
    /// <param name="mask">The true mask, not empty.</param>
    /// <param name="random">Source of randomness.</param>
    /// <param name="options">Other numbers than those; null for them.</param>
    /// <exception cref="ArgumentException">The mask is empty.</exception>
    public static BoundingBox JitteredBox(BinaryMask mask, Random random, PromptSamplerOptions? options = null)
        => JitteredBox(TightBox(mask), mask.Size, random, options);

    /// <summary>The same for a tight box that is known already.</summary>
    /// <param name="tight">The tight box.</param>
    /// <param name="picture">Size of the picture that the box stays within.</param>
    /// <param name="random">Source of randomness.</param>
    /// <param name="options">Other numbers than SAM's; null for those.</param>
    public static BoundingBox JitteredBox(BoundingBox tight, ImageSize picture, Random random, PromptSamplerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        options ??= PromptSamplerOptions.Default;
        double most = options.MaximumBoxJitter;
        double Off(double side) => Math.Clamp(random.NextNormal() * options.BoxJitter * side, -most, most);
        double x0 = tight.X0 + Off(tight.Width), y0 = tight.Y0 + Off(tight.Height);
        double x1 = tight.X1 + Off(tight.Width), y1 = tight.Y1 + Off(tight.Height);
        return Clip(Math.Min(x0, x1), Math.Min(y0, y1), Math.Max(x0, x1), Math.Max(y0, y1), picture);
    }

    /// <summary>The tight box, made looser: each side grows by a share of its length, half of it to each end, within the picture.</summary>
    /// <param name="mask">The true mask, not empty.</param>
    /// <param name="looseness">Share of the side; 0 is tight, 0.2 makes a side of 100 pixels 120.</param>
    /// <exception cref="ArgumentException">The mask is empty.</exception>
    public static BoundingBox LooseBox(BinaryMask mask, double looseness)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(looseness);
        BoundingBox box = TightBox(mask);
        double x = box.Width * looseness / 2, y = box.Height * looseness / 2;
        return Clip(box.X0 - x, box.Y0 - y, box.X1 + x, box.Y1 + y, mask.Size);
    }

    /// <summary>
    /// The pixel of the object that is farthest from its border, of equals the first in reading order: evaluation's first click.
    /// </summary>
    /// <param name="mask">The true mask, not empty.</param>
    /// <exception cref="ArgumentException">The mask is empty.</exception>
    public static PointPrompt CentrePoint(BinaryMask mask)
    {
        (int x, int y) = DistanceTransform.DeepestPixel(mask, PixelSpacing.Unit)
            ?? throw new ArgumentException("An empty mask has no centre.", nameof(mask));
        return new PointPrompt(x, y, IsForeground: true);
    }

    /// <summary>A pixel of the object, each as likely.</summary>
    /// <param name="mask">The true mask, not empty.</param>
    /// <param name="random">Source of randomness.</param>
    /// <exception cref="ArgumentException">The mask is empty.</exception>
    public static PointPrompt RandomForeground(BinaryMask mask, Random random)
    {
        ArgumentNullException.ThrowIfNull(mask);
        ArgumentNullException.ThrowIfNull(random);
        if (mask.Area == 0)
            throw new ArgumentException("An empty mask has no foreground.", nameof(mask));

        int left = random.Next(mask.Area);
        int position = 0;
        while (mask.Pixels[position] == 0 || left-- > 0)
            position++;
        return new PointPrompt(position % mask.Size.Width, position / mask.Size.Width, IsForeground: true);
    }

    /// <summary>
    /// A pixel beside the object, each as likely: within the tight box made twice as large, where clicks are of use, or anywhere when the
    /// object fills that. Null when the object fills the picture.
    /// </summary>
    /// <param name="mask">The true mask.</param>
    /// <param name="random">Source of randomness.</param>
    public static PointPrompt? RandomBackground(BinaryMask mask, Random random)
    {
        ArgumentNullException.ThrowIfNull(mask);
        BoundingBox everywhere = new(0, 0, mask.Size.Width - 1, mask.Size.Height - 1);
        BinaryMask beside = Outside(mask, mask.Area == 0 ? everywhere : LooseBox(mask, 1));
        if (beside.Area == 0)
            beside = Outside(mask, everywhere);
        return beside.Area == 0 ? null : RandomForeground(beside, random) with { IsForeground = false };
    }

    /// <summary>
    /// The click that mends most: the centre (farthest from its border) of the largest connected piece of error, on the object where
    /// something is missing and on the background where there is too much. Deterministic. Null when the prediction is perfect.
    /// </summary>
    /// <param name="truth">The true mask.</param>
    /// <param name="prediction">The model's mask, of the same size.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static PointPrompt? CorrectiveClick(BinaryMask truth, BinaryMask prediction)
    {
        RequireSameSize(truth, prediction);
        BinaryMask missing = ConnectedComponents.Largest(Difference(truth, prediction), Connectivity.Eight);
        BinaryMask surplus = ConnectedComponents.Largest(Difference(prediction, truth), Connectivity.Eight);
        if (missing.Area == 0 && surplus.Area == 0)
            return null;

        bool isForeground = missing.Area >= surplus.Area;
        (int x, int y) = DistanceTransform.DeepestPixel(isForeground ? missing : surplus, PixelSpacing.Unit)!.Value;
        return new PointPrompt(x, y, isForeground);
    }

    /// <summary>
    /// A click on a pixel that is wrong, each as likely (SAM's training, Kirillov et al. 2023, appendix A). Null when the prediction is
    /// perfect.
    /// </summary>
    /// <param name="truth">The true mask.</param>
    /// <param name="prediction">The model's mask, of the same size.</param>
    /// <param name="random">Source of randomness.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static PointPrompt? RandomCorrectiveClick(BinaryMask truth, BinaryMask prediction, Random random)
    {
        RequireSameSize(truth, prediction);
        var pixels = new byte[truth.Pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(truth.Pixels[i] ^ prediction.Pixels[i]);
        var wrong = new BinaryMask(truth.Size, pixels);
        if (wrong.Area == 0)
            return null;

        PointPrompt click = RandomForeground(wrong, random);
        return click with { IsForeground = truth[(int)click.Y, (int)click.X] };
    }

    private static List<PointPrompt> SeveralPoints(BinaryMask mask, Random random, PromptSamplerOptions options)
    {
        var points = new List<PointPrompt>();
        int foreground = random.Next(1, options.MaximumForegroundPoints + 1), background = random.Next(options.MaximumBackgroundPoints + 1);
        for (int i = 0; i < foreground; i++)
            points.Add(RandomForeground(mask, random));
        for (int i = 0; i < background; i++)
        {
            if (RandomBackground(mask, random) is PointPrompt point)
                points.Add(point);
        }

        return points;
    }

    // Pixels of a box that are not the object's.
    private static BinaryMask Outside(BinaryMask mask, BoundingBox box)
    {
        var pixels = new byte[mask.Pixels.Length];
        for (int y = (int)Math.Ceiling(box.Y0); y <= box.Y1; y++)
        {
            for (int x = (int)Math.Ceiling(box.X0); x <= box.X1; x++)
                pixels[y * mask.Size.Width + x] = mask[y, x] ? (byte)0 : (byte)1;
        }

        return new BinaryMask(mask.Size, pixels);
    }

    private static BinaryMask Difference(BinaryMask first, BinaryMask second)
    {
        var pixels = new byte[first.Pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)(first.Pixels[i] & ~second.Pixels[i]);
        return new BinaryMask(first.Size, pixels);
    }

    private static void RequireSameSize(BinaryMask truth, BinaryMask prediction)
    {
        ArgumentNullException.ThrowIfNull(truth);
        ArgumentNullException.ThrowIfNull(prediction);
        if (truth.Size != prediction.Size)
            throw new ArgumentException($"The prediction is {prediction.Size}; the truth is {truth.Size}.", nameof(prediction));
    }

    private static BoundingBox Clip(double x0, double y0, double x1, double y1, ImageSize size)
        => new(
            (float)Math.Clamp(x0, 0, size.Width - 1), (float)Math.Clamp(y0, 0, size.Height - 1),
            (float)Math.Clamp(x1, 0, size.Width - 1), (float)Math.Clamp(y1, 0, size.Height - 1));
}
