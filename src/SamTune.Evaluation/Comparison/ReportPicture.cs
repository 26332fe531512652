namespace SamTune.Evaluation.Comparison;

/// <summary>A picture of the report.</summary>
/// <param name="Role">Where it stands.</param>
/// <param name="File">The PNG, relative to the report's folder, with '/' between folders.</param>
/// <param name="Alternative">What it shows, for those who cannot see it.</param>
/// <param name="Caption">What to see in it.</param>
/// <param name="Columns">Heads of its columns, all of one width, from left to right; methods by their names on the command line. Empty where it has none.</param>
public sealed record ReportPicture(PictureRole Role, string File, string Alternative, string Caption, IReadOnlyList<string> Columns)
{
    /// <summary>The method it is about; null where it is about all.</summary>
    public string? Method { get; init; }
}
