using SamTune.Data.Datasets;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;

namespace SamTune.Data.Manifests;

/// <summary>How a manifest is read.</summary>
public sealed record ManifestOptions
{
    /// <summary>The options used when none are given.</summary>
    public static ManifestOptions Default { get; } = new();

    /// <summary>Name for logs; the manifest's own when null.</summary>
    public string? Name { get; init; }

    /// <summary>Only pictures of this part, such as "train"; all when null.</summary>
    public string? Split { get; init; }

    /// <summary>How masks become objects.</summary>
    public ObjectOptions Objects { get; init; } = new();

    /// <summary>Regular expression for the group of a picture in its id, as <see cref="PictureOptions.GroupPattern"/>; what the lines say when null.</summary>
    public string? GroupPattern { get; init; }

    /// <summary>How samples become 8-bit RGB; what the manifest says when null, and all that prepared pictures allow.</summary>
    public PreprocessingSpec? Preprocessing { get; init; }

    /// <summary>Largest pictures that are read.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    /// <summary>Largest manifest, in bytes.</summary>
    public long MaximumBytes { get; init; } = 1L << 31;

    /// <summary>Checks all values together.</summary>
    /// <exception cref="InputException">A value is out of its range.</exception>
    public void Validate()
    {
        Objects.Validate();
        Preprocessing?.Validate("preprocessing");
        SampleGroups.Validate(GroupPattern);
        if (MaximumBytes < 1)
            throw new InputException($"largest manifest is {MaximumBytes} bytes; 1 or more is needed.");
    }
}
