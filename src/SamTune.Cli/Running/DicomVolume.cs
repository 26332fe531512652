using SamTune.Data.Datasets;
using SamTune.Data.Dicom;
using SamTune.Imaging;

namespace SamTune.Cli.Running;

/// <summary>Volumes by their paths; a DICOM series as a NIfTI file that lives as long as the program: data of patients are not left behind.</summary>
internal static class DicomVolume
{
    /// <summary>Whether a path is a volume by its name, or a folder with DICOM files in or below it.</summary>
    public static bool IsVolume(string path) =>
        NiftiSliceDataset.IsVolume(path) || DicomSeries.FindFolders(path).Count > 0;

    /// <summary>Refuses a folder that is no volume.</summary>
    /// <param name="path">A file or folder.</param>
    /// <exception cref="InputException">The folder holds no DICOM files.</exception>
    public static void RefuseOtherFolder(string path)
    {
        if (Directory.Exists(path) && !IsVolume(path))
        {
            throw new InputException($"{path}: is a folder without DICOM files; name a file, or a folder that holds a DICOM series.");
        }
    }

    /// <summary>The NIfTI file to read a volume from.</summary>
    /// <param name="path">A NIfTI file, or a folder of DICOM files.</param>
    /// <param name="seriesNumber">Series of a folder to take; the only one when null.</param>
    /// <returns>The path itself, or that of the converted series.</returns>
    /// <exception cref="InputException">The folder holds no DICOM files, cannot be converted, or holds several series.</exception>
    public static string FileOf(string path, int? seriesNumber)
    {
        RefuseOtherFolder(path);
        return Directory.Exists(path) ? Convert(path, seriesNumber) : path;
    }

    private static string Convert(string folder, int? seriesNumber)
    {
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("samtune-volume-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => temporary.Delete(recursive: true);
        string path = Path.Combine(temporary.FullName, $"{new DirectoryInfo(folder).Name}.nii");
        DicomSeries.ConvertToNifti(folder, path, new DicomOptions { SeriesNumber = seriesNumber });
        return path;
    }
}
