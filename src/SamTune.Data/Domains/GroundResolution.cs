using SamTune.Imaging;

namespace SamTune.Data.Domains;

/// <summary>The arithmetic of ground resolution: how many pixels a picture has when a pixel covers another length on the ground.</summary>
public static class GroundResolution
{
    /// <summary>What scenes are brought to when nothing else is asked for, metres a pixel.</summary>
    public const double Standard = 0.30;

    /// <summary>Beyond this factor enlarging adds pixels but no information.</summary>
    public const double LargestEnlargement = 4;

    /// <summary>The size of the same ground at another resolution: N pixels at r metres become N x r / t at t metres, rounded, at least 1.</summary>
    /// <param name="size">Pixels.</param>
    /// <param name="metresPerPixel">r, the picture's resolution.</param>
    /// <param name="target">t, the resolution wanted.</param>
    /// <exception cref="InputException">A resolution is no positive number, or the result has more pixels than a picture can.</exception>
    public static ImageSize Rescale(ImageSize size, double metresPerPixel, double target)
    {
        Require(metresPerPixel, "the picture's");
        Require(target, "the target");
        double factor = metresPerPixel / target;
        double height = Math.Max(1, Math.Round(size.Height * factor)), width = Math.Max(1, Math.Round(size.Width * factor));
        if (!(height * width <= Array.MaxLength / 4))
            throw new InputException($"ground resolution: {size} at {metresPerPixel} m a pixel would become {width:0}x{height:0} at {target} m; cut the scene into tiles or ask for a coarser resolution.");
        return new ImageSize((int)height, (int)width);
    }

    /// <summary>Chooses the resolution that a picture is brought to: what is asked for, unless that would enlarge it more than <see cref="LargestEnlargement"/> times.</summary>
    /// <param name="size">Pixels.</param>
    /// <param name="metresPerPixel">The picture's resolution.</param>
    /// <param name="target">The resolution asked for.</param>
    /// <returns>The resolution, the size at it, and what a user must be told.</returns>
    /// <exception cref="InputException">A resolution is no positive number, or the result has more pixels than a picture can.</exception>
    public static ResolutionPlan Plan(ImageSize size, double metresPerPixel, double target = Standard)
    {
        Require(metresPerPixel, "the picture's");
        Require(target, "the target");
        double factor = metresPerPixel / target;
        return factor > LargestEnlargement
            ? new ResolutionPlan(metresPerPixel, size, FormattableString.Invariant(
                $"{metresPerPixel} m a pixel would be enlarged {factor:0.#} times to reach {target} m; beyond {LargestEnlargement} times that adds no information, so {metresPerPixel} m is the target resolution of this imagery."))
            : new ResolutionPlan(target, Rescale(size, metresPerPixel, target), null);
    }

    private static void Require(double metres, string whose)
    {
        if (!(metres > 0 && double.IsFinite(metres)))
            throw new InputException($"ground resolution: {whose} is {metres} m a pixel; a positive number is needed, such as {Standard}.");
    }
}

/// <summary>The resolution that a picture is brought to.</summary>
/// <param name="MetresPerPixel">Metres a pixel.</param>
/// <param name="Size">Pixels at that resolution.</param>
/// <param name="Message">What a user must be told, where this is not what was asked for; else null.</param>
public sealed record ResolutionPlan(double MetresPerPixel, ImageSize Size, string? Message);
