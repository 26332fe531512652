namespace SamTune.Data.Dicom;

/// <summary>What the headers of a DICOM series say about it.</summary>
/// <param name="Number">Series number (0020,0011); null where it is missing.</param>
/// <param name="Description">Series description (0008,103E), or a name made from the number.</param>
/// <param name="Modality">Modality (0008,0060), such as CT or MR; null where it is missing.</param>
public sealed record DicomSeriesInfo(int? Number, string Description, string? Modality);
