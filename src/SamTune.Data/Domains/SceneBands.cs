using SamTune.Imaging;

namespace SamTune.Data.Domains;

/// <summary>Chooses the bands of a scene by their names.</summary>
public static class SceneBands
{
    private static readonly string[] Usual = ["red", "green", "blue", "near infrared"];

    // Whole words of names, lower case: what agencies and libraries call the bands.
    private static readonly Dictionary<string, string[]> Words = new(StringComparer.Ordinal)
    {
        ["red"] = ["red", "r"],
        ["green"] = ["green", "g"],
        ["blue"] = ["blue", "b"],
        ["near infrared"] = ["near infrared", "nir", "near-infrared", "nearinfrared", "nir1"],
    };

    /// <summary>Takes the bands that the model sees.</summary>
    /// <param name="scene">A scene. Without band names 3 bands are red, green, blue and 4 are these with near infrared.</param>
    /// <param name="nearInfrared">What becomes of the near infrared.</param>
    /// <param name="source">File it came from, for messages.</param>
    /// <param name="names">Names in the scene's order instead of its own; null for its own.</param>
    /// <returns>(H, W, 3) red, green, blue, or near infrared, red, green; or (H, W, 4) red, green, blue, near infrared; (H, W, 1) where there is one band and no near infrared is wanted, which is shown as grey.</returns>
    /// <exception cref="InputException">A band that is needed is not there, or is there twice.</exception>
    public static Raster Select(Raster scene, NearInfrared nearInfrared, string source, IReadOnlyList<string>? names = null)
    {
        ArgumentNullException.ThrowIfNull(scene);
        if (scene.Channels == 1 && nearInfrared == NearInfrared.Drop)
            return scene;
        IReadOnlyList<string> bands = Names(scene, names, source);
        string[] wanted = nearInfrared switch
        {
            NearInfrared.FalseColour => ["near infrared", "red", "green"],
            NearInfrared.FourChannels => Usual,
            _ => Usual[..3],
        };
        int[] positions = [.. wanted.Select(w => Find(bands, w, source))];
        int channels = positions.Length;
        var samples = new float[checked((int)scene.Size.PixelCount * channels)];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = scene.Samples[(i / channels * scene.Channels) + positions[i % channels]];
        return new Raster(scene.Size, channels, samples, scene.StoredAs) { BandNames = wanted, Resolution = scene.Resolution };
    }

    /// <summary>Whether names tell which bands are red, green and blue.</summary>
    /// <param name="names">Names of the bands in their order; may be none.</param>
    public static bool HasColours(IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return Usual[..3].All(colour => Matches(names, colour).Length == 1);
    }

    private static IReadOnlyList<string> Names(Raster scene, IReadOnlyList<string>? given, string source)
    {
        IReadOnlyList<string>? names = given ?? (scene.BandNames.Count > 0 ? scene.BandNames : null);
        if (names == null)
        {
            return scene.Channels is 3 or 4 ? Usual[..scene.Channels] : throw new InputException(
                $"{source}: {scene.Channels} bands without names; name them in their order, such as blue,green,red,nir.");
        }

        return names.Count == scene.Channels ? names : throw new InputException(
            $"{source}: {scene.Channels} bands but {names.Count} names ({string.Join(", ", names)}); name every band once, in order.");
    }

    private static int Find(IReadOnlyList<string> bands, string wanted, string source)
    {
        int[] found = Matches(bands, wanted);
        return found.Length == 1 ? found[0] : throw new InputException(
            $"{source}: {(found.Length == 0 ? "no band" : $"{found.Length} bands")} of {string.Join(", ", bands)} can be {wanted}; exactly one is needed: name the bands.");
    }

    private static int[] Matches(IReadOnlyList<string> bands, string wanted)
        => [.. Enumerable.Range(0, bands.Count).Where(i => Words[wanted].Any(word => Holds(bands[i], word)))];

    private static bool Holds(string name, string word)
        => $" {name.ToLowerInvariant().Replace('_', ' ')} ".Contains($" {word} ", StringComparison.Ordinal);
}
