using SamTune.Imaging;

namespace SamTune.Data.Prompts;

/// <summary>
/// Plays the user: makes from a true mask the boxes and clicks that somebody who sees the object would give. All randomness comes from the generator that is passed in.
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
            PromptKind.BoxAndPoints => new PromptSet { Box = JitteredBox(mask, random, options), Points = SeveralPoints(mask, random, options) },
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
    /// A box drawn by hand: each edge of the tight box is off by a normal error with a standard deviation of a tenth of the side, at most 20 pixels
    /// (SAM, Kirillov et al. 2023, appendix A), and stays within the picture.
    /// </summary>
    /// <param name="mask">The true mask, not empty.</param>
    /// <param name="random">Source of randomness.</param>
    /// <param name="options">Other numbers than those; null for them.</param>
    /// <exception cref="ArgumentException">The mask is empty.</exception>
    public static BoundingBox JitteredBox(BinaryMask mask, Random random, PromptSamplerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(random);
        options ??= PromptSamplerOptions.Default;
        BoundingBox box = TightBox(mask);
        double Off(double side) => Math.Clamp(Normal(random) * options.BoxJitter * side, -options.MaximumBoxJitter, options.MaximumBoxJitter);
        double x0 = box.X0 + Off(box.Width), y0 = box.Y0 + Off(box.Height), x1 = box.X1 + Off(box.Width), y1 = box.Y1 + Off(box.Height);
        return Clip(Math.Min(x0, x1), Math.Min(y0, y1), Math.Max(x0, x1), Math.Max(y0, y1), mask.Size);
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

    /// <summary>The pixel of the object that is farthest from its border, of equals the first in reading order: evaluation's first click.</summary>
    /// <param name="mask">The true mask, not empty.</param>
    /// <exception cref="ArgumentException">The mask is empty.</exception>
    public static PointPrompt CentrePoint(BinaryMask mask)
    {
        (int x, int y) = DistanceTransform.DeepestPixel(mask, PixelSpacing.Unit) ?? throw new ArgumentException("An empty mask has no centre.", nameof(mask));
        return new PointPrompt(x, y, IsForeground: true);
    }

    /// <summary>A pixel of the object, each as likely.</summary>
    /// <param name="mask">The true mask, not empty.</param>
    /// <param name="random">Source of randomness.</param>
    /// <exception cref="ArgumentException">The mask is empty.</exception>
    public static PointPrompt RandomForeground(BinaryMask mask, Random random)
    {
        ArgumentNullException.ThrowIfNull(mask);
        if (mask.Area == 0)
            throw new ArgumentException("An empty mask has no foreground.", nameof(mask));
        return Pick(mask, random, IsObject, mask.Area, isForeground: true);

        bool IsObject(int i) => mask.Pixels[i] != 0;
    }

    /// <summary>
    /// A pixel beside the object, each as likely: within the tight box made twice as large, where clicks are of use, or anywhere when the object fills that.
    /// Null when the object fills the picture.
    /// </summary>
    /// <param name="mask">The true mask.</param>
    /// <param name="random">Source of randomness.</param>
    public static PointPrompt? RandomBackground(BinaryMask mask, Random random)
    {
        ArgumentNullException.ThrowIfNull(mask);
        int everywhere = mask.Pixels.Length - mask.Area;
        if (everywhere == 0)
            return null;
        if (mask.Area == 0)
            return Pick(mask, random, IsBackground, everywhere, isForeground: false);

        BoundingBox near = LooseBox(mask, 1);
        int nearby = Enumerable.Range(0, mask.Pixels.Length).Count(IsNearby);
        return nearby > 0
            ? Pick(mask, random, IsNearby, nearby, isForeground: false)
            : Pick(mask, random, IsBackground, everywhere, isForeground: false);

        bool IsBackground(int i) => mask.Pixels[i] == 0;
        bool IsNearby(int i)
        {
            int x = i % mask.Size.Width, y = i / mask.Size.Width;
            return mask.Pixels[i] == 0 && x >= near.X0 && x <= near.X1 && y >= near.Y0 && y <= near.Y1;
        }
    }

    /// <summary>
    /// The click that mends most: the centre (farthest from its border) of the largest connected piece of error, on the object where something is missing and on the background where there is
    /// too much. Deterministic. Null when the prediction is perfect.
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

    /// <summary>A click on a pixel that is wrong, each as likely (SAM's training, Kirillov et al. 2023, appendix A). Null when the prediction is perfect.</summary>
    /// <param name="truth">The true mask.</param>
    /// <param name="prediction">The model's mask, of the same size.</param>
    /// <param name="random">Source of randomness.</param>
    /// <exception cref="ArgumentException">The sizes differ.</exception>
    public static PointPrompt? RandomCorrectiveClick(BinaryMask truth, BinaryMask prediction, Random random)
    {
        RequireSameSize(truth, prediction);
        int wrong = Enumerable.Range(0, truth.Pixels.Length).Count(IsWrong);
        if (wrong == 0)
            return null;

        PointPrompt click = Pick(truth, random, IsWrong, wrong, isForeground: true);
        return click with { IsForeground = truth[(int)click.Y, (int)click.X] };

        bool IsWrong(int i) => (truth.Pixels[i] != 0) != (prediction.Pixels[i] != 0);
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

    private static PointPrompt Pick(BinaryMask mask, Random random, Func<int, bool> matches, int count, bool isForeground)
    {
        ArgumentNullException.ThrowIfNull(random);
        int left = random.Next(count);
        int position = 0;
        while (!matches(position) || left-- > 0)
            position++;
        return new PointPrompt(position % mask.Size.Width, position / mask.Size.Width, isForeground);
    }

    private static BinaryMask Difference(BinaryMask first, BinaryMask second)
        => new(first.Size, [.. first.Pixels.Select((p, i) => p != 0 && second.Pixels[i] == 0 ? (byte)1 : (byte)0)]);

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

    // Box and Muller 1958; 1 - u keeps the logarithm's argument above 0.
    private static double Normal(Random random)
        => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
