using System.CommandLine;
using SamTune.Data.Augmentation;
using SamTune.Imaging;

namespace SamTune.Cli.Running;

/// <summary>The flags that say how pictures are varied: a preset, and single values on top.</summary>
internal sealed class AugmentationFlags
{
    private readonly Option<string?> preset = new("--augment") { Description = $"How pictures are varied: {string.Join(", ", AugmentationSpec.Presets.Keys)} (none)." };
    private readonly Option<string?> values = new("--augment-set")
    {
        Description = $"Single values on top, such as blur=1,noise=5,gamma=0.2: {string.Join(", ", AugmentationSpec.Settings.Select(s => $"{s.Key} ({s.Value.Meaning})"))}. 0 (crop 1) leaves a change out.",
    };

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(preset);
        command.Add(values);
    }

    /// <summary>What is asked for.</summary>
    /// <param name="settings">Flags and file.</param>
    /// <param name="usual">The preset where none is named; null for none.</param>
    /// <returns>Null where nothing varies.</returns>
    /// <exception cref="InputException">A word is unknown, or a value is out of its range.</exception>
    public AugmentationSpec? Read(CommandSettings settings, AugmentationSpec? usual = null) =>
        Words.Augmentation(settings.Text(preset) is { } name ? Words.Augmentation(name, preset.Name) : usual, settings.List(values), values.Name);

    /// <summary>The two in the words that were given: <c>medical, blur=1</c>.</summary>
    public string Named(CommandSettings settings) => string.Join(", ", new[] { settings.Text(preset) ?? "none", settings.Text(values) }.OfType<string>());
}
