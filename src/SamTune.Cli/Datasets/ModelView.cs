using SamTune.Data;
using SamTune.Data.Augmentation;
using SamTune.Data.Datasets;
using SamTune.Imaging;
using SamTune.Imaging.Drawing;
using SamTune.Imaging.Filters;
using SamTune.Modeling.Preprocessing;

namespace SamTune.Cli.Datasets;

/// <summary>Pictures as the model sees them: preprocessed, varied, mixed, scaled to the input's long side and padded.</summary>
/// <param name="dataset">The pictures.</param>
/// <param name="augmentation">How they are varied; null for as they are.</param>
/// <param name="inputSide">Side of the input, pixels.</param>
/// <param name="seed">Where variations come from.</param>
internal sealed class ModelView(ISegmentationDataset dataset, AugmentationSpec? augmentation, int inputSide, long seed)
{
    // What padding with zeros after normalising looks like: ImageNet's mean.
    private static readonly RgbColour s_padding = new(124, 116, 104);

    /// <summary>Draws one picture with the outlines of its masks, a colour for each object.</summary>
    /// <param name="index">Position in the data set.</param>
    /// <param name="largest">Side that a larger input is shrunk to; outlines are drawn after that, so that they stay visible.</param>
    public RgbImage Draw(int index, int largest)
    {
        int side = Math.Min(inputSide, largest);
        Sample sample = Vary(dataset.Load(index), "preview", index);
        RgbImage picture = InFrame(sample.Image);
        BinaryMask[] masks = [.. sample.Objects.Select(o => InFrame(o.Mask, side))];
        if (Second(index, sample) is ({ } second, var share))
        {
            picture = Mix(picture, InFrame(second.Image), share);
            masks = [.. masks, .. second.Objects.Select(o => InFrame(o.Mask, side))];
        }

        var overlay = new Overlay(PillowResize.Bilinear(picture, new ImageSize(side, side)));
        for (int i = 0; i < masks.Length; i++)
        {
            overlay.Mask(masks[i], RgbColour.ForIndex(i), opacity: 0);
        }

        return overlay.Image;
    }

    private Sample Vary(Sample sample, string purpose, int index) =>
        augmentation is null ? sample : Augmenter.Apply(sample, augmentation, DerivedRandom.Create(seed, purpose, index));

    // As the trainer mixes: any other picture, the first with the larger share.
    private (Sample Sample, double Share)? Second(int index, Sample own)
    {
        if (augmentation is not { MixUpAlpha: > 0 } || dataset.Samples.Count < 2 || own.Objects.Count == 0)
        {
            return null;
        }

        Random random = DerivedRandom.Create(seed, "preview-mixup", index);
        double share = MixUp.DrawShare(augmentation.MixUpAlpha, random);
        int other = (index + 1 + random.Next(dataset.Samples.Count - 1)) % dataset.Samples.Count;
        Sample second = Vary(dataset.Load(other), "preview-second", index);
        return second.Objects.Count > 0 && 1 - share >= 1.0 / 255 ? (second, share) : null;
    }

    private RgbImage InFrame(RgbImage image)
    {
        RgbImage resized = PillowResize.Bilinear(image, new InputFrame(image.Size, inputSide).Resized);
        var pixels = new byte[3 * inputSide * inputSide];
        for (int i = 0; i < pixels.Length; i += 3)
        {
            (pixels[i], pixels[i + 1], pixels[i + 2]) = (s_padding.R, s_padding.G, s_padding.B);
        }

        int stride = 3 * resized.Size.Width;
        for (int y = 0; y < resized.Size.Height; y++)
        {
            resized.Pixels.AsSpan(y * stride, stride).CopyTo(pixels.AsSpan(3 * y * inputSide));
        }

        return new RgbImage(new ImageSize(inputSide, inputSide), pixels);
    }

    private static BinaryMask InFrame(BinaryMask mask, int side)
    {
        BinaryMask resized = NearestResize.Apply(mask, new InputFrame(mask.Size, side).Resized);
        var pixels = new byte[side * side];
        for (int y = 0; y < resized.Size.Height; y++)
        {
            resized.Pixels.AsSpan(y * resized.Size.Width, resized.Size.Width).CopyTo(pixels.AsSpan(y * side));
        }

        return new BinaryMask(new ImageSize(side, side), pixels);
    }

    private static RgbImage Mix(RgbImage first, RgbImage second, double share)
    {
        var pixels = new byte[first.Pixels.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((share * first.Pixels[i]) + ((1 - share) * second.Pixels[i]) + 0.5);
        }

        return new RgbImage(first.Size, pixels);
    }
}
