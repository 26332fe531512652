using SamTune.Data.Datasets;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Scenes;

namespace SamTune.Data.Checking;

/// <summary>Finds out how a folder is laid out and opens all of it, going on after what cannot be opened.</summary>
public static class DatasetFolder
{
    private static readonly string[] SplitFolders = ["train", "val", "valid", "validation", "test"];

    /// <summary>Opens a folder: a tasks.json on volumes or on a scene, images/ with masks/ (or labels/), train/, val/ and test/ with these, or masks beside pictures.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="preprocessing">How files become pictures; null for what suits their kind.</param>
    /// <param name="task">The one task of a tasks.json to open; null for all.</param>
    /// <exception cref="InputException">There is no such folder or task, or nothing in it is a data set.</exception>
    public static FoundDataset Open(string root, PreprocessingSpec? preprocessing = null, string? task = null)
    {
        if (!Directory.Exists(root))
            throw new InputException($"{root}: no such folder; check the path.");
        var opening = new Opening(preprocessing, task);
        string tasks = Path.Combine(root, "tasks.json");
        string layout;
        if (File.Exists(tasks))
        {
            layout = SceneTaskFile.IsOne(tasks) ? opening.Scene(SceneTaskFile.Read(tasks)) : opening.Volumes(TaskFile.Read(tasks), root);
        }
        else if (task != null)
        {
            throw new InputException($"{root}: holds no tasks.json, so there is no task '{task}'; leave the task out.");
        }
        else
        {
            string[] splits = [.. SplitFolders.Where(s => IsDataset(Path.Combine(root, s)))];
            layout = splits.Length > 0
                ? $"{string.Join("/, ", splits)}/: each " + string.Join(" and ", splits.Select(s => opening.Folder(Path.Combine(root, s), s)).Distinct())
                : opening.Folder(root, "all");
        }

        return new FoundDataset(root, layout, opening.Parts, opening.Problems);
    }

    private static bool IsDataset(string folder)
        => Directory.Exists(folder) && (Directory.Exists(Path.Combine(folder, "images")) || MaskBeside.Find(folder, ImageFolderDataset.Extensions).Pairs.Count > 0);

    private sealed class Opening(PreprocessingSpec? preprocessing, string? task)
    {
        public List<DatasetPart> Parts { get; } = [];

        public List<DatasetProblem> Problems { get; } = [];

        public string Volumes(TaskFile file, string root)
        {
            RequireTask(file.Tasks.Select(t => t.Name), Path.Combine(root, "tasks.json"));
            foreach (SegmentationTask each in file.Tasks.Where(t => task is null || t.Name == task))
            {
                foreach (string split in each.Splits.Where(s => s.Value.Count > 0).Select(s => s.Key))
                {
                    SourceFile[] files = [new(Path.Combine(root, each.Image), false, true), new(Path.Combine(root, each.Labels), true, true)];
                    Add(each.Name, split, files, () => file.Open(each.Name, split, preprocessing));
                }
            }

            return $"tasks.json: {file.Tasks.Count} tasks on NIfTI volumes";
        }

        public string Scene(SceneTaskFile file)
        {
            RequireTask(file.Tasks, file.ImagePath);
            foreach (string each in file.Tasks.Where(t => task is null || t == task))
            {
                foreach (string split in file.Splits)
                    Add(each, split, [new(file.ImagePath, false, false), new(file.MaskPath(each), true, false)], () => file.Open(each, split, preprocessing));
            }

            if (Parts.Select(p => ((SceneTileDataset)p.Dataset).ResolutionMessage).FirstOrDefault(m => m != null) is { } message)
                Problems.Add(new DatasetProblem(ProblemSeverity.Warning, "resolution", message));
            return $"tasks.json: {file.Tasks.Count} tasks on tiles of a scene";
        }

