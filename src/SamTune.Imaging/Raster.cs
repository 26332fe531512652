using System.Diagnostics.CodeAnalysis;

namespace SamTune.Imaging;

/// <summary>How samples were stored in the file they came from.</summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name", Justification = "The members are number types.")]
public enum SampleKind
{
    /// <summary>Unsigned, 8 bits.</summary>
    UInt8,

    /// <summary>Signed, 8 bits.</summary>
    Int8,

    /// <summary>Unsigned, 16 bits.</summary>
    UInt16,

    /// <summary>Signed, 16 bits.</summary>
    Int16,

    /// <summary>Unsigned, 32 bits.</summary>
    UInt32,

    /// <summary>Signed, 32 bits.</summary>
    Int32,

    /// <summary>Unsigned, 64 bits.</summary>
    UInt64,

    /// <summary>Signed, 64 bits.</summary>
    Int64,

    /// <summary>IEEE single precision.</summary>
    Float32,

    /// <summary>IEEE double precision.</summary>
    Float64,
}

/// <summary>A picture of any number of channels, as measured: before it becomes the 8-bit RGB that the model sees.</summary>
public sealed class Raster
{
    /// <summary>Wraps samples without copying them.</summary>
    /// <param name="size">Height and width in pixels.</param>
    /// <param name="channels">Channels, at least 1.</param>
    /// <param name="samples">(H, W, C) values in the file's own unit, interleaved, row-major; finite, but for NaN where a scene holds no measurement.</param>
    /// <param name="storedAs">How the file stored them.</param>
    /// <exception cref="ArgumentException">The number of samples does not fit size and channels.</exception>
    public Raster(ImageSize size, int channels, float[] samples, SampleKind storedAs)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (size.Height < 1 || size.Width < 1 || channels < 1 || samples.LongLength != size.PixelCount * channels)
        {
            throw new ArgumentException(
                $"A raster of {size} with {channels} channels needs {size.PixelCount * channels} samples; got {samples.LongLength}.",
                nameof(samples));
        }

        Size = size;
        Channels = channels;
        Samples = samples;
        StoredAs = storedAs;
    }

    /// <summary>Height and width in pixels.</summary>
    public ImageSize Size { get; }

    /// <summary>Channels a pixel.</summary>
    public int Channels { get; }

    /// <summary>
    /// (H, W, C) values in the file's own unit, interleaved, row-major; shared, not a copy. Finite, but for NaN where a scene holds no measurement. Whole numbers
    /// above 2^24 lose their last digits.
    /// </summary>
    public float[] Samples { get; }

    /// <summary>How the file stored the samples.</summary>
    public SampleKind StoredAs { get; }

    /// <summary>Names of the channels in their order, such as "blue" or "B4 near infrared"; empty where the source names none.</summary>
    public IReadOnlyList<string> BandNames { get; init; } = [];

    /// <summary>Ground resolution; null where the source says none.</summary>
    public GroundResolution? Resolution { get; init; }
}
