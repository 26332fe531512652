using SamTune.Cli.Quickstart;
using SamTune.Data.Augmentation;
using SamTune.Data.Prompts;
using SamTune.Training;

namespace SamTune.Cli.Tests;

public sealed class TrainingWordsTests
{
    private const string Box = "a box whose edges are off by 0.1 of its sides";

    [Fact]
    public void The_quickstart_says_what_its_own_plan_trains_with() => Assert.Equal(
        $"{Box} or one click anywhere on the object, equally often; slices varied by rotation up to 15 degrees, crops of 0.8 of the area or more, elastic deformation by 0.02 of the long side",
        TrainingWords.Of(new QuickstartPlan(1, 300, IsQuick: false).OptionsFor(1e-3)));

    [Fact]
    public void Other_settings_are_said_as_they_are()
    {
        var options = new TrainingOptions { Prompts = PromptMixture.Only(PromptKind.Box) };
        Assert.Equal($"{Box}; slices as they are", TrainingWords.Of(options));
        options = options with { Prompts = PromptMixture.Default with { None = 0, BoxAndPoints = 2 }, Augmentation = AugmentationSpec.FewShot };
        Assert.Equal(
            $"{Box} (40 %), one click anywhere on the object (20 %), several clicks (20 %), a box with clicks (20 %); "
            + "slices varied by rotation up to 30 degrees, left and right exchanged, top and bottom exchanged, brightness, contrast, saturation, MixUp",
            TrainingWords.Of(options));
    }
}
