using SamTune.Imaging;

namespace SamTune.Data.Dicom;

/// <summary>How a folder of DICOM files becomes a volume.</summary>
public sealed record DicomOptions
{
    /// <summary>The options used when none are given.</summary>
    public static DicomOptions Default { get; } = new();

    /// <summary>Number of the series (DICOM tag 0020,0011) to take from a folder that holds several; the only one when null.</summary>
    public int? SeriesNumber { get; init; }

    /// <summary>How long the conversion may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The converter: a name that is looked up on the PATH, or a path.</summary>
    public string Program { get; init; } = "dcm2niix";

    /// <summary>Checks all values together.</summary>
    /// <exception cref="InputException">A value is out of its range.</exception>
    public void Validate()
    {
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromDays(1))
            throw new InputException($"DICOM timeout is {Timeout}; more than 0 and at most a day is needed.");
        if (string.IsNullOrWhiteSpace(Program))
            throw new InputException("DICOM converter: no program; dcm2niix or the path of it is needed.");
    }
}
