using System.CommandLine;
using SamTune.Checkpoints.Registry;
using SamTune.Imaging;

namespace SamTune.Cli.Running;

/// <summary>What stands behind <c>--base</c>: a file, a folder, or the name of a model.</summary>
internal static class BaseName
{
    /// <summary>The help of <c>--base</c> where any model may stand.</summary>
    public const string Help = $"The SAM checkpoint: a file, or a name that 'samtune pull --list' shows ({Default}).";

    /// <summary>The base where none is named: the small model that comes with the program.</summary>
    public const string Default = ModelRegistry.BundledName;

    /// <summary>The flag <c>--base</c>.</summary>
    public static Option<string?> Flag() => new("--base") { Description = Help };

    /// <summary>Finds the file of a base model.</summary>
    /// <param name="value">What was typed.</param>
    /// <returns>The path of a checkpoint; the value itself where it is one.</returns>
    /// <exception cref="InputException">It is a model's name, but the model is not there; or it is neither a name nor a path.</exception>
    public static string Resolve(string value) => IsPath(value) ? value : Resolve(value, ModelPlaces.Find(Environment.GetEnvironmentVariable));

    /// <summary>The same with the places to look at.</summary>
    public static string Resolve(string value, ModelPlaces places)
    {
        if (IsPath(value))
        {
            return value;
        }

        if (value == ModelRegistry.BundledName)
        {
            return File.Exists(places.BundledFile)
                ? places.BundledFile
                : throw new InputException($"{value}: comes with samtune, but {places.BundledFile} does not exist; install samtune again, or name another model.");
        }

        if (places.Registry.Find(value) is { } entry)
        {
            return places.Cache.Find(entry)
                ?? throw new InputException($"{value}: is not in the folder of downloaded models ({places.Cache.PathOf(entry)}); run: samtune pull {value}");
        }

        // A name that says where a file should be is the loader's to complain about.
        return Path.HasExtension(value) || value.AsSpan().ContainsAny('/', '\\')
            ? value
            : throw new InputException(
                $"{value}: is neither a file nor a model's name; choose {ModelRegistry.BundledName}, {string.Join(", ", places.Registry.Entries.Select(e => e.Name))}, or give the path of a checkpoint.");
    }

    /// <summary>Whether a model of the registry was downloaded.</summary>
    public static bool IsThere(string name)
    {
        var places = ModelPlaces.Find(Environment.GetEnvironmentVariable);
        return places.Registry.Find(name) is { } entry && places.Cache.Find(entry) != null;
    }

    private static bool IsPath(string value) => File.Exists(value) || Directory.Exists(value);
}
