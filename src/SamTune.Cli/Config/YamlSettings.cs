using SamTune.Imaging;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace SamTune.Cli.Config;

/// <summary>
/// Settings from a YAML file, looked up by key while flags stand on top. The file is a mapping of scalars, of lists of scalars and of
/// mappings of these; the key of a nested value joins the levels by dots: <c>optimizer.learningRate</c>. A key that nobody knows is an error.
/// </summary>
internal sealed class YamlSettings
{
    /// <summary>Larger files are no settings; the parser would hold them in memory.</summary>
    private const int MaximumBytes = 1 << 20;

    /// <summary>Deeper nesting than any command's settings have.</summary>
    private const int MaximumDepth = 8;

    private readonly Dictionary<string, YamlValue> values = new(StringComparer.Ordinal);
    private readonly string fileName;

    private YamlSettings(string fileName) => this.fileName = fileName;

    /// <summary>Settings without a file: every key keeps its default.</summary>
    public static YamlSettings Empty { get; } = new("(no settings file)");

    /// <summary>Reads a file.</summary>
    /// <param name="path">The YAML file.</param>
    /// <param name="knownKeys">Every key that the command reads, nested ones joined by dots.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="InputException">The file is missing, too large, no YAML, no mapping, or has an unknown or doubled key.</exception>
    public static YamlSettings Load(string path, IReadOnlyCollection<string> knownKeys)
    {
        string name = Path.GetFileName(path);
        FileInfo file = new(path);
        if (!file.Exists)
        {
            throw new InputException($"{path}: there is no such settings file; check the path after --config.");
        }

        if (file.Length > MaximumBytes)
        {
            throw new InputException($"{name}: has {file.Length} bytes; a settings file has at most {MaximumBytes}. Is it another kind of file?");
        }

        try
        {
            return Parse(File.ReadAllText(path), name, knownKeys);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new InputException($"{path}: cannot be read: {exception.Message} Check the file's permissions.", exception);
        }
    }

    /// <summary>Reads settings from text.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="fileName">The name that messages begin with.</param>
    /// <param name="knownKeys">Every key that the command reads.</param>
    /// <returns>The settings.</returns>
    /// <exception cref="InputException">As for <see cref="Load"/>.</exception>
    public static YamlSettings Parse(string yaml, string fileName, IReadOnlyCollection<string> knownKeys)
    {
        YamlSettings settings = new(fileName);
        YamlStream stream = [];
        try
        {
            stream.Load(new StringReader(yaml));
        }
        catch (YamlException exception)
        {
            throw new InputException($"{fileName}, line {exception.Start.Line}: is no YAML: {exception.Message} Write 'key: value' lines.", exception);
        }

        if (stream.Documents.Count > 1)
        {
            throw new InputException($"{fileName}, line {stream.Documents[1].RootNode.Start.Line}: holds {stream.Documents.Count} documents; remove all but one.");
        }

        if (stream.Documents.Count == 1 && !IsNothing(stream.Documents[0].RootNode))
        {
            settings.Collect(stream.Documents[0].RootNode, "", knownKeys, depth: 0);
        }

        return settings;
    }

    /// <summary>The value of a key.</summary>
    /// <param name="key">The key, nested ones joined by dots.</param>
    /// <returns>The value, or null where the file leaves the key out.</returns>
    public YamlValue? Find(string key) => values.GetValueOrDefault(key);

    private static bool IsNothing(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" };

    private void Collect(YamlNode node, string prefix, IReadOnlyCollection<string> knownKeys, int depth)
    {
        if (node is not YamlMappingNode mapping || depth > MaximumDepth)
        {
            throw new InputException($"{fileName}, line {node.Start.Line}: {Place(prefix)} must be a mapping; write 'key: value' lines.");
        }

        foreach ((YamlNode keyNode, YamlNode value) in mapping.Children)
        {
            if (keyNode is not YamlScalarNode { Value: { Length: > 0 } word })
            {
                throw new InputException($"{fileName}, line {keyNode.Start.Line}: a key of {Place(prefix)} is no word; write 'key: value' lines.");
            }

            string key = prefix.Length == 0 ? word : $"{prefix}.{word}";
            if (knownKeys.Contains(key))
            {
                values.Add(key, Value(key, value));
            }
            else if (knownKeys.Any(known => known.StartsWith(key + ".", StringComparison.Ordinal)))
            {
                Collect(value, key, knownKeys, depth + 1);
            }
            else
            {
                throw new InputException($"{fileName}, line {keyNode.Start.Line}: unknown key '{key}'; known keys are {string.Join(", ", knownKeys.Order(StringComparer.Ordinal))}.");
            }
        }
    }

    private YamlValue Value(string key, YamlNode node) => node switch
    {
        YamlScalarNode scalar => new YamlValue(fileName, key, node.Start.Line, IsNothing(scalar) ? null : [scalar.Value ?? ""], IsList: false),
        YamlSequenceNode sequence when sequence.Children.All(c => c is YamlScalarNode) =>
            new YamlValue(fileName, key, node.Start.Line, [.. sequence.Children.Select(c => ((YamlScalarNode)c).Value ?? "")], IsList: true),
        _ => throw new InputException($"{fileName}, line {node.Start.Line}: '{key}' must be one value or a list of values."),
    };

    private static string Place(string prefix) => prefix.Length == 0 ? "the file" : $"'{prefix}'";
}
