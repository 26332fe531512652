using SamTune.Adaptation.Lora;
using SamTune.Data.Datasets;
using SamTune.Evaluation.Relevance;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.Drawing;
using SamTune.Modeling;
using SamTune.Testing;

namespace SamTune.Evaluation.Tests.Relevance;

public sealed class RelevancePicturesTests
{
    [Fact]
    public void An_overlay_has_the_pictures_size_its_outline_and_the_colour_of_each_location()
    {
        using var folder = new TemporaryFolder();
        using var adapted = new Adapted(new LoraConfig(), (name, p) => Adapted.Fill(name, p, 0.1f));
        using Sam original = TestModels.Tiny();
        IReadOnlyList<Sample> samples = Adapted.Samples(2);
        RelevanceReport report = adapted.Explain(original, samples);
        IReadOnlyList<string> files = RelevancePictures.Write(folder.FullPath, report, samples);
        Assert.Equal(
            [
                "overlay_000.png", "encoder_attention_000.png", "decoder_attention_000.png", "overlay_001.png", "encoder_attention_001.png", "decoder_attention_001.png", "contact.png",
            ],
            files.Select(Path.GetFileName));
        RgbImage overlay = ImageReader.ReadRgb(files[0]), sheet = ImageReader.ReadRgb(files[^1]);
        Assert.Equal(samples[0].Image.Size, overlay.Size);
        ImageSize cell = new(samples.Max(s => s.Image.Size.Height), samples.Max(s => s.Image.Size.Width));
        Assert.Equal(new ImageSize(2 * cell.Height + 4, 4 * cell.Width + 12), sheet.Size);

        // The upper left pixel lies in the first location; the green outline is drawn at full strength.
        RgbColour expected = ColourRamp.Sequential.At(report.Samples[0].Shift.Values[0] / RelevancePictures.ShiftScale(report));
        double grey = samples[0].Image.Pixels.Take(3).Average(p => p);
        Assert.Equal(0.4 * grey + 0.6 * expected.R, overlay.Pixels[0], 0.51);
        Assert.Equal(0.4 * grey + 0.6 * expected.B, overlay.Pixels[2], 0.51);
        BinaryMask disc = samples[0].Objects[0].Mask;
        int edge = Array.IndexOf(disc.Pixels, (byte)1);
        Assert.Equal([RgbColour.Green.R, RgbColour.Green.G, RgbColour.Green.B], overlay.Pixels.AsSpan(3 * edge, 3).ToArray());
    }

    [Fact]
    public void Overlays_of_attention_have_the_colours_of_its_change_at_each_location()
    {
        using var folder = new TemporaryFolder();
        using var adapted = new Adapted(new LoraConfig(), (name, p) => Adapted.Fill(name, p, 0.1f));
        using Sam original = TestModels.Tiny();
        IReadOnlyList<Sample> samples = Adapted.Samples(2);
        RelevanceReport report = adapted.Explain(original, samples);
        RelevancePictures.Write(folder.FullPath, report, samples);
        Check("encoder_attention_001.png", s => s.EncoderAttention);
        Check("decoder_attention_001.png", s => s.DecoderAttention);

        void Check(string file, Func<SampleRelevance, RelevanceMap> map)
        {
            // The upper left pixel lies in the first location; the scale is the largest change of all pictures, to both sides.
            double scale = report.Samples.Max(s => map(s).Values.Max(Math.Abs)), value = map(report.Samples[1]).Values[0];
            Assert.NotEqual(0, value);
            RgbColour expected = ColourRamp.Diverging.At((value + scale) / (2 * scale));
            RgbImage overlay = ImageReader.ReadRgb(folder.At(file));
            Assert.Equal(samples[1].Image.Size, overlay.Size);
            double grey = samples[1].Image.Pixels.Take(3).Average(p => p);
            Assert.Equal(0.4 * grey + 0.6 * expected.R, overlay.Pixels[0], 0.51);
            Assert.Equal(0.4 * grey + 0.6 * expected.B, overlay.Pixels[2], 0.51);
        }
    }

    [Fact]
    public void Pictures_of_another_report_are_refused()
    {
        using var folder = new TemporaryFolder();
        using var adapted = new Adapted(new LoraConfig());
        IReadOnlyList<Sample> samples = Adapted.Samples(2);
        RelevanceReport report = adapted.Explain(adapted.Model, samples);
        Assert.Throws<ArgumentException>(() => RelevancePictures.Write(folder.FullPath, report, [samples[1], samples[0]]));
        Assert.Empty(Directory.EnumerateFiles(folder.FullPath));
    }

    [Fact]
    public void Samples_are_spread_evenly_over_the_pictures_with_objects()
    {
        Assert.Equal(["disc001", "disc003", "disc005"], RelevanceSamples.Choose(new DiscDataset(6), 3, TestContext.Current.CancellationToken).Select(s => s.Info.Id));
        Assert.Equal(2, RelevanceSamples.Choose(new DiscDataset(2), 8, TestContext.Current.CancellationToken).Count);
        Assert.Throws<InputException>(() => RelevanceSamples.Choose(new DiscDataset(0), 8, TestContext.Current.CancellationToken));
    }
}
