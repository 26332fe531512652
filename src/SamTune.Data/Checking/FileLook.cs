using SamTune.Data.Dicom;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Nifti;
using SamTune.Imaging.Scenes;

namespace SamTune.Data.Checking;

/// <summary>What a picture or volume holds, as it is stored.</summary>
/// <param name="Kind">Sample type and channels in words.</param>
/// <param name="StoredAs">Sample type.</param>
/// <param name="Low">Lowest sample, in the file's unit.</param>
/// <param name="High">Highest sample.</param>
internal sealed record FileLook(string Kind, SampleKind StoredAs, double Low, double High)
{
    private const int StripRows = 256;

    /// <summary>Channels of a picture, alpha included; 1 for a volume.</summary>
    public int Channels { get; init; } = 1;

    /// <summary>Names of the bands; empty where the file gives none.</summary>
    public IReadOnlyList<string> BandNames { get; init; } = [];

    /// <summary>Whether the last of several channels holds the largest value of its type, and besides it at most 0.</summary>
    public bool LastIsOnOff { get; init; }

    /// <summary>The volume; null for a picture.</summary>
    public VolumeReport? Volume { get; init; }

    /// <summary>Looks at a file, or at each series of a folder of DICOM files.</summary>
    /// <exception cref="InputException">It cannot be read.</exception>
    public static IReadOnlyList<FileLook> At(SourceFile file)
    {
        if (file.IsVolume)
            return Directory.Exists(file.Path) ? DicomSeries.ReadAll(file.Path, (series, path) => AtVolume(file, path, series)) : [AtVolume(file, file.Path, null)];
        if (RasterSource.HasGeoreference(file.Path))
            return [AtScene(file.Path)];
        var samples = new SampleRange();
        samples.Add(ImageReader.ReadRaster(file.Path));
        return [samples.Look()];
    }

    private static FileLook AtVolume(SourceFile file, string path, DicomSeriesInfo? series)
    {
        int times = NiftiVolume.CountTimePoints(path);
        // A series is looked at for what it is, which any of its times says.
        NiftiVolume volume = NiftiVolume.Read(path, new NiftiReadOptions { TimePoint = series != null && times > 1 ? file.TimePoint ?? 0 : file.TimePoint });
        float[] samples = volume.Samples();
        (double x, double y, double z) = volume.Geometry.Spacing;
        return new FileLook($"{volume.StoredAs} volume", volume.StoredAs, samples.Min(), samples.Max())
        {
            Volume = new VolumeReport(file.Path, volume.Geometry.Size.ToString(), volume.Geometry.Size.VoxelCount, [x, y, z], volume.Geometry.AxisCodes, times)
            {
                Series = series?.Number,
                Description = series?.Description,
                Modality = series?.Modality,
            },
        };
    }

    // Some rows at a time: a scene may be larger than memory.
    private static FileLook AtScene(string path)
    {
        using IRasterSource source = RasterSource.Open(path);
        var samples = new SampleRange();
        for (int y = 0; y < source.Size.Height; y += StripRows)
            samples.Add(source.Read(new PixelWindow(0, y, source.Size.Width, Math.Min(StripRows, source.Size.Height - y))));
        return samples.Look();
    }

    /// <summary>Collects what the samples of a picture are, part by part.</summary>
    private sealed class SampleRange
    {
        private Raster? _part;
        private float _low = float.PositiveInfinity;
        private float _high = float.NegativeInfinity;
        private bool _lastIsOnOff = true;
        private bool _lastIsEverOn;

        public void Add(Raster part)
        {
            _part = part;
            // What stands for everything in a channel of transparency.
            float most = part.StoredAs switch { SampleKind.UInt8 => byte.MaxValue, SampleKind.UInt16 => ushort.MaxValue, _ => float.NaN };
            for (int i = 0; i < part.Samples.Length; i++)
            {
                float sample = part.Samples[i];
                // Where nothing was measured the sample is no number, which is neither smaller nor larger.
                _low = sample < _low ? sample : _low;
                _high = sample > _high ? sample : _high;
                if ((i + 1) % part.Channels == 0)
                {
                    _lastIsEverOn |= sample == most;
                    _lastIsOnOff &= sample == most || sample == 0;
                }
            }
        }

        public FileLook Look()
        {
            Raster part = _part!;
            (double low, double high) = _low <= _high ? (_low, _high) : (0, 0);
            return new FileLook($"{part.StoredAs} with {part.Channels} channel{(part.Channels == 1 ? "" : "s")}", part.StoredAs, low, high)
            {
                Channels = part.Channels,
                BandNames = part.BandNames,
                LastIsOnOff = part.Channels > 1 && _lastIsOnOff && _lastIsEverOn,
            };
        }
    }
}
