using SamTune.Adaptation.Adapters;
using SamTune.Adaptation.Bands;
using SamTune.Adaptation.Domains;
using SamTune.Adaptation.Lora;
using SamTune.Adaptation.PromptTuning;
using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Inference.Domains;
using SamTune.Modeling;
using SamTune.Testing;

namespace SamTune.Inference.Tests.Domains;

public sealed class DomainPredictorTests
{
    private static readonly PromptSet s_click = new() { Points = [new PointPrompt(40, 30, true)] };
    private static readonly PromptSet s_box = new() { Box = new BoundingBox(20, 15, 85, 70) };

    [Fact]
    public void A_list_of_pictures_of_many_domains_equals_each_picture_with_its_domain_alone()
    {
        using Sam model = TestModels.Tiny();
        using AdapterSet set = Set(model);
        DomainImage[] images =
        [
            new(Scenes.Scan(1), [s_click, s_box], "mri"),
            new(Scenes.Field(2), [PromptSet.None], AdapterSet.BaseName),
            new(Scenes.Scan(3), [s_box], "thermal"),
            new(Scenes.Water(4), [], "ct"),
            new(Scenes.Scan(5), [s_click], "mri"),
            new(Scenes.Water(6), [s_box, s_click], "ct"),
            new(WithBand(Scenes.Field(7)), [s_box], "nir"),
            new(WithBand(Scenes.Field(8)), [s_click], "mri"),
            new(WithBand(Scenes.Field(9)), [s_click, s_box], "swir"),
            new(WithBand(Scenes.Field(10)), [s_box], "nir"),
        ];
        IReadOnlyList<IReadOnlyList<Prediction>> together = new DomainPredictor(set).Predict(images);
        for (int i = 0; i < images.Length; i++)
        {
            using var alone = new SamPredictor(model, set.Adaptation(images[i].Domain));
            alone.SetImage(images[i].Image);
            Assert.Equal(images[i].Prompts.Count, together[i].Count);
            for (int p = 0; p < images[i].Prompts.Count; p++)
            {
                Prediction expected = alone.Predict(images[i].Prompts[p]);
                Assert.Equal(images[i].Image.Size, together[i][p].Best.Size);
                Assert.Equal(expected.Masks.Count, together[i][p].Masks.Count);
                Assert.True(expected.Best.Logits.Zip(together[i][p].Best.Logits, (a, b) => Math.Abs(a - b)).Max() <= 1e-5);
            }
        }

        Assert.Empty(new DomainPredictor(set).Predict([]));
    }

    [Fact]
    public void Pictures_that_cannot_be_predicted_are_refused()
    {
        using Sam model = TestModels.Tiny();
        using AdapterSet set = Set(model);
        var predictor = new DomainPredictor(set);
        Assert.Contains("there are ct, mri, nir, swir, thermal", Assert.Throws<InputException>(() => predictor.Predict([new DomainImage(Scenes.Scan(1), [s_box], "xray")])).Message, StringComparison.Ordinal);
        string message = Assert.Throws<InputException>(() => predictor.Predict([new DomainImage(WithBand(Scenes.Scan(1)), [s_box], "nir"), new DomainImage(Scenes.Scan(1), [s_box], "nir")])).Message;
        Assert.Contains("'nir': takes 1 band", message, StringComparison.Ordinal);
        Assert.Contains("picture 2 of the batch has 0", message, StringComparison.Ordinal);
    }

    private static AdapterSet Set(Sam model)
    {
        var set = new AdapterSet(model);
        set.Add("mri", TrainedMethods.Create(new LoraConfig { Rank = 4, Targets = ["encoder.q", "encoder.v", "decoder.v"] }, model, 1));
        set.Add("ct", TrainedMethods.Create(new AdapterConfig { Bottleneck = 8, Output = true }, model, 2));
        set.Add("thermal", TrainedMethods.Create(new PromptTuningConfig { Tokens = 5 }, model, 3));

        // Bands of other statistics: each row must be normalised by its own.
        set.Add("nir", TrainedMethods.Create(new LoraConfig { Rank = 1, ExtraBands = new ExtraBands { Means = [90], Deviations = [40] } }, model, 4));
        set.Add("swir", TrainedMethods.Create(
            new PromptTuningConfig { Tokens = 3, ExtraBands = new ExtraBands { Means = [20], Deviations = [10], Initialisation = BandInitialisation.RgbMean } }, model, 5));
        return set;
    }

    private static RgbImage WithBand(RgbImage image) =>
        new(image.Size, image.Pixels) { ExtraBands = [[.. Enumerable.Range(0, (int)image.Size.PixelCount).Select(i => (byte)(i * 7 % 251))]] };
}
