using System.Text.Json.Serialization;

namespace SamTune.Adaptation.Bands;

/// <summary>What the filters of extra bands are before training.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BandInitialisation>))]
public enum BandInitialisation
{
    /// <summary>Zero: any picture gives what the base gives for its red, green and blue.</summary>
    [JsonStringEnumMemberName("zero")]
    Zero,

    /// <summary>
    /// The mean of the filters for red, green and blue, with all filters scaled by 3 / (3 + bands): where the normalised bands are all equal, the picture gives what the base gives, and
    /// elsewhere the new bands count from the first step on.
    /// </summary>
    [JsonStringEnumMemberName("rgb_mean")]
    RgbMean,
}
