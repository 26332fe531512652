using SamTune.Cli.Running;
using SamTune.Data.Datasets;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;

namespace SamTune.Cli.DomainTable;

/// <summary>Opens the pictures of the domains of a plan.</summary>
/// <param name="opening">Opens data sets as every command does.</param>
/// <param name="settings">The command's settings.</param>
/// <param name="root">Folder that the plan's paths start from.</param>
/// <param name="seed">Where the choice of held-out groups comes from.</param>
internal sealed class DomainDataOpening(DatasetOpening opening, CommandSettings settings, string root, long seed)
{
    private const double ShareHeldOut = 0.2;

    /// <summary>Opens a domain.</summary>
    /// <param name="name">The domain's name.</param>
    /// <param name="plan">What the plan says.</param>
    /// <param name="fixedSpec">The recipe of a trained artifact; null to follow the plan.</param>
    /// <exception cref="InputException">Data cannot be read, or a part is missing.</exception>
    public DomainData Open(string name, DomainPlan plan, PreprocessingSpec? fixedSpec)
    {
        string data = Path.Combine(root, plan.Data);
        PreprocessingSpec start = fixedSpec ?? (plan switch
        {
            { Profile: { } profile } => DomainProfile.Find(profile)!.Spec,
            { Tasks: not null } => TasksSpec(data),
            { Squares: not null } => PreprocessingSpec.Rgb,
            _ => opening.OpenPart(data, "train", settings, null).Preprocessing,
        });
        start = plan.Bands is { } bands && start.Scene is { } scene ? start with { Scene = scene with { Bands = string.Join(',', bands) } } : start;
        PreprocessingSpec spec = fixedSpec == null ? AsTrained(plan, data, start) : start;
        DomainParts Parts(bool isFound) => plan switch
        {
            { Tasks: { } tasks } => Tasks(name, plan, data, tasks, isFound ? TasksAsFound(data, spec) : spec),
            { Squares: { } squares } => Squares(name, plan, data, squares, isFound ? AsFound(data, spec) : spec),
            _ => Folders(plan, data, spec, isFound),
        };
        return new DomainData(name, plan, spec, Parts(isFound: false), Parts(isFound: true));
    }

    // Of a scene the recipe says how large the tiles are that are trained on.
    private static PreprocessingSpec AsTrained(DomainPlan plan, string data, PreprocessingSpec spec) => (spec.Scene, plan) switch
    {
        ({ } scene, { Squares: { } squares }) => spec with { Scene = scene.WithTiles(squares.Side) },
        ({ }, { Tasks: [var task, ..] }) when SceneTaskFile.IsOne(Path.Combine(data, "tasks.json")) => SceneTaskFile.Read(Path.Combine(data, "tasks.json")).Open(task, "train", spec).Preprocessing,
        _ => spec,
    };

    private static PreprocessingSpec TasksSpec(string folder) =>
        SceneTaskFile.IsOne(Path.Combine(folder, "tasks.json")) ? DomainProfile.Find("satellite")!.Spec : TaskFile.Read(Path.Combine(folder, "tasks.json")).Preprocessing;

    // What a router sees: see RoutingPicture and RoutingVolume. Of a scene the bands are chosen all the same.
    private static PreprocessingSpec AsFound(string picture, PreprocessingSpec spec) => RoutingPicture.Spec(ImageReader.ReadHeader(picture, ReadLimits.Windows).StoredAs, spec.Scene);

    private static PreprocessingSpec TasksAsFound(string folder, PreprocessingSpec spec) =>
        Path.Combine(folder, "tasks.json") is var path && SceneTaskFile.IsOne(path) ? AsFound(SceneTaskFile.Read(path).ImagePath, spec) : RoutingVolume.Spec;

