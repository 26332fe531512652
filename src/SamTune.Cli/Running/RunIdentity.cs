using System.Text;
using System.Text.Json;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;

namespace SamTune.Cli.Running;

/// <summary>What a resumed run must share with the one it continues, beside the trainer's own settings: the weights it stands on and the recipe for pictures.</summary>
/// <param name="Base">The base's file name.</param>
/// <param name="BaseSha256">The base's fingerprint.</param>
/// <param name="InputSide">Side of the input.</param>
/// <param name="Preprocessing">The recipe.</param>
internal sealed record RunIdentity(string Base, string BaseSha256, int InputSide, PreprocessingSpec Preprocessing)
{
    private const string FileName = "run.json";

    /// <summary>Writes run.json.</summary>
    public void Write(string folder) =>
        AtomicFile.Write(Path.Combine(folder, FileName), stream => stream.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(this) + "\n")));

    /// <summary>Compares with the run in a folder, if there is one.</summary>
    /// <exception cref="InputException">The run stands on another base or recipe, or its file is damaged.</exception>
    public void RequireSame(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            return;
        }

        RunIdentity? started;
        try
        {
            started = JsonSerializer.Deserialize<RunIdentity>(File.ReadAllText(path));
        }
        catch (JsonException exception)
        {
            throw new InputException($"{path}: is damaged, so it cannot be told which base the run stands on; choose another folder after --out.", exception);
        }

        // A run of an older version says less about the same recipe.
        if (started?.Preprocessing is null || started with { Preprocessing = started.Preprocessing.InCurrentVersion() } != this with { Base = started.Base })
        {
            throw new InputException(
                $"{path}: the run was started on the base '{started?.Base}' with input side {started?.InputSide} and intensity '{started?.Preprocessing}'; resume with the same, or choose another folder after --out.");
        }
    }
}