        public string Folder(string root, string split)
        {
            if (!Directory.Exists(Path.Combine(root, "images")))
                return Beside(root, split);

            (string images, string masks) = FilePairs.FoldersIn(root);
            bool areVolumes = Directory.EnumerateFiles(images, "*.nii*", SearchOption.AllDirectories).Any();
            IReadOnlyList<FilePair> pairs = Match(images, masks, areVolumes ? NiftiSliceDataset.Extensions : ImageFolderDataset.Extensions);
            if (pairs.Count == 0)
                return "images/ and masks/ without a pair";
            string name = new DirectoryInfo(root).Name;
            Add("", split, Files(pairs, areVolumes), () => areVolumes
                ? new NiftiSliceDataset(name, pairs, new NiftiSliceOptions { Preprocessing = preprocessing ?? PreprocessingSpec.Mri })
                : new ImageFolderDataset(name, pairs, new ImageFolderOptions { Preprocessing = preprocessing ?? Suited(pairs) }));
            if (Parts.LastOrDefault()?.Dataset is ImageFolderDataset { ResolutionMessage: { } message })
                Problems.Add(new DatasetProblem(ProblemSeverity.Warning, "resolution", message));
            return $"images/ and {Path.GetFileName(masks)}/ of {(areVolumes ? "NIfTI volumes" : "pictures")}";
        }

        private IReadOnlyList<FilePair> Match(string images, string masks, IReadOnlyList<string> extensions)
        {
            try
            {
                (IReadOnlyList<FilePair> pairs, IReadOnlyList<string> unpaired) = FilePairs.Match(images, masks, extensions, "", "");
                Problems.AddRange(unpaired.Select(message => new DatasetProblem(ProblemSeverity.Error, "unpaired", message)));
                return pairs;
            }
            catch (InputException exception)
            {
                Problems.Add(new DatasetProblem(ProblemSeverity.Error, "empty", exception.Message));
                return [];
            }
        }

        private string Beside(string root, string split)
        {
            (IReadOnlyList<FilePair> pairs, bool areInstances, IReadOnlyList<string> unpaired) = MaskBeside.Find(root, ImageFolderDataset.Extensions);
            if (pairs.Count == 0)
            {
                throw new InputException(
                    $"{root}: holds no data set that is known: a tasks.json, images/ with masks/ (or labels/), train/ with these, or pictures with masks beside them (cell.png, cell_mask.png) are.");
            }

            if (unpaired.Count > 0)
                Problems.Add(new DatasetProblem(ProblemSeverity.Warning, "unpaired", $"{root}: {unpaired.Count} file(s) without a partner are left out ({FilePairs.Names(unpaired)})."));
            Add("", split, Files(pairs, areVolumes: false), () => new ImageFolderDataset(
                new DirectoryInfo(root).Name, pairs, new ImageFolderOptions { Preprocessing = preprocessing ?? Suited(pairs), MaskMode = areInstances ? MaskMode.Instances : MaskMode.Auto }));
            return "masks beside the pictures";
        }

        // Scenes as scenes; pictures as they are where all have 8 bits, else by percentiles.
        private static PreprocessingSpec Suited(IReadOnlyList<FilePair> pairs)
        {
            if (RasterSource.HasGeoreference(pairs[0].ImagePath))
            {
                using GeoTiffReader scene = GeoTiffReader.Open(pairs[0].ImagePath);
                return DomainProfile.ForScene(scene.Header);
            }

            return PictureKind.AreAll8Bit(pairs.Select(p => p.ImagePath)) ? PreprocessingSpec.Rgb : DomainProfile.Find("microscopy")!.Spec;
        }


        private static SourceFile[] Files(IReadOnlyList<FilePair> pairs, bool areVolumes)
            => [.. pairs.SelectMany(p => new SourceFile[] { new(p.ImagePath, false, areVolumes), new(p.MaskPath, true, areVolumes) })];

        private void Add(string name, string split, SourceFile[] files, Func<ISegmentationDataset> open)
        {
            try
            {
                Parts.Add(new DatasetPart(name, Usual(split), open(), files));
            }
            catch (InputException exception)
            {
                Problems.Add(new DatasetProblem(ProblemSeverity.Error, "unreadable", exception.Message));
            }
        }

        private static string Usual(string split) => split is "valid" or "validation" ? "val" : split;

        private void RequireTask(IEnumerable<string> names, string path)
        {
            if (task != null && !names.Contains(task))
                throw new InputException($"{path}: no task '{task}'; there are {string.Join(", ", names)}.");
        }
    }
}
