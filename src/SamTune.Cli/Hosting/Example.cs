namespace SamTune.Cli.Hosting;

/// <summary>A line of a command's help.</summary>
/// <param name="CommandLine">What to type.</param>
/// <param name="Meaning">What it does.</param>
internal sealed record Example(string CommandLine, string Meaning);
