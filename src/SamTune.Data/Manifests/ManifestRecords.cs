using System.Text.Json;
using System.Text.Json.Serialization;

namespace SamTune.Data.Manifests;

/// <summary>A record whose unknown keys are kept, so that they can be refused by name.</summary>
internal abstract record ManifestRecord
{
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; init; }
}

/// <summary>First line of a manifest.</summary>
internal sealed record ManifestHeader : ManifestRecord
{
    public const int CurrentVersion = 1;

    /// <summary>Version of the format; the key tells a manifest from other files of JSON lines.</summary>
    [JsonPropertyName("samtune_manifest")]
    public required int Version { get; init; }

    public required string Name { get; init; }

    /// <summary>Names of classes by id.</summary>
    public required SortedDictionary<int, string> Classes { get; init; }

    /// <summary>How pictures become 8-bit RGB, or became it where they are prepared; as they are when missing.</summary>
    public JsonElement? Preprocessing { get; init; }
}

/// <summary>Any other line: one picture.</summary>
internal sealed record ManifestSample : ManifestRecord
{
    public required string Id { get; init; }

    /// <summary>Picture file, relative to the manifest.</summary>
    public required string Image { get; init; }

    /// <summary>True when the file is the 8-bit RGB picture itself, not what it was made from.</summary>
    public bool Prepared { get; init; }

    /// <summary>Patient, volume or scene; the id when missing.</summary>
    public string? Group { get; init; }

    /// <summary>"train", "val", "test" or any other word; no part when missing.</summary>
    public string? Split { get; init; }

    /// <summary>Millimetres from row to row and from column to column.</summary>
    public double[]? SpacingMm { get; init; }

    public required IReadOnlyList<ManifestObject> Objects { get; init; }
}

/// <summary>One object, given by exactly one of a mask file, a value of a label file, or run lengths.</summary>
internal sealed record ManifestObject : ManifestRecord
{
    /// <summary>Id of the class; written though 0 is what a missing number would be.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public required int Class { get; init; }

    /// <summary>File of a binary mask, relative to the manifest.</summary>
    public string? Mask { get; init; }

    /// <summary>Label file, relative to the manifest.</summary>
    public string? Labels { get; init; }

    /// <summary>The object's value in the label file.</summary>
    public int? Value { get; init; }

    /// <summary>Run lengths as COCO writes them.</summary>
    public ManifestRunLength? Rle { get; init; }
}

/// <summary>COCO's compressed run lengths.</summary>
internal sealed record ManifestRunLength : ManifestRecord
{
    /// <summary>[height, width].</summary>
    public required int[] Size { get; init; }

    public required string Counts { get; init; }
}
