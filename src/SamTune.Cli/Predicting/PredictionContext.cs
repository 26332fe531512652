using SamTune.Imaging;
using SamTune.Inference;

namespace SamTune.Cli.Predicting;

/// <summary>What every kind of prediction works with.</summary>
/// <param name="Path">The picture, volume or scene.</param>
/// <param name="Folder">Where results go; created when there are any.</param>
/// <param name="Predictor">The model, with its adapter.</param>
/// <param name="Intensity">How samples become 8 bits.</param>
/// <param name="Json">Whether the report itself is printed.</param>
/// <param name="Output">Results.</param>
/// <param name="Error">Progress.</param>
/// <param name="Cancel">Stops between steps.</param>
internal sealed record PredictionContext(
    string Path, string Folder, SamPredictor Predictor, IntensityChoice Intensity, bool Json, TextWriter Output, TextWriter Error, CancellationToken Cancel)
{
    /// <summary>A path inside the results' folder.</summary>
    public string At(string file) => System.IO.Path.Combine(Folder, file);

    /// <summary>Writes the report as a file, and prints it or the lines for a reader.</summary>
    public void Report<T>(string file, T report, IEnumerable<(string Name, string Value)> lines)
    {
        using var text = new StringWriter();
        Cli.Output.JsonOutput.Write(text, report);
        AtomicFile.Write(At(file), stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text.ToString())));
        if (Json)
        {
            Output.Write(text.ToString());
        }
        else
        {
            Cli.Output.TextTable.WritePairs(Output, lines);
        }
    }
}
