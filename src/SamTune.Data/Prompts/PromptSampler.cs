using SamTune.Imaging;

namespace SamTune.Data.Prompts;

/// <summary>Simulates what a user would click or draw, from the object's true mask.</summary>
public static class PromptSampler
{
    // Kirillov et al. 2023, appendix A, "Training algorithm": noise with a deviation of 10 % of the box's side, at most 20 pixels.
    private const double BoxNoise = 0.1;
    private const double MaximumBoxNoise = 20;
    private const int MaximumPoints = 4;

    /// <summary>A training prompt of a kind, with the noise of a hurried user.</summary>
    /// <param name="mask">The object; at least one pixel.</param>
    /// <param name="kind">Kind of prompt.</param>
    /// <param name="random">Where the noise comes from.</param>
    public static PromptSet Sample(BinaryMask mask, PromptKind kind, Random random) => kind switch
    {
        PromptKind.None => PromptSet.None,
        PromptKind.Box => new PromptSet { Box = JitteredBox(mask, random) },
        PromptKind.Point => new PromptSet { Points = [RandomPoint(mask, true, random)!.Value] },
        PromptKind.BoxAndPoint => new PromptSet { Box = JitteredBox(mask, random), Points = [RandomPoint(mask, true, random)!.Value] },
        PromptKind.Points => new PromptSet
        {
            Points = [RandomPoint(mask, true, random)!.Value, .. Enumerable.Range(0, random.Next(1, MaximumPoints))
                .Select(_ => RandomPoint(mask, random.Next(2) == 0, random)).OfType<PointPrompt>()],
        },
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The prompt that a careful user would give: the exact box, or a click on the deepest pixel. Used for measuring.</summary>
    /// <param name="mask">The object; at least one pixel.</param>
    /// <param name="kind">None, Box, Point or BoxAndPoint; further clicks are corrections, see <see cref="CorrectiveClick"/>.</param>
    public static PromptSet Exact(BinaryMask mask, PromptKind kind)
    {
        BoundingBox? box = kind is PromptKind.Box or PromptKind.BoxAndPoint ? mask.Bounds() : null;
        return kind == PromptKind.None ? PromptSet.None : new PromptSet
        {
            Box = box,
            Points = kind is PromptKind.Box ? [] : [DeepestPoint(mask, true)],
        };
    }

    /// <summary>The exact box moved outwards on every side by a share of its width or height, cut at the picture's border.</summary>
    /// <param name="mask">The object; at least one pixel.</param>
    /// <param name="looseness">Share of the side, 0 for the exact box; negative tightens it.</param>
    public static BoundingBox LooseBox(BinaryMask mask, double looseness)
    {
        BoundingBox box = mask.Bounds() ?? throw new ArgumentException("The mask is empty.", nameof(mask));
        double dx = looseness * box.Width, dy = looseness * box.Height;
        return Clip(box.X0 - dx, box.Y0 - dy, box.X1 + dx, box.Y1 + dy, mask.Size);
    }

    /// <summary>The next click of a user who looks at a prediction: on the largest connected error, where it is deepest.</summary>
    /// <param name="truth">The object.</param>
    /// <param name="prediction">What was predicted, of the same size.</param>
    /// <returns>A click; null when the prediction is perfect.</returns>
    public static PointPrompt? CorrectiveClick(BinaryMask truth, BinaryMask prediction)
    {
        BinaryMask error = Difference(truth, prediction);
        if (error.Area == 0)
        {
            return null;
        }

        BinaryMask largest = ConnectedComponents.Largest(error, Connectivity.Eight);
        (int x, int y) = DistanceTransform.DeepestPixel(largest, PixelSpacing.Unit)!.Value;
        return new PointPrompt(x, y, truth[y, x]);
    }

    /// <summary>A training correction: a click on a random wrong pixel.</summary>
    /// <param name="truth">The object.</param>
    /// <param name="prediction">What was predicted, of the same size.</param>
    /// <param name="random">Where the choice comes from.</param>
    /// <returns>A click; null when the prediction is perfect.</returns>
    public static PointPrompt? RandomCorrectiveClick(BinaryMask truth, BinaryMask prediction, Random random) =>
        RandomPoint(Difference(truth, prediction), true, random) is { } point
            ? point with { IsForeground = truth[(int)point.Y, (int)point.X] }
            : null;

    private static PointPrompt DeepestPoint(BinaryMask mask, bool foreground)
    {
        (int x, int y) = DistanceTransform.DeepestPixel(mask, PixelSpacing.Unit) ?? throw new ArgumentException("The mask is empty.", nameof(mask));
        return new PointPrompt(x, y, foreground);
    }

    private static BinaryMask Difference(BinaryMask a, BinaryMask b) => a.Size == b.Size
        ? new BinaryMask(a.Size, [.. a.Pixels.Zip(b.Pixels, (p, q) => (byte)(p ^ q))])
        : throw new ArgumentException($"The masks are {a.Size} and {b.Size}.", nameof(b));

    private static PointPrompt? RandomPoint(BinaryMask mask, bool foreground, Random random)
    {
        int candidates = foreground ? mask.Area : mask.Pixels.Length - mask.Area;
        if (candidates == 0)
        {
            return null;
        }

        int remaining = random.Next(candidates);
        byte wanted = foreground ? (byte)1 : (byte)0;
        for (int i = 0; ; i++)
        {
            if (mask.Pixels[i] == wanted && remaining-- == 0)
            {
                return new PointPrompt(i % mask.Size.Width, i / mask.Size.Width, foreground);
            }
        }
    }

    private static BoundingBox JitteredBox(BinaryMask mask, Random random)
    {
        BoundingBox box = mask.Bounds() ?? throw new ArgumentException("The mask is empty.", nameof(mask));
        double Noise(float side)
        {
            // Box and Muller 1958: two uniform numbers to one normal number.
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            return Math.Clamp(normal * BoxNoise * side, -MaximumBoxNoise, MaximumBoxNoise);
        }

        return Clip(box.X0 + Noise(box.Width), box.Y0 + Noise(box.Height), box.X1 + Noise(box.Width), box.Y1 + Noise(box.Height), mask.Size);
    }

    private static BoundingBox Clip(double x0, double y0, double x1, double y1, ImageSize size)
    {
        double left = Math.Clamp(Math.Min(x0, x1), 0, size.Width - 1), right = Math.Clamp(Math.Max(x0, x1), 0, size.Width - 1);
        double top = Math.Clamp(Math.Min(y0, y1), 0, size.Height - 1), bottom = Math.Clamp(Math.Max(y0, y1), 0, size.Height - 1);
        return new BoundingBox((float)left, (float)top, (float)right, (float)bottom);
    }
}
