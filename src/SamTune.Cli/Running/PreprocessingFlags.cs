using System.CommandLine;
using System.Globalization;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Cli.Running;

/// <summary>The flags that say how samples become what the model sees.</summary>
internal sealed class PreprocessingFlags
{
    private readonly Option<string?> profile = new("--profile")
    {
        Description = $"The recipe of a kind of imagery: {string.Join(", ", DomainProfile.All.Select(p => p.Name))}. The flags below change it.",
    };

    private readonly Option<string?> intensity = new("--intensity")
    {
        Description = "How samples become 8 bits: rgb (as they are), min-max, percentile, window or z-score. Default: rgb for pictures, percentile for volumes; with an adapter, its own.",
    };

    private readonly Option<string?> window = new("--window")
    {
        Description = $"The intensities that become 0 and 255: LOW,HIGH such as -160,240; WIDTH/LEVEL such as 400/40; or {string.Join(", ", HounsfieldWindow.Named.Keys)}. Three with commas between are three colours.",
    };

    private readonly Option<string?> clahe = new("--clahe") { Description = "Local contrast (CLAHE): on, off, or its clip limit, such as 3." };
    private readonly Option<string?> nearInfrared = new("--near-infrared") { Description = "Satellite: drop (default), false-colour, or four-channels for a model that has them." };
    private readonly Option<string?> bands = new("--bands") { Description = "Satellite: names of the bands in the files' order, such as blue,green,red,nir, in place of the files' own." };
    private readonly Option<double?> resolution = new("--resolution") { Description = "Satellite: metres a pixel that scenes are brought to (0.3)." };

    private readonly Option<int?> sceneTile = new("--scene-tile") { Description = "Satellite: side of the tiles that larger scenes are cut into, in pixels at that resolution (1024)." };

