namespace SamTune.Data.Domains;

/// <summary>What becomes of a scene's near infrared band.</summary>
public enum NearInfrared
{
    /// <summary>Left out: red, green, blue.</summary>
    Drop,

    /// <summary>False colour: near infrared, red and green as the three colours.</summary>
    FalseColour,

    /// <summary>A fourth channel behind red, green and blue, for which an adapter has filters.</summary>
    FourChannels,
}
