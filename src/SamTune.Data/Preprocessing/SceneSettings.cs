using SamTune.Data.Domains;

namespace SamTune.Data.Preprocessing;

/// <summary>How a scene of several bands becomes colours.</summary>
/// <param name="NearInfrared">What becomes of the near infrared band.</param>
/// <param name="MetresPerPixel">Ground resolution that scenes are brought to; see <see cref="GroundResolution"/> for the limit.</param>
public sealed record SceneSettings(NearInfrared NearInfrared = NearInfrared.Drop, double MetresPerPixel = GroundResolution.Standard)
{
    /// <summary>Names of the bands in the files' order, separated by commas, for files that name none; null for red, green, blue (and near infrared).</summary>
    public string? Bands { get; init; }
}