    private IReadOnlyList<Option> All => [profile, intensity, window, clahe, nearInfrared, bands, resolution, sceneTile];

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option flag in All)
        {
            command.Add(flag);
        }
    }

    private DomainProfile? Domain(CommandSettings settings) => settings.Text(profile) is not { } name
        ? null
        : DomainProfile.Find(name.ToLowerInvariant()) ?? throw new InputException($"{profile.Name}: '{name}' is unknown; choose {string.Join(", ", DomainProfile.All.Select(p => p.Name))}.");

    /// <summary>The recipe to use.</summary>
    /// <param name="settings">Flags and file.</param>
    /// <param name="fixedSpec">The recipe of an adapter, which flags must not contradict; null for none.</param>
    /// <returns>Null where neither says one.</returns>
    /// <exception cref="InputException">A word is unknown, flags contradict each other, or the adapter has another recipe.</exception>
    public PreprocessingSpec? Read(CommandSettings settings, PreprocessingSpec? fixedSpec)
    {
        PreprocessingSpec? asked = Asked(settings);
        asked?.Validate("preprocessing");
        return fixedSpec != null && asked != null && !WithTilesOf(fixedSpec, asked, settings).MakesTheSameAs(fixedSpec)
            ? throw new InputException($"{Named(settings)}: '{asked}' is not what the adapter was trained with ('{fixedSpec}'); leave {Named(settings)} out.")
            : fixedSpec ?? asked;
    }

    /// <summary>What the flags ask for; null where none is given.</summary>
    public PreprocessingSpec? Asked(CommandSettings settings)
    {
        PreprocessingSpec? asked = Domain(settings)?.Spec;
        if (settings.Text(intensity) is { } text)
        {
            asked = (asked ?? new PreprocessingSpec()) with { Mapping = Words.OneOf<IntensityMapping>(text, intensity.Name) };
        }

        if (settings.List(window) is { } items)
        {
            if (settings.Text(intensity) != null && asked is { Mapping: not IntensityMapping.Window })
            {
                throw new InputException($"{window.Name}: '{string.Join(',', items)}' cannot be used; write LOW,HIGH, and no other --intensity beside it.");
            }

            asked = Windowed(asked ?? new PreprocessingSpec(), items);
        }

        if (asked is { Mapping: IntensityMapping.Window, WindowLow: null, ChannelWindows: null })
        {
            throw new InputException($"{intensity.Name}: window needs its ends; add {window.Name} LOW,HIGH.");
        }

        if (settings.Text(clahe) is { } contrast)
        {
            asked = (asked ?? new PreprocessingSpec()) with { LocalContrast = Contrast(contrast) };
        }

        return OfScene(settings, asked);
    }

    // Tiles, bands and, of coarse scenes, the resolution of an adapter's recipe come from its data, where no flag says them.
    private PreprocessingSpec WithTilesOf(PreprocessingSpec trained, PreprocessingSpec asked, CommandSettings settings) => asked.Scene is { } scene && trained.Scene is { } own
        ? asked with { Scene = scene with { TileSide = settings.Whole(sceneTile) ?? own.TileSide, Bands = settings.Text(bands) ?? own.Bands, MetresPerPixel = settings.Real(resolution) ?? own.MetresPerPixel } }
        : asked;

    private PreprocessingSpec? OfScene(CommandSettings settings, PreprocessingSpec? asked)
    {
        string? choice = settings.Text(nearInfrared), names = settings.Text(bands);
        double? metres = settings.Real(resolution);
        int? side = settings.Whole(sceneTile);
        if (choice == null && names == null && metres == null && side == null)
        {
            return asked;
        }

        if (asked?.Scene is not { } scene)
        {
            throw new InputException($"{(choice != null ? nearInfrared : names != null ? bands : metres != null ? resolution : (Option)sceneTile).Name}: belongs to scenes; add {profile.Name} satellite.");
        }

        return asked with
        {
            Scene = scene with
            {
                NearInfrared = choice != null ? Words.OneOf<NearInfrared>(choice, nearInfrared.Name) : scene.NearInfrared,
                Bands = names ?? scene.Bands,
                MetresPerPixel = metres ?? scene.MetresPerPixel,
                TileSide = side ?? scene.TileSide,
            },
        };
    }

    private PreprocessingSpec Windowed(PreprocessingSpec start, IReadOnlyList<string> items)
    {
        PreprocessingSpec spec = start with { Mapping = IntensityMapping.Window, WindowLow = null, WindowHigh = null, ChannelWindows = null };
        if (items.Count == 2)
        {
            return spec with { WindowLow = Words.Number(items[0], window.Name), WindowHigh = Words.Number(items[1], window.Name) };
        }

        IntensityRange[] ranges = [.. items.Select(Window)];
        return ranges.Length switch
        {
            1 => spec with { WindowLow = ranges[0].Low, WindowHigh = ranges[0].High },
            3 => spec with { ChannelWindows = new ChannelWindows(ranges[0], ranges[1], ranges[2]) },
            _ => throw new InputException($"{window.Name}: '{string.Join(',', items)}' cannot be used; write LOW,HIGH, one window, or three for the three colours."),
        };
    }

    private IntensityRange Window(string text)
    {
        if (HounsfieldWindow.Named.TryGetValue(text.ToLowerInvariant(), out IntensityRange named))
        {
            return named;
        }

        string[] parts = text.Split('/');
        return parts.Length == 2
            ? HounsfieldWindow.Of(Words.Number(parts[0], window.Name), Words.Number(parts[1], window.Name))
            : throw new InputException($"{window.Name}: '{text}' is no window; write LOW,HIGH, WIDTH/LEVEL such as 400/40, or {string.Join(", ", HounsfieldWindow.Named.Keys)}.");
    }

    private LocalContrast? Contrast(string text) => text switch
    {
        "on" => new LocalContrast(),
        "off" => null,
        _ => new LocalContrast { ClipLimit = Words.Number(text, clahe.Name) },
    };

    /// <summary>The flags that are set, with what is said: what a message points at, and what an equivalent command repeats.</summary>
    public IEnumerable<(string Name, string Value)> Given(CommandSettings settings)
    {
        foreach (Option flag in All)
        {
            string? value = flag switch
            {
                Option<string?> text => settings.Text(text),
                Option<int?> whole => settings.Whole(whole)?.ToString(CultureInfo.InvariantCulture),
                _ => settings.Real((Option<double?>)flag)?.ToString(CultureInfo.InvariantCulture),
            };
            if (value != null)
            {
                yield return (flag.Name, value);
            }
        }
    }

    private string Named(CommandSettings settings) => string.Join(", ", Given(settings).Select(flag => flag.Name));
}
