using SamTune.Data.Datasets;
using SamTune.Imaging;

namespace SamTune.Synthesis.Tests;

public sealed class SyntheticScenesTests
{
    private static readonly SceneOptions s_options = new() { Side = 128, MinArea = 20 };

    [Fact]
    public void The_same_seed_gives_the_same_scenes_in_any_order()
    {
        var one = new SyntheticScenes(6, s_options, [], 5, "train");
        var other = new SyntheticScenes(6, s_options, [], 5, "train");
        Sample[] forwards = [.. Enumerable.Range(0, 6).Select(one.Load)];
        Sample[] backwards = [.. Enumerable.Range(0, 6).Reverse().Select(other.Load).Reverse()];
        foreach ((Sample a, Sample b) in forwards.Zip(backwards))
        {
            Assert.Equal(a.Image.Pixels, b.Image.Pixels);
            Assert.Equal(a.Objects.Select(o => o.ClassId), b.Objects.Select(o => o.ClassId));
            Assert.All(a.Objects.Zip(b.Objects), pair => Assert.Equal(pair.First.Mask.Pixels, pair.Second.Mask.Pixels));
        }
    }

    [Fact]
    public void Another_seed_or_split_gives_other_scenes()
    {
        byte[] first = new SyntheticScenes(1, s_options, [], 5, "train").Load(0).Image.Pixels;
        Assert.NotEqual(first, new SyntheticScenes(1, s_options, [], 6, "train").Load(0).Image.Pixels);
        Assert.NotEqual(first, new SyntheticScenes(1, s_options, [], 5, "test").Load(0).Image.Pixels);
    }

    [Fact]
    public void Objects_keep_to_the_options()
    {
        SceneOptions options = s_options with { MaxObjects = 3, MinArea = 60 };
        var scenes = new SyntheticScenes(60, options, [], 1, "train");
        for (int i = 0; i < 60; i++)
        {
            Sample sample = scenes.Load(i);
            Assert.Equal(new ImageSize(128, 128), sample.Image.Size);
            Assert.InRange(sample.Objects.Count, 1, 3);
            Assert.All(sample.Objects, o => Assert.True(o.Mask.Area >= 60));
        }
    }

    [Fact]
    public void Wholes_parts_and_sub_parts_all_occur_and_parts_lie_within_a_whole()
    {
        var scenes = new SyntheticScenes(80, s_options with { MaxObjects = 100, PatchworkShare = 0 }, [], 3, "train");
        var levels = new HashSet<int>();
        int parts = 0, within = 0;
        foreach (Sample sample in Enumerable.Range(0, 80).Select(scenes.Load))
        {
            levels.UnionWith(sample.Objects.Select(o => o.ClassId));
            foreach (ObjectMask part in sample.Objects.Where(o => o.ClassId > (int)SceneLevel.Whole))
            {
                parts++;
                within += sample.Objects.Any(o => o.ClassId == (int)SceneLevel.Whole && Contains(o.Mask, part.Mask)) ? 1 : 0;
            }
        }

        Assert.Equal([1, 2, 3], levels.Order());
        // The whole of a part may itself be no object: too large, or cut in pieces by what lies over it.
        Assert.True(within > 0.6 * parts, $"{within} of {parts} parts lie within a whole");
    }

    [Fact]
    public void Masks_follow_the_picture()
    {
        // Inside and outside an object differ in level more often than not, unlike for a mask shifted elsewhere.
        var scenes = new SyntheticScenes(40, s_options, [], 7, "train");
        double own = 0, shifted = 0;
        foreach (Sample sample in Enumerable.Range(0, 40).Select(scenes.Load))
        {
            foreach (ObjectMask o in sample.Objects)
            {
                own += EdgeStrength(sample.Image, o.Mask, 0);
                shifted += EdgeStrength(sample.Image, o.Mask, 9);
            }
        }

        Assert.True(own > 1.5 * shifted, $"edges under masks {own:f0}, under shifted masks {shifted:f0}");
    }

    [Fact]
    public void An_impossible_setting_is_named()
    {
        var error = Assert.Throws<InputException>(() => new SyntheticScenes(1, s_options with { MaxFigures = 0 }, [], 1, "train"));
        Assert.Equal("scenes: maxFigures is 0; it must be 1 to 100.", error.Message);
    }

    private static bool Contains(BinaryMask whole, BinaryMask part) => part.Pixels.Zip(whole.Pixels).All(p => p.First == 0 || p.Second != 0);

    // Mean difference across the mask's right-hand edges, with the mask moved to the right.
    private static double EdgeStrength(RgbImage image, BinaryMask mask, int shift)
    {
        double sum = 0;
        int count = 0, side = mask.Size.Width;
        for (int y = 0; y < side; y++)
        {
            for (int x = 0; x + shift + 3 < side; x++)
            {
                if (mask[y, x] != mask[y, x + 1])
                {
                    int left = 3 * (y * side + x + shift), right = left + 6;
                    sum += Math.Abs(image.Pixels[left] - image.Pixels[right]);
                    count++;
                }
            }
        }

        return count == 0 ? 0 : sum / count;
    }
}
