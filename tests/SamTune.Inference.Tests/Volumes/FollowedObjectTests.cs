using SamTune.Data.Prompts;
using SamTune.Imaging;
using SamTune.Inference.Volumes;

namespace SamTune.Inference.Tests.Volumes;

public sealed class FollowedObjectTests
{
    private static readonly ImageSize s_size = new(100, 200);
    private static readonly VolumeKeyframe s_keyframe = new(1, 5, new BoundingBox(10, 10, 60, 60));

    [Fact]
    public void The_next_box_is_that_of_the_mask_widened_by_the_margin_and_clipped_to_the_slice()
    {
        var followed = Follow(new VolumeOptions { BoxMargin = 0.1 });
        Assert.Equal(s_keyframe.Box, followed.PromptOn(5)!.Box);
        Assert.Null(followed.PromptOn(6));

        // 50 columns by 20 rows: 5 and 2 pixels more on each side.
        Assert.Null(Answer(followed, 5, 0.9f, (40, 30, 50, 20)));
        Assert.Equal(new BoundingBox(35, 28, 94, 51), followed.PromptOn(6)!.Box);
        Assert.Null(followed.PromptOn(6)!.LowResMask);

        // A margin below a pixel is one; the slice ends at column 199 and row 0.
        Assert.Null(Answer(followed, 6, 0.9f, (150, 0, 50, 4)));
        Assert.Equal(new BoundingBox(145, 0, 199, 4), followed.PromptOn(7)!.Box);
    }

    [Fact]
    public void Specks_do_not_pull_the_box_but_two_large_pieces_both_count()
    {
        var followed = Follow(new VolumeOptions { BoxMargin = 0 });
        Answer(followed, 5, 0.9f, (40, 30, 20, 20), (190, 90, 2, 2));
        Assert.Equal(new BoundingBox(39, 29, 60, 50), followed.PromptOn(6)!.Box);
        Answer(followed, 6, 0.9f, (40, 30, 20, 20), (100, 30, 20, 20));
        Assert.Equal(new BoundingBox(39, 29, 120, 50), followed.PromptOn(7)!.Box);
    }

    [Fact]
    public void An_object_ends_where_it_is_small_or_doubted_and_starts_again_from_its_keyframe()
    {
        var followed = Follow(new VolumeOptions { MinimumAreaShare = 0.1, MinimumPredictedIou = 0.6, BoxMargin = 0 });
        // On the keyframe's own slice a person has said that it is there.
        Assert.Null(Answer(followed, 5, 0.1f, (40, 30, 20, 20)));
        PromptSet first = followed.PromptOn(6)!;
        Assert.Null(Answer(followed, 6, 0.6f, (40, 30, 10, 4)));
        Assert.Equal(VolumeStop.Vanished, Answer(followed, 7, 0.9f, (40, 30, 13, 3)));
        Assert.Null(followed.PromptOn(8));

        followed.Restart();
        Assert.Equal(first, followed.PromptOn(4));
        Assert.Equal(VolumeStop.Uncertain, Answer(followed, 4, 0.59f, (40, 30, 20, 20)));
        Assert.Null(followed.PromptOn(3));
    }

    [Fact]
    public void An_empty_mask_on_the_keyframe_ends_both_directions()
    {
        var followed = Follow(VolumeOptions.Default);
        Assert.Equal(VolumeStop.Vanished, Answer(followed, 5, 1));
        followed.Restart();
        Assert.Null(followed.PromptOn(4));
    }

    [Fact]
    public void Logits_are_carried_where_asked_for_and_slices_of_another_keyframe_are_left_alone()
    {
        var followed = new FollowedObject(s_keyframe, 4, 6, new VolumeOptions { CarryLogits = true });
        Answer(followed, 5, 0.9f, (40, 30, 20, 20));
        Assert.Equal([7f], followed.PromptOn(6)!.LowResMask!);
        Answer(followed, 6, 0.9f, (40, 30, 20, 20));
        Assert.Null(followed.PromptOn(7));
        Assert.Null(followed.PromptOn(3));
    }

    private static FollowedObject Follow(VolumeOptions options) => new(s_keyframe, 0, 9, options);

    private static VolumeStop? Answer(FollowedObject followed, int slice, float predictedIou, params (int X, int Y, int Width, int Height)[] rectangles)
    {
        var logits = new float[s_size.PixelCount];
        Array.Fill(logits, -1);
        foreach ((int x, int y, int width, int height) in rectangles)
        {
            for (int row = y; row < y + height; row++)
            {
                logits.AsSpan((row * s_size.Width) + x, width).Fill(1);
            }
        }

        var answer = new PredictedMask(s_size, logits, predictedIou, [7]);
        return followed.Continue(slice, answer, answer.ToBinaryMask());
    }
}
