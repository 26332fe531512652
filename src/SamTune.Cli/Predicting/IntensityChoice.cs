using SamTune.Cli.Running;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Cli.Predicting;

/// <summary>The recipe from samples to 8 bits: the adapter's, or what flags ask for.</summary>
internal sealed class IntensityChoice
{
    private readonly PreprocessingSpec? _adapters;
    private readonly PreprocessingSpec? _asked;

    /// <summary>Reads the flags.</summary>
    /// <param name="intensity">Value of --intensity.</param>
    /// <param name="window">Value of --window.</param>
    /// <param name="adapters">The adapter's recipe; null without one.</param>
    /// <exception cref="InputException">They contradict each other or the adapter.</exception>
    public IntensityChoice(string? intensity, string? window, PreprocessingSpec? adapters)
    {
        _adapters = adapters;
        IntensityMapping? mapping = intensity != null ? Words.OneOf<IntensityMapping>(intensity, "--intensity") : null;
        if (window != null)
        {
            string[] ends = window.Split(',');
            if (ends.Length != 2 || mapping is not (null or IntensityMapping.Window))
            {
                throw new InputException($"--window: '{window}' cannot be used; write LOW,HIGH, and no other --intensity beside it.");
            }

            _asked = new PreprocessingSpec { Mapping = IntensityMapping.Window, WindowLow = Words.Number(ends[0], "--window"), WindowHigh = Words.Number(ends[1], "--window") };
        }
        else if (mapping is { } value)
        {
            _asked = value != IntensityMapping.Window ? new PreprocessingSpec { Mapping = value } : throw new InputException("--intensity: window needs its ends; add --window LOW,HIGH.");
        }

        if (adapters != null && _asked != null && (_asked.Mapping != adapters.Mapping || (window != null && _asked != adapters)))
        {
            throw new InputException($"--intensity: '{_asked.Mapping}' is not what the adapter was trained with ('{adapters.Mapping}'); leave --intensity and --window out.");
        }
    }

    /// <summary>Carries out the recipe, or the usual one where nothing names another.</summary>
    /// <param name="otherwise">The usual recipe for this kind of file.</param>
    public Preprocessor Or(PreprocessingSpec otherwise) => new(_adapters ?? _asked ?? otherwise);
}
