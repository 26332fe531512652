using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SamTune.Imaging;
using SamTune.Imaging.Nifti;

namespace SamTune.Data.Dicom;

/// <summary>
/// DICOM series as volumes, through dcm2niix (Li et al. 2016, "The first step for neuroimaging data analysis: DICOM to NIfTI conversion",
/// J. Neurosci. Methods 264), which sorts slices by their position, whatever the files are called, decodes compressed pixels and scales
/// them to the modality's unit (HU for CT). The program is called, not linked: it must be installed.
/// </summary>
public static class DicomSeries
{
    private const int MessageLength = 300;

    // What dcm2niix adds to the name of a volume that it interpolated because the slices lie at uneven distances; it writes no description of it.
    private const string EquidistantMark = "_Eq_";

    /// <summary>
    /// True for a folder that holds DICOM files, by the extension .dcm or the mark after the preamble (DICOM PS3.10, section 7.1). Other files, such as a README, may lie between them.
    /// </summary>
    /// <param name="folder">The folder, without its subfolders.</param>
    public static bool IsSeries(string folder) => Directory.Exists(folder) && Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Any(IsDicom);

    /// <summary>The folders at and below a place that hold DICOM files, in ordinal order.</summary>
    /// <param name="root">The place.</param>
    public static IReadOnlyList<string> FindFolders(string root)
    {
        if (!Directory.Exists(root))
            return [];
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System };
        return [.. Directory.EnumerateDirectories(root, "*", options).Prepend(root).Order(StringComparer.Ordinal).Where(IsSeries)];
    }

    private static bool IsDicom(string file)
    {
        if (file.EndsWith(".dcm", StringComparison.OrdinalIgnoreCase))
            return true;
        try
        {
            using FileStream stream = File.OpenRead(file);
            Span<byte> start = stackalloc byte[132];
            return stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false) == start.Length && start[128..].SequenceEqual("DICM"u8);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // What cannot be opened is no reason to take a folder for a series.
            return false;
        }
    }

    /// <summary>Reads a series into memory.</summary>
    /// <param name="folder">Folder of DICOM files, subfolders included.</param>
    /// <param name="options">Which series and how; the default when null.</param>
    /// <exception cref="InputException">dcm2niix is missing, fails or takes too long, or there is not exactly one volume to
    /// choose.</exception>
    public static NiftiVolume Read(string folder, DicomOptions? options = null)
        => ConvertOne(folder, options, path => NiftiVolume.Read(path));

    /// <summary>Reads every series of a folder, one after the other.</summary>
    /// <param name="folder">Folder of DICOM files, without its subfolders.</param>
    /// <param name="use">Takes what is known about a series, and its volume as a NIfTI file that is gone afterwards.</param>
    /// <param name="options">How; the series number is not used. The default when null.</param>
    /// <returns>What <paramref name="use"/> made of each volume; a series of several echoes or at uneven distances gives several.</returns>
    /// <exception cref="InputException">dcm2niix is missing, fails, takes too long or makes no volume.</exception>
    public static IReadOnlyList<T> ReadAll<T>(string folder, Func<DicomSeriesInfo, string, T> use, DicomOptions? options = null)
        => Convert(folder, options ?? DicomOptions.Default, subfolders: false, volumes => volumes.Count > 0
            ? volumes.ConvertAll(v => use(v.Info, v.Path))
            : throw NoVolume(folder));

    /// <summary>Converts a series to a NIfTI file.</summary>
    /// <param name="folder">Folder of DICOM files, subfolders included.</param>
    /// <param name="path">.nii file to write; an existing one is replaced, and only by a complete one.</param>
    /// <param name="options">Which series and how; the default when null.</param>
    /// <exception cref="InputException">As for <see cref="Read"/>, or the file cannot be written.</exception>
    public static void ConvertToNifti(string folder, string path, DicomOptions? options = null)
    {
        if (!path.EndsWith(".nii", StringComparison.OrdinalIgnoreCase))
            throw new InputException($"{path}: a series is written uncompressed; give a name that ends in .nii.");
        ConvertOne(folder, options, made =>
        {
            _ = NiftiVolume.Read(made);
            AtomicFile.Write(path, target =>
            {
                using FileStream source = File.OpenRead(made);
                source.CopyTo(target);
            });
            return true;
        });
    }

    private static T ConvertOne<T>(string folder, DicomOptions? options, Func<string, T> use)
        => Convert(folder, options ?? DicomOptions.Default, subfolders: true, volumes => use(Choose(folder, volumes, options?.SeriesNumber)));

    private static T Convert<T>(string folder, DicomOptions options, bool subfolders, Func<List<Volume>, T> use)
    {
        options.Validate();
        if (!Directory.Exists(folder))
            throw new InputException($"{folder}: no such folder; a folder of DICOM files is needed.");
        DirectoryInfo output = Directory.CreateTempSubdirectory("samtune-dicom-");
        try
        {
            Run(folder, output.FullName, subfolders, options);
            return use(Volumes(output.FullName));
        }
        catch (InputException exception) when (exception.Message.StartsWith(output.FullName, StringComparison.Ordinal))
        {
            // The volume is gone when the message is read.
            string problem = exception.Message[output.FullName.Length..].TrimStart(Path.DirectorySeparatorChar);
            throw new InputException($"{folder}: dcm2niix made a volume of it that cannot be used ({problem}); the headers are damaged, export the series again.", exception);
        }
        finally
        {
            output.Delete(recursive: true);
        }
    }

    private static void Run(string folder, string output, bool subfolders, DicomOptions options)
    {
        var start = new ProcessStartInfo(options.Program)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            CreateNoWindow = true,
        };
        foreach (string argument in new[] { "-d", subfolders ? "5" : "0", "-b", "y", "-z", "n", "-f", "series%s", "-o", output, Path.GetFullPath(folder) })
            start.ArgumentList.Add(argument);
        var said = new StringBuilder();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += (_, line) => Collect(said, line.Data);
        process.ErrorDataReceived += (_, line) => Collect(said, line.Data);
        try
        {
            process.Start();
        }
        catch (Win32Exception exception)
        {
            throw new InputException(
                $"{folder}: DICOM series are read through {options.Program}, which cannot be started ({exception.Message}); install the "
                    + "Debian package dcm2niix (apt-get install dcm2niix) and have it on the PATH, or convert the series to NIfTI elsewhere.",
                exception);
        }

        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(options.Timeout))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            throw new InputException(
                $"{folder}: {options.Program} was not done after {options.Timeout.TotalSeconds:0} s and was stopped; give it more time, "
                    + "or fewer files at once.");
        }

        // Without a time limit this also waits for the last lines of output.
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            string text;
            lock (said)
                text = said.ToString();
            throw new InputException(
                $"{folder}: {options.Program} ended with code {process.ExitCode} ({text.Trim().TrimEnd(';')}); a folder of DICOM images "
                    + "of one study is needed.");
        }
    }

    private static void Collect(StringBuilder said, string? line)
    {
        lock (said)
        {
            // The first line is the program's version.
            if (!string.IsNullOrWhiteSpace(line)
                && !line.StartsWith("Chris Rorden", StringComparison.Ordinal)
                && said.Length < MessageLength)
                said.Append(line.Trim()).Append("; ");
        }
    }

    private static List<Volume> Volumes(string output)
    {
        var volumes = new List<Volume>();
        foreach (string file in Directory.EnumerateFiles(output, "*.nii", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            DicomSeriesInfo info = ReadSidecar(Path.ChangeExtension(file, ".json"));
            volumes.Add(new Volume(file, info.Description.Length > 0 ? info : info with { Description = Path.GetFileNameWithoutExtension(file) }));
        }

        return volumes;
    }

    // What dcm2niix writes beside a volume (BIDS); "%s" of the file name is the series number too, but loses suffixes.
    private static DicomSeriesInfo ReadSidecar(string path)
    {
        if (!File.Exists(path))
            return new DicomSeriesInfo(null, "", null);
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(path));
            JsonElement root = json.RootElement;
            bool numbered = root.TryGetProperty("SeriesNumber", out JsonElement value) && value.ValueKind == JsonValueKind.Number;
            return new DicomSeriesInfo(numbered && value.TryGetInt32(out int number) ? number : null, Text(root, "SeriesDescription") ?? "", Text(root, "Modality"));
        }
        catch (JsonException exception)
        {
            throw new InputException(
                $"{path}: dcm2niix wrote a description that is no JSON ({exception.Message.ReplaceLineEndings(" ")}); convert the "
                    + "series with dcm2niix yourself.",
                exception);
        }
    }

    private static string? Text(JsonElement root, string key) => root.TryGetProperty(key, out JsonElement text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;

    private static InputException NoVolume(string folder) => new($"{folder}: dcm2niix made no volume of it; a folder of DICOM images is needed.");

    private static string Choose(string folder, List<Volume> volumes, int? number)
    {
        string list = string.Join(", ", volumes.Select(v => $"{v.Info.Number?.ToString(CultureInfo.InvariantCulture) ?? "?"} ({v.Info.Description})"));
        if (volumes.Count == 0)
            throw NoVolume(folder);
        RefuseUneven(folder, volumes, number);
        List<Volume> chosen = number == null ? volumes : [.. volumes.Where(v => v.Info.Number == number)];
        if (chosen.Count == 1)
            return chosen[0].Path;
        if (chosen.Count == 0)
            throw new InputException($"{folder}: no series {number}; there are {list}: choose one by its number.");
        throw new InputException(chosen.DistinctBy(v => v.Info.Number).Count() > 1
            ? $"{folder}: holds several series, {list}; choose one by its series number."
            : $"{folder}: one series gives {chosen.Count} volumes, {list} (echoes, phases or slices at uneven distances); convert it with "
                + "dcm2niix and choose a file.");
    }

    // A volume that dcm2niix interpolated stands for a series with a gap, whose own volume claims even distances.
    private static void RefuseUneven(string folder, List<Volume> volumes, int? number)
    {
        foreach (Volume even in volumes)
        {
            int mark = even.Path.LastIndexOf(EquidistantMark, StringComparison.Ordinal);
            if (mark < 0 || volumes.Find(v => v.Path == even.Path[..mark] + Path.GetExtension(even.Path)) is not { } series || (number != null && series.Info.Number != number))
                continue;
            throw new InputException(
                $"{folder}: the slices of series {series.Info.Number?.ToString(CultureInfo.InvariantCulture) ?? "?"} ({series.Info.Description}) lie at uneven distances, because some are missing or unreadable; "
                    + $"add the missing files, or convert the folder with dcm2niix and take {Path.GetFileName(even.Path)}, whose slices are interpolated.");
        }
    }

    private sealed record Volume(string Path, DicomSeriesInfo Info);
}
