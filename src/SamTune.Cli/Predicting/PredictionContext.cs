using System.Text.Json.Nodes;
using SamTune.Cli.Running;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Inference;

namespace SamTune.Cli.Predicting;

/// <summary>What every kind of prediction works with.</summary>
/// <param name="Path">The picture, volume or scene as it was named.</param>
/// <param name="Folder">Where results go; created when there are any.</param>
/// <param name="Predictor">The model, with its adapter.</param>
/// <param name="Recipe">Carries out the recipe from samples to 8 bits: the adapter's, else that of the flags, else the usual one for this kind of file, which is handed in.</param>
/// <param name="Domain">The domain that was chosen; null without a set of adapters.</param>
/// <param name="Json">Whether the report itself is printed.</param>
/// <param name="Output">Results.</param>
/// <param name="Error">Progress.</param>
/// <param name="Cancel">Stops between steps.</param>
internal sealed record PredictionContext(
    string Path, string Folder, SamPredictor Predictor, Func<PreprocessingSpec, Preprocessor> Recipe, ChosenDomain? Domain, bool Json, TextWriter Output, TextWriter Error, CancellationToken Cancel)
{
    /// <summary>The file to read: <see cref="Path"/>, or of a folder of DICOM files the converted series.</summary>
    public string File { get; init; } = Path;

    /// <summary>A path inside the results' folder.</summary>
    public string At(string file) => System.IO.Path.Combine(Folder, file);

    /// <summary>Writes the report as a file, and prints it or the lines for a reader. Which domain was chosen, and how surely, is added behind its first property, the file.</summary>
    public void Report<T>(string file, T report, IEnumerable<(string Name, string Value)> lines)
    {
        using var text = new StringWriter();
        JsonObject all = Cli.Output.JsonOutput.ToObject(report);
        if (Domain is { } used)
        {
            foreach ((int at, KeyValuePair<string, JsonNode?> property) in Cli.Output.JsonOutput.ToObject(
                new { Domain = used.Name, used.Nearest, used.Confidence, ConfidenceThreshold = used.Threshold }).ToArray().Index())
            {
                all.Insert(at + 1, property.Key, property.Value?.DeepClone());
            }
        }

        Cli.Output.JsonOutput.Write(text, all);
        AtomicFile.Write(At(file), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text.ToString())));
        if (Json)
        {
            Output.Write(text.ToString());
        }
        else
        {
            if (Domain is { } chosen)
            {
                string sure = chosen.Confidence is { } confidence ? FormattableString.Invariant($", nearest {chosen.Nearest} with confidence {confidence:0.00}, {chosen.Threshold:0.00} needed") : "";
                Output.WriteLine($"domain {chosen.Name}{sure}");
            }

            Cli.Output.TextTable.WritePairs(Output, lines);
        }
    }
}
