using SamTune.Checkpoints.Registry;
using SamTune.Cli.Output;
using SamTune.Cli.Running;

namespace SamTune.Cli.Commands;

/// <summary>What <c>samtune pull --list</c> prints.</summary>
internal static class ModelList
{
    /// <summary>Writes every model that has a name.</summary>
    public static void Write(TextWriter output, ModelPlaces places, bool json)
    {
        IReadOnlyList<RegistryEntry> entries = places.Registry.Entries;
        if (json)
        {
            JsonOutput.Write(output, new
            {
                Cache = places.Cache.Folder,
                Models = entries.Select(e => new
                {
                    e.Name,
                    e.Aliases,
                    e.Architecture,
                    e.Bytes,
                    e.Sha256,
                    e.Licence,
                    e.Source,
                    e.Description,
                    Path = places.Cache.Find(e),
                    Cached = places.Cache.Find(e) != null,
                }),
            });
            return;
        }

        TextTable.WriteColumns(
            output,
            ["name", "bytes", "licence", "cached", "source", "description"],
            entries.Select(e => new[]
            {
                e.Name,
                e.Bytes is { } bytes ? TextTable.Count(bytes) : "unknown",
                e.Licence,
                places.Cache.Find(e) != null ? "yes" : "no",
                e.Source,
                e.Description + (e.Sha256 == null ? "; no SHA-256 is published" : ""),
            }));
        output.WriteLine();
        output.WriteLine($"{ModelRegistry.BundledName} comes with samtune. Downloads lie in {places.Cache.Folder}");
    }
}