    private static DomainParts Tasks(string name, DomainPlan plan, string folder, IReadOnlyList<string> tasks, PreprocessingSpec spec)
    {
        string path = Path.Combine(folder, "tasks.json");
        var objects = new ObjectOptions { SplitComponents = plan.Pieces, MinimumArea = plan.LeastArea };
        Func<string, string, ISegmentationDataset> open;
        Func<string, bool> hasValidation;
        if (SceneTaskFile.IsOne(path))
        {
            SceneTaskFile file = SceneTaskFile.Read(path);
            open = (task, split) => WithObjects(file.Open(task, split, spec));
            hasValidation = _ => file.Splits.Contains("val");
        }
        else
        {
            TaskFile file = TaskFile.Read(path);
            open = (task, split) => file.Open(task, split, spec, objects);
            hasValidation = task => file.Tasks.FirstOrDefault(t => t.Name == task)?.Splits.GetValueOrDefault("val") is { Count: > 0 };
        }

        List<ISegmentationDataset> train = [], validation = [], test = [];
        foreach (string task in tasks)
        {
            ISegmentationDataset all = open(task, "train");
            (ISegmentationDataset learned, ISegmentationDataset held) = hasValidation(task) ? (all, open(task, "val")) : TaskEnd.HoldOut(all, task);
            train.Add(SubsetDataset.Evenly(learned, plan.MostTrain, task));
            validation.Add(SubsetDataset.Evenly(held, Math.Max(1, plan.MostTest / 3), task));
            test.Add(SubsetDataset.Evenly(open(task, "test"), plan.MostTest, task));
        }

        return new DomainParts(new ConcatDataset(train, name), new ConcatDataset(validation, $"{name}, validation"), new ConcatDataset(test, $"{name}, test"));
    }

    private static DomainParts Squares(string name, DomainPlan plan, string picture, SquaresPlan squares, PreprocessingSpec spec)
    {
        string masks = Path.Combine(Path.GetDirectoryName(picture)!, plan.Masks!);
        var cut = new CropOptions { Side = squares.Side, Stride = squares.Stride, Objects = new ObjectOptions { SplitComponents = plan.Pieces, MinimumArea = plan.LeastArea } };
        SubsetDataset Part(string suffix, IReadOnlyList<int> part, int most) =>
            SubsetDataset.Evenly(CropDataset.Open(name + suffix, picture, masks, SquaresPlan.Window(part), cut, spec), most, name + suffix);
        return new DomainParts(Part("", squares.Train, plan.MostTrain), Part(", validation", squares.Validation, Math.Max(1, plan.MostTest / 3)), Part(", test", squares.Test, plan.MostTest));
    }

    private DomainParts Folders(DomainPlan plan, string data, PreprocessingSpec spec, bool isFound)
    {
        ISegmentationDataset Open(string path, string part)
        {
            ISegmentationDataset prepared = opening.OpenPart(path, part, settings, spec, plan.GroupPattern);
            return !isFound ? prepared
                : prepared is IImageFiles ? new FilesAsFound(prepared, spec.Scene?.Bands)
                : opening.OpenPart(path, part, settings, RoutingVolume.Spec, plan.GroupPattern);
        }

        ISegmentationDataset? validation = plan.Validation is { } v ? Open(Path.Combine(root, v), "val") : null, test = plan.Test is { } t ? Open(Path.Combine(root, t), "test") : null;
        DatasetSplit split = Splits.HoldOut(Open(data, "train"), new SplitOptions { Validation = validation == null ? ShareHeldOut : 0, Test = test == null ? ShareHeldOut : 0, Seed = seed });
        return new DomainParts(
            SubsetDataset.Evenly(split.Train, plan.MostTrain, split.Train.Name), SubsetDataset.Evenly(validation ?? split.Validation, Math.Max(1, plan.MostTest / 3), "validation"), SubsetDataset.Evenly(test ?? split.Test, plan.MostTest, "test"));
    }

    // A tile without the object has nothing to train or measure on.
    private static SubsetDataset WithObjects(SceneTileDataset tiles) =>
        new(tiles, Enumerable.Range(0, tiles.Samples.Count).Where(i => tiles.Load(i).Objects.Count > 0), tiles.Name);

    private sealed class FilesAsFound(ISegmentationDataset files, string? bandNames) : ISegmentationDataset
    {
        public string Name => files.Name;

        public IReadOnlyDictionary<int, string> Classes => files.Classes;

        public IReadOnlyList<SampleInfo> Samples => files.Samples;

        // A part of a file has no file of its own: it is taken as prepared.
        public Sample Load(int index) => new(files.Samples[index], ((IImageFiles)files).ImagePath(index) is { } path ? RoutingPicture.Read(path, [bandNames]) : files.Load(index).Image, [], Spacing: null);
    }
}
