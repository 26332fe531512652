namespace SamTune.Evaluation.Relevance;

/// <summary>How far a feature vector moved.</summary>
/// <param name="Cosine">1 - cosine of the angle, 0..2.</param>
/// <param name="Relative">Length of the difference over the length before.</param>
internal readonly record struct VectorShift(double Cosine, double Relative)
{
    /// <summary>Compares two vectors that lie in larger arrays.</summary>
    /// <param name="before">Array of the vector before.</param>
    /// <param name="after">Array of the vector after, of the same layout.</param>
    /// <param name="start">Position of the first component.</param>
    /// <param name="stride">Distance between components.</param>
    /// <param name="count">Number of components.</param>
    public static VectorShift Between(float[] before, float[] after, int start, int stride, int count)
    {
        double a2 = 0, b2 = 0, d2 = 0;
        for (int i = 0, at = start; i < count; i++, at += stride)
        {
            double a = before[at], b = after[at];
            a2 += a * a;
            b2 += b * b;
            d2 += (b - a) * (b - a);
        }

        if (d2 == 0 || a2 == 0 || b2 == 0)
        {
            // The angle to a vector of length 0 does not exist; it counts as a right one.
            return d2 == 0 ? default : new(1, a2 > 0 ? Math.Sqrt(d2 / a2) : 1);
        }

        // Half the squared distance of the unit vectors is 1 - cosine without its cancellation.
        double aLength = Math.Sqrt(a2), bLength = Math.Sqrt(b2), half = 0;
        for (int i = 0, at = start; i < count; i++, at += stride)
        {
            double difference = before[at] / aLength - after[at] / bLength;
            half += difference * difference / 2;
        }

        return new(half, Math.Sqrt(d2 / a2));
    }
}
