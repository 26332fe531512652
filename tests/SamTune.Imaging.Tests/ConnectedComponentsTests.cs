using CsCheck;

namespace SamTune.Imaging.Tests;

public sealed class ConnectedComponentsTests
{
    [Fact]
    public void Diagonal_neighbours_hang_together_only_with_eight()
    {
        BinaryMask mask = Masks.Draw("#..#", ".##.");

        Assert.Equal(3, ConnectedComponents.Label(mask, Connectivity.Four).Count);
        Assert.Equal(1, ConnectedComponents.Label(mask, Connectivity.Eight).Count);
    }

    [Fact]
    public void Arms_that_meet_late_are_one_piece()
    {
        BinaryMask mask = Masks.Draw("#.#.#", "#.#.#", "###.#", "....#", "#####");

        (LabelMap labels, int count) = ConnectedComponents.Label(mask, Connectivity.Four);

        Assert.Equal(2, count);
        Assert.Equal([1, 2], labels.Values());
    }

    [Fact]
    public void Pieces_come_largest_first_and_small_ones_can_be_left_out()
    {
        BinaryMask mask = Masks.Draw("#...##", "......", "###...");

        Assert.Equal([3, 2, 1], ConnectedComponents.Split(mask, Connectivity.Four).Select(m => m.Area));
        Assert.Equal([3, 2], ConnectedComponents.Split(mask, Connectivity.Four, minimumArea: 2).Select(m => m.Area));
        Assert.Equal(3, ConnectedComponents.Largest(mask, Connectivity.Four).Area);
    }

    [Fact]
    public void Pieces_cover_the_mask_once_and_no_neighbours_differ()
        => Gen.Select(Masks.Any(14), Gen.Bool.Select(b => b ? Connectivity.Four : Connectivity.Eight)).Sample((mask, connectivity) =>
        {
            (LabelMap map, int count) = ConnectedComponents.Label(mask, connectivity);
            int width = mask.Size.Width;
            Assert.Equal(count, map.Values().Count);
            for (int i = 0; i < mask.Pixels.Length; i++)
            {
                Assert.Equal(mask.Pixels[i] != 0, map.Labels[i] != 0);
                if (map.Labels[i] == 0)
                    continue;
                if (i % width > 0 && map.Labels[i - 1] != 0)
                    Assert.Equal(map.Labels[i], map.Labels[i - 1]);
                if (i >= width && map.Labels[i - width] != 0)
                    Assert.Equal(map.Labels[i], map.Labels[i - width]);
            }

            Assert.Equal(mask.Area, ConnectedComponents.Split(mask, connectivity).Sum(m => m.Area));
        });
}
