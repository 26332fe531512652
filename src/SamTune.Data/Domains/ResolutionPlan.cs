using SamTune.Imaging;

namespace SamTune.Data.Domains;

/// <summary>The ground resolution that a picture is brought to.</summary>
/// <param name="Resolution">The resolution.</param>
/// <param name="Size">Pixels at that resolution.</param>
/// <param name="Message">What a user must be told, where this is not what was asked for; else null.</param>
public sealed record ResolutionPlan(GroundResolution Resolution, ImageSize Size, string? Message)
{
    /// <summary>What scenes are brought to when nothing else is asked for, metres a pixel.</summary>
    public const double Standard = 0.30;

    /// <summary>Beyond this factor enlarging adds pixels but no information.</summary>
    public const double LargestEnlargement = 4;

    /// <summary>Chooses the resolution that a picture is brought to: what is asked for, unless that would enlarge it more than <see cref="LargestEnlargement"/> times.</summary>
    /// <param name="size">Pixels.</param>
    /// <param name="resolution">The picture's resolution.</param>
    /// <param name="target">The resolution asked for, metres a pixel.</param>
    /// <exception cref="InputException">A resolution is no positive number, or the result has more pixels than a picture can.</exception>
    public static ResolutionPlan For(ImageSize size, GroundResolution resolution, double target = Standard)
    {
        Require(resolution.X, "the picture's");
        Require(resolution.Y, "the picture's");
        Require(target, "the target");
        double factor = resolution.Coarsest / target;
        return factor > LargestEnlargement
            ? new ResolutionPlan(resolution, size, FormattableString.Invariant(
                $"{resolution} a pixel would be enlarged {factor:0.#} times to reach {target} m; beyond {LargestEnlargement} times that adds no information, so {resolution} is the target resolution of this imagery."))
            : new ResolutionPlan(GroundResolution.Square(target), Rescale(size, resolution, target), null);
    }

    /// <summary>The resolution alone, whatever is brought to it: the size is that of one pixel.</summary>
    /// <param name="resolution">The picture's resolution.</param>
    /// <param name="target">The resolution asked for, metres a pixel.</param>
    /// <exception cref="InputException">A resolution is no positive number.</exception>
    public static ResolutionPlan For(GroundResolution resolution, double target) => For(new ImageSize(1, 1), resolution, target);

    // N pixels at r metres become N x r / t at t metres, rounded, at least 1.
    private static ImageSize Rescale(ImageSize size, GroundResolution from, double target)
    {
        double height = Math.Max(1, Math.Round(size.Height * from.Y / target)), width = Math.Max(1, Math.Round(size.Width * from.X / target));
        return height * width <= Array.MaxLength / 4
            ? new ImageSize((int)height, (int)width)
            : throw new InputException($"ground resolution: {size} at {from} a pixel would become {width:0}x{height:0} at {target} m; cut the scene into tiles or ask for a coarser resolution.");
    }

    private static void Require(double metres, string whose)
    {
        if (!(metres > 0 && double.IsFinite(metres)))
            throw new InputException($"ground resolution: {whose} is {metres} m a pixel; a positive number is needed, such as {Standard}.");
    }
}
