using SamTune.Data.Prompts;

namespace SamTune.Data.Tests;

public sealed class PromptMixtureTests
{
    [Fact]
    public void Held_out_pictures_are_prompted_with_boxes_where_boxes_are_trained_and_with_the_trained_kinds_otherwise()
    {
        Assert.Equal([PromptKind.Box], PromptMixture.Default.ForValidation());
        Assert.Equal([PromptKind.None], PromptMixture.Only(PromptKind.None).ForValidation());
        Assert.Equal([PromptKind.Point], (PromptMixture.Only(PromptKind.Point) with { Points = 2 }).ForValidation());
        Assert.Equal([PromptKind.None, PromptKind.Point, PromptKind.BoxAndPoints], (PromptMixture.Default with { Box = 0 }).ForValidation());
    }
}
