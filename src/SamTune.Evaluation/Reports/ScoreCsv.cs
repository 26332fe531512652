using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using SamTune.Imaging;

namespace SamTune.Evaluation.Reports;

/// <summary>
/// Object scores as a CSV file: UTF-8 without mark, comma, one header line, lines end in LF. Numbers are written so that they read back to
/// the same bits. An infinite Hausdorff distance is the word <c>Infinity</c> (pandas and R read it); what is not known is an empty field.
/// </summary>
public static class ScoreCsv
{
    private const int LongestField = 1 << 16;

    /// <summary>Writes the rows in the order given.</summary>
    /// <param name="path">File to create or replace, atomically.</param>
    /// <param name="scores">The rows; none gives a file with a header only.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<ObjectScore> scores) => AtomicFile.Write(path, stream =>
    {
        using var text = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
        using var csv = new CsvWriter(text, Configuration(), leaveOpen: true);
        csv.Context.RegisterClassMap<Columns>();
        try
        {
            csv.WriteRecords(scores);
        }
        catch (WriterException exception) when (exception.InnerException is { } cause)
        {
            // A full disk, or a failure of whoever computes the scores: what happened, not that it happened while writing CSV.
            ExceptionDispatchInfo.Throw(cause);
        }
    });

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file is missing, a column is missing, or a field is not what its column holds.</exception>
    public static IReadOnlyList<ObjectScore> Read(string path)
    {
        try
        {
            RequireLastLineEnd(path);
            using var text = new StreamReader(path, new UTF8Encoding(false, throwOnInvalidBytes: true));
            using var csv = new CsvReader(text, Configuration());
            csv.Context.RegisterClassMap<Columns>();
            var scores = new List<ObjectScore>();
            foreach (ObjectScore score in csv.GetRecords<ObjectScore>())
            {
                Validate(score, $"{path}: line {csv.Parser.RawRow}");
                scores.Add(score);
            }

            return scores;
        }
        catch (CsvHelperException exception)
        {
            throw new InputException(Explain(path, exception), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DecoderFallbackException)
        {
            throw new InputException(
                $"{path}: cannot be read ({exception.Message.ReplaceLineEndings(" ")}); pass a scores CSV that an evaluation wrote.", exception);
        }
    }

    private static CsvConfiguration Configuration() => new(CultureInfo.InvariantCulture)
    {
        NewLine = "\n",
        MaxFieldSize = LongestField,
        DetectDelimiter = false,
    };

    // Every row ends in LF: a file that does not was cut off inside a row, whose last number may then read as another number.
    private static void RequireLastLineEnd(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        stream.Seek(-Math.Min(1, stream.Length), SeekOrigin.End);
        if (stream.ReadByte() != '\n')
        {
            throw new InputException($"{path}: does not end with a line break, so it may be cut off; write the file again with evaluate.");
        }
    }

    private static void Validate(ObjectScore score, string place)
    {
        RequireShare(score.Dice, "dice", place);
        RequireShare(score.IntersectionOverUnion, "iou", place);
        RequireShare(score.SurfaceDice, "surface_dice", place);
        Require(score.HausdorffDistance95 >= 0, place, "hd95_mm", score.HausdorffDistance95, "0 or more, or Infinity");
        Require(score.TruthArea >= 0, place, "truth_area_px", score.TruthArea, "0 or more");
        Require(score.PredictedArea >= 0, place, "predicted_area_px", score.PredictedArea, "0 or more");
        Require(score.Clicks >= 0, place, "clicks", score.Clicks, "0 or more");
    }

    private static void RequireShare(double value, string column, string place) =>
        Require(value is >= 0 and <= 1, place, column, value, "between 0 and 1");

    private static void Require(bool holds, string place, string column, double found, string needed)
    {
        if (!holds)
        {
            throw new InputException(
                $"{place}, column '{column}': found {found}, needed a number {needed}; write the file again with evaluate.");
        }
    }

    private static string Explain(string path, CsvHelperException exception)
    {
        const string Remedy = "write the file again with evaluate";
        return exception switch
        {
            HeaderValidationException header =>
                $"{path}: line 1 has no column '{string.Join("', '", header.InvalidHeaders.SelectMany(h => h.Names))}'; {Remedy}.",
            CsvHelper.TypeConversion.TypeConverterException field =>
                $"{path}: line {Line(exception)}, column '{field.MemberMapData.Names.FirstOrDefault()}': "
                + $"found '{field.Text?.ReplaceLineEndings(" ")}', needed a {Describe(field.MemberMapData.Type)}; {Remedy}.",
            CsvHelper.MissingFieldException =>
                $"{path}: line {Line(exception)} has fewer fields than the header; it may be cut off; {Remedy}.",
            _ => $"{path}: line {Line(exception)} is not valid CSV ({exception.GetType().Name}); {Remedy}.",
        };
    }

    private static int Line(CsvHelperException exception) => exception.Context?.Parser?.RawRow ?? 1;

    private static string Describe(Type? type) => type == typeof(int) ? "whole number" : "number";

    private sealed class Columns : ClassMap<ObjectScore>
    {
        public Columns()
        {
            Map(s => s.SampleId).Name("sample");
            Map(s => s.Group).Name("group");
            Map(s => s.ObjectIndex).Name("object");
            Map(s => s.ClassId).Name("class_id");
            Map(s => s.ClassName).Name("class");
            Map(s => s.PromptKind).Name("prompt");
            Map(s => s.Dice).Name("dice");
            Map(s => s.IntersectionOverUnion).Name("iou");
            Map(s => s.SurfaceDice).Name("surface_dice");
            Map(s => s.HausdorffDistance95).Name("hd95_mm");
            Map(s => s.PredictedIou).Name("predicted_iou");
            Map(s => s.TruthArea).Name("truth_area_px");
            Map(s => s.PredictedArea).Name("predicted_area_px");
            Map(s => s.Clicks).Name("clicks");
            Map(s => s.BoxLooseness).Name("box_looseness");
        }
    }
}
