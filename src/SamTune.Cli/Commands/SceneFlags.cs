using System.CommandLine;
using SamTune.Cli.Pretraining;
using SamTune.Cli.Running;
using SamTune.Synthesis;
using SamTune.Synthesis.Figures;

namespace SamTune.Cli.Commands;

/// <summary>The flags of <c>pretrain</c> that say what scenes there are.</summary>
internal sealed class SceneFlags
{
    private readonly Option<int?> train = new("--train-scenes") { Description = "Scenes to learn from (20,000)." };
    private readonly Option<int?> validation = new("--validation-scenes") { Description = "Scenes to validate on (48)." };
    private readonly Option<int?> test = new("--test-scenes") { Description = "Scenes of the final measurement (300)." };
    private readonly Option<int?> figures = new("--max-figures") { Description = "Figures on a scene at most (7)." };
    private readonly Option<double?> iconShare = new("--icon-share") { Description = "Share of figures taken from the icon sets (0.5)." };
    private readonly Option<double?> patchworkShare = new("--patchwork-share") { Description = "Share of scenes with a patchwork of regions (0.35)." };
    private readonly Option<double?> greyShare = new("--grey-share") { Description = "Share of grey scenes (0.4)." };
    private readonly Option<string?> icons = new("--icons") { Description = "Drawn figures, separated by commas: icons.json files, or packages that npm fetches (npm:@iconify-json/NAME@VERSION#SHA256). Without them all figures are made by code." };

    /// <summary>Adds the flags to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option flag in new Option[] { train, validation, test, figures, iconShare, patchworkShare, greyShare, icons })
        {
            command.Add(flag);
        }
    }

    /// <summary>Reads the icon sets; fetches those that are packages.</summary>
    public async Task<IReadOnlyList<IconSet>> IconsAsync(CommandSettings settings, CancellationToken cancel)
    {
        var sets = new List<IconSet>();
        foreach (string name in settings.List(icons) ?? [])
        {
            sets.Add(IconSet.Load(IconPackage.Parse(name) is { } package ? await package.FetchAsync(ModelPlaces.Find(Environment.GetEnvironmentVariable).Cache.Folder, IconPackage.Npm, cancel) : name));
        }

        return sets;
    }

    /// <summary>Describes the scenes of a split, in the size of the model's input.</summary>
    public SyntheticScenes Open(CommandSettings settings, IReadOnlyList<IconSet> sets, string split, int side, long seed)
    {
        var usual = new SceneOptions();
        SceneOptions options = usual with
        {
            Side = side,
            MaxFigures = settings.Whole(figures) ?? usual.MaxFigures,
            IconShare = settings.Real(iconShare) ?? usual.IconShare,
            PatchworkShare = settings.Real(patchworkShare) ?? usual.PatchworkShare,
            GreyShare = settings.Real(greyShare) ?? usual.GreyShare,
        };
        int count = split switch
        {
            "train" => settings.Whole(train) ?? 20_000,
            "validation" => settings.Whole(validation) ?? 48,
            _ => settings.Whole(test) ?? 300,
        };
        return new SyntheticScenes(count, options, sets, seed, split);
    }
}
