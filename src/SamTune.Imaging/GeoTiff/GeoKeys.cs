using SamTune.Imaging.Maps;

namespace SamTune.Imaging.GeoTiff;

/// <summary>
/// The coordinate reference system as a GeoTIFF stores it: the three tags GeoKeyDirectory, GeoDoubleParams and GeoAsciiParams, kept as they are so that they can be written back
/// unchanged, and the few keys that are understood (GeoTIFF 1.1, OGC 19-008, section 7.2 and annex D).
/// </summary>
public sealed class GeoKeys
{
    private const int HeaderLength = 4, EntryLength = 4;
    private const int ModelType = 1024, RasterType = 1025, GeodeticSystem = 2048, AngularUnits = 2054, ProjectedSystem = 3072, LinearUnits = 3076, LinearUnitSize = 3077;
    private const int Projected = 1, Geographic = 2, PixelIsPoint = 2, UserDefined = 32767;
    private const int Degree = 9102, Metre = 9001, Foot = 9002, SurveyFoot = 9003;

    private readonly ushort[] _directory;
    private readonly double[] _doubles;
    private readonly string _text;

    /// <summary>Wraps the three tags after checking that they fit together.</summary>
    /// <param name="path">File, for messages.</param>
    /// <param name="directory">Values of GeoKeyDirectory.</param>
    /// <param name="doubles">Values of GeoDoubleParams; empty when there are none.</param>
    /// <param name="text">GeoAsciiParams; empty when there is none.</param>
    /// <exception cref="InputException">The directory is cut short, or a key points outside its tag.</exception>
    public GeoKeys(string path, IReadOnlyList<ushort> directory, IReadOnlyList<double> doubles, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _directory = [.. directory];
        _doubles = [.. doubles];
        _text = text;
        if (_directory.Length < HeaderLength || _directory[0] != 1 || _directory.Length < HeaderLength + (EntryLength * _directory[3]))
            throw Damaged(path, $"it has {_directory.Length} numbers{(_directory.Length >= HeaderLength ? $" for {_directory[3]} keys" : "")}");
        for (int i = 0; i < _directory[3]; i++)
        {
            ReadOnlySpan<ushort> entry = Entry(i);
            int end = entry[1] == 0 ? 0 : entry[2] + entry[3];
            int available = entry[1] switch
            {
                0 => 0,
                TiffTags.GeoKeyDirectory => _directory.Length,
                TiffTags.GeoDoubleParams => _doubles.Length,
                TiffTags.GeoAsciiParams => _text.Length + 1,
                _ => -1,
            };
            if (end > available)
                throw Damaged(path, $"key {entry[0]} points outside the tag {entry[1]}");
        }
    }

    /// <summary>Values of the tag GeoKeyDirectory.</summary>
    public IReadOnlyList<ushort> Directory => _directory;

    /// <summary>Values of the tag GeoDoubleParams.</summary>
    public IReadOnlyList<double> Doubles => _doubles;

    /// <summary>The tag GeoAsciiParams.</summary>
    public string Text => _text;

    /// <summary>The EPSG code of the coordinate reference system; null when the file describes one that has no code.</summary>
    public int? EpsgCode
    {
        get
        {
            int code = Short(ModelType) switch
            {
                Projected => Short(ProjectedSystem) ?? 0,
                Geographic => Short(GeodeticSystem) ?? 0,
                _ => 0,
            };
            return code is 0 or UserDefined ? null : code;
        }
    }

    /// <summary>True when coordinates are longitude and latitude.</summary>
    public bool IsGeographic => Short(ModelType) == Geographic;

    /// <summary>True when the file's transform speaks of pixel centres rather than of corners.</summary>
    internal bool HasPixelCentres => Short(RasterType) == PixelIsPoint;

    /// <summary>Metres of one unit of a projected system; null when the file does not say, or the system is not projected.</summary>
    internal double? MetresPerUnit => Short(ModelType) != Projected ? null : Short(LinearUnits) switch
    {
        Metre => 1,
        Foot => 0.3048,
        SurveyFoot => 1200.0 / 3937,
        UserDefined => Real(LinearUnitSize),
        _ => null,
    };

    /// <summary>True when a geographic system counts in degrees.</summary>
    internal bool HasDegrees => IsGeographic && Short(AngularUnits) is null or Degree;

    /// <summary>The keys of a known system, for a file that is made anew.</summary>
    /// <param name="system">The system.</param>
    public static GeoKeys Of(CoordinateReferenceSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        ushort code = (ushort)system.EpsgCode;
        ushort[] keys = system.IsGeographic
            ? [1, 1, 0, 4, ModelType, 0, 1, Geographic, RasterType, 0, 1, 1, GeodeticSystem, 0, 1, code, AngularUnits, 0, 1, Degree]
            : [1, 1, 0, 4, ModelType, 0, 1, Projected, RasterType, 0, 1, 1, ProjectedSystem, 0, 1, code, LinearUnits, 0, 1, Metre];
        return new GeoKeys(system.Name, keys, [], "");
    }

    private static InputException Damaged(string path, string found)
        => new($"{path}: the GeoTIFF key directory is damaged ({found}); export the file again, or drop its georeference.");

    private ReadOnlySpan<ushort> Entry(int index) => _directory.AsSpan(HeaderLength + (EntryLength * index), EntryLength);

    private int? Short(int key)
    {
        for (int i = 0; i < _directory[3]; i++)
        {
            ReadOnlySpan<ushort> entry = Entry(i);
            if (entry[0] == key && entry[1] == 0)
                return entry[3];
        }

        return null;
    }

    private double? Real(int key)
    {
        for (int i = 0; i < _directory[3]; i++)
        {
            ReadOnlySpan<ushort> entry = Entry(i);
            if (entry[0] == key && entry[1] == TiffTags.GeoDoubleParams && entry[2] == 1)
                return double.IsFinite(_doubles[entry[3]]) && _doubles[entry[3]] > 0 ? _doubles[entry[3]] : null;
        }

        return null;
    }
}
