using SamTune.Data.Datasets;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Drawing;

namespace SamTune.Evaluation.Relevance;

/// <summary>Maps of a report laid over its pictures. All pictures of a report share one scale, so that they can be compared; <see cref="ShiftScale"/> says its end.</summary>
public static class RelevancePictures
{
    // Enough of the picture shows through to see where on the object a location lies.
    private const double Opacity = 0.6;
    private const int Columns = 4;
    private const int LargestCell = 384;

    /// <summary>What the brightest colour of the shift stands for: the largest 1 - cosine of all pictures.</summary>
    /// <param name="report">The report.</param>
    public static double ShiftScale(RelevanceReport report) => Largest(report, s => s.Shift);

    /// <summary>
    /// Writes three overlays a picture, in the picture's size: overlay_000.png .. with the shift, encoder_attention_000.png .. and decoder_attention_000.png .. with the change of attention. And contact.png with a row a
    /// picture: truth, shift, change of the encoder's attention, change of the decoder's.
    /// </summary>
    /// <param name="folder">Existing folder; files of these names are replaced.</param>
    /// <param name="report">The report.</param>
    /// <param name="samples">Its pictures, in the report's order.</param>
    /// <returns>The files written, the contact sheet last.</returns>
    /// <exception cref="ArgumentException">The pictures are not those of the report.</exception>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public static IReadOnlyList<string> Write(string folder, RelevanceReport report, IReadOnlyList<Sample> samples)
    {
        if (!samples.Select(s => s.Info.Id).SequenceEqual(report.Samples.Select(s => s.Id)))
        {
            throw new ArgumentException("The pictures are not those of the report, or in another order.", nameof(samples));
        }

        List<string> files = [];
        List<RgbImage> cells = [];
        for (int i = 0; i < samples.Count; i++)
        {
            SampleRelevance maps = report.Samples[i];
            cells.Add(Outlined(samples[i].Image, samples[i]));
            (string Name, RgbImage Overlay)[] overlays =
            [
                ("overlay", Draw(samples[i], maps.Shift, ColourRamp.Sequential, 0, ShiftScale(report))),
                ("encoder_attention", Change(samples[i], maps.EncoderAttention, Largest(report, s => s.EncoderAttention))),
                ("decoder_attention", Change(samples[i], maps.DecoderAttention, Largest(report, s => s.DecoderAttention))),
            ];
            foreach ((string name, RgbImage overlay) in overlays)
            {
                files.Add(Path.Combine(folder, $"{name}_{i:d3}.png"));
                ImageWriter.WriteRgbPng(files[^1], overlay);
                cells.Add(overlay);
            }
        }

        // Small pictures keep their size: a cell is no larger than the largest of them.
        int Cell(Func<ImageSize, int> side) => Math.Min(LargestCell, samples.Max(s => side(s.Image.Size)));
        files.Add(Path.Combine(folder, "contact.png"));
        ImageWriter.WriteRgbPng(files[^1], ContactSheet.Create(cells, Columns, new ImageSize(Cell(s => s.Height), Cell(s => s.Width))));
        return files;
    }

    /// <summary>The ends of the two attention maps, in words.</summary>
    internal static string AttentionScales(RelevanceReport report) =>
        $"of the encoder +-{100 * Largest(report, s => s.EncoderAttention):g3} points a token, of the decoder +-{100 * Largest(report, s => s.DecoderAttention):g3} points a token";

    private static double Largest(RelevanceReport report, Func<SampleRelevance, RelevanceMap> map) => report.Samples.Max(s => map(s).Values.Max(Math.Abs));

    private static RgbImage Change(Sample sample, RelevanceMap map, double scale) => Draw(sample, map, ColourRamp.Diverging, -scale, scale);

    /// <summary>A picture in grey under the colours of its map, with the objects' outlines. Locations keep their edges: nothing is interpolated that was not measured.</summary>
    private static RgbImage Draw(Sample sample, RelevanceMap map, ColourRamp ramp, double low, double high)
    {
        RgbImage image = sample.Image;

        // Tokens a pixel: the long side of a picture fills the map.
        double scale = (double)map.Side / image.Size.LongSide;
        var pixels = new byte[image.Pixels.Length];
        for (int i = 0; i < image.Size.PixelCount; i++)
        {
            int row = (int)((i / image.Size.Width + 0.5) * scale), column = (int)((i % image.Size.Width + 0.5) * scale);
            RgbColour colour = ramp.At(high > low ? (map.Values[row * map.Side + column] - low) / (high - low) : ramp.Neutral);
            double grey = (image.Pixels[3 * i] + image.Pixels[3 * i + 1] + image.Pixels[3 * i + 2]) / 3.0;
            pixels[3 * i] = Mix(grey, colour.R);
            pixels[3 * i + 1] = Mix(grey, colour.G);
            pixels[3 * i + 2] = Mix(grey, colour.B);
        }

        return Outlined(new RgbImage(image.Size, pixels), sample);
    }

    private static RgbImage Outlined(RgbImage image, Sample sample) =>
        sample.Objects.Aggregate(new Overlay(image), (overlay, item) => overlay.Mask(item.Mask, RgbColour.Green, opacity: 0)).Image;

    private static byte Mix(double under, byte over) => (byte)Math.Round(under + (over - under) * Opacity);
}
