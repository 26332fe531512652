namespace SamTune.Evaluation.Documents;

/// <summary>One piece of a report, whatever it is written as.</summary>
internal abstract record ReportBlock;

/// <summary>A heading; level 1 is the title.</summary>
internal sealed record Heading(int Level, string Text) : ReportBlock;

/// <summary>A paragraph.</summary>
internal sealed record Paragraph(string Text) : ReportBlock;

/// <summary>A list.</summary>
internal sealed record Bullets(IReadOnlyList<string> Items) : ReportBlock;

/// <summary>A table; the first column names the rows.</summary>
internal sealed record Table(IReadOnlyList<string> Head, IReadOnlyList<IReadOnlyList<string>> Rows) : ReportBlock;

/// <summary>A picture beside the report, with heads over its columns where it has some.</summary>
internal sealed record Picture(string File, string Alternative, string Caption, IReadOnlyList<string> Columns) : ReportBlock;
