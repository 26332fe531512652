using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;

namespace SamTune.Data.Datasets;

/// <summary>What all ways to read pictures and their masks from files have in common.</summary>
public abstract record PictureOptions
{
    private protected PictureOptions()
    {
    }

    /// <summary>Name for logs and manifests; that of the folder or file when null.</summary>
    public string? Name { get; init; }

    /// <summary>How masks become objects.</summary>
    public ObjectOptions Objects { get; init; } = new();

    /// <summary>
    /// Regular expression for the group of a picture in its id (relative path without extension): the first parenthesis, or the whole
    /// match. When null, the first subfolder is the group, and a picture that lies in none is a group of its own.
    /// </summary>
    public string? GroupPattern { get; init; }

    /// <summary>How samples become 8-bit RGB.</summary>
    public PreprocessingSpec Preprocessing { get; init; } = PreprocessingSpec.Rgb;

    /// <summary>Largest pictures that are read.</summary>
    public ReadLimits Limits { get; init; } = ReadLimits.Default;

    /// <summary>Checks all values together.</summary>
    /// <exception cref="InputException">A value is out of its range.</exception>
    public virtual void Validate()
    {
        Objects.Validate();
        Preprocessing.Validate("preprocessing");
        SampleGroups.Validate(GroupPattern);
    }
}
