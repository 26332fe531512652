using SamTune.Data.Dicom;

namespace SamTune.Cli.Running;

/// <summary>A DICOM series as a NIfTI file that lives as long as the program: data of patients are not left behind.</summary>
internal static class DicomVolume
{
    /// <summary>Converts a folder.</summary>
    /// <param name="folder">Folder of DICOM files.</param>
    /// <param name="seriesNumber">Series to take; the only one when null.</param>
    /// <returns>Path of the volume.</returns>
    public static string Convert(string folder, int? seriesNumber)
    {
        DirectoryInfo temporary = Directory.CreateTempSubdirectory("samtune-volume-");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => temporary.Delete(recursive: true);
        string path = Path.Combine(temporary.FullName, $"{new DirectoryInfo(folder).Name}.nii");
        DicomSeries.ConvertToNifti(folder, path, new DicomOptions { SeriesNumber = seriesNumber });
        return path;
    }
}
