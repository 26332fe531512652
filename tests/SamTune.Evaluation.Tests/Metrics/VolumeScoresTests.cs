using CsCheck;
using SamTune.Evaluation.Metrics;
using SamTune.Imaging;
using SamTune.Imaging.Nifti;

namespace SamTune.Evaluation.Tests.Metrics;

public class VolumeScoresTests
{
    private static readonly VoxelSpacing s_anisotropic = new(0.5, 0.8, 3);
    private static readonly VolumeSize s_size = new(24, 22, 20);

    private static readonly Gen<BinaryVolume> s_small =
        from x in Gen.Int[1, 6]
        from y in Gen.Int[1, 6]
        from z in Gen.Int[1, 6]
        from setInTen in Gen.Int[0, 10]
        from draws in Gen.Int[0, 9].Array[x * y * z]
        select new BinaryVolume(new VolumeSize(x, y, z), [.. draws.Select(d => d < setInTen ? (byte)1 : (byte)0)]);

    private static readonly Gen<(BinaryVolume First, BinaryVolume Second)> s_pairs =
        from first in s_small
        from setInTen in Gen.Int[0, 10]
        from draws in Gen.Int[0, 9].Array[first.Voxels.Length]
        select (first, new BinaryVolume(first.Size, [.. draws.Select(d => d < setInTen ? (byte)1 : (byte)0)]));

    private static readonly Gen<VoxelSpacing> s_spacings = Gen.Select(Gen.Double[0.2, 4], Gen.Double[0.2, 4], Gen.Double[0.2, 4], (x, y, z) => new VoxelSpacing(x, y, z));

    [Theory]
    [InlineData(1, 0, 0, 0.5)]
    [InlineData(0, 2, 0, 1.6)]
    [InlineData(0, 0, 1, 3)]
    public void A_shift_along_an_axis_is_measured_in_that_axis_own_spacing(int x, int y, int z, double expected)
    {
        VolumeScores scores = VolumeScores.Measure(Box(3, 3, 3, 12, 12, 12), Box(3 + x, 3 + y, 3 + z, 12, 12, 12), s_anisotropic, 1);
        Assert.Equal(expected, scores.HausdorffDistance95, 12);
        Assert.InRange(scores.AverageSurfaceDistance, 0.01, expected);
    }

    [Fact]
    public void Overlap_counts_voxels()
    {
        // 4 x 4 x 4 voxels, shifted by one plane: 48 of 64 shared.
        VolumeScores scores = VolumeScores.Measure(Box(2, 2, 2, 4, 4, 4), Box(2, 2, 3, 4, 4, 4), s_anisotropic, 1);
        Assert.Equal(2.0 * 48 / 128, scores.Dice, 12);
        Assert.Equal(48.0 / 80, scores.IntersectionOverUnion, 12);
    }

    [Fact]
    public void The_surface_of_a_box_is_its_faces_with_bevelled_edges_and_corners()
    {
        // Worked out by hand: between n voxels there are n - 1 whole steps; edges are cut by planes through the middles of two steps, corners by triangles through three.
        (double a, double b, double c) = (s_anisotropic.X, s_anisotropic.Y, s_anisotropic.Z);
        (int x, int y, int z) = (5, 4, 3);
        double faces = 2 * ((x - 1) * (y - 1) * a * b + (y - 1) * (z - 1) * b * c + (x - 1) * (z - 1) * a * c);
        double edges = 4 * ((x - 1) * a * Math.Sqrt(b * b + c * c) / 2 + (y - 1) * b * Math.Sqrt(a * a + c * c) / 2 + (z - 1) * c * Math.Sqrt(a * a + b * b) / 2);
        double corners = 8 * Math.Sqrt(a * a * b * b + b * b * c * c + a * a * c * c) / 8;
        Assert.Equal(faces + edges + corners, Area(Box(4, 4, 4, x, y, z), s_anisotropic), 9);
    }

    [Fact]
    public void The_surface_of_a_ball_is_that_of_a_sphere_within_a_few_percent()
    {
        const int Side = 40;
        const double Radius = 15;
        var voxels = new byte[Side * Side * Side];
        for (int i = 0; i < voxels.Length; i++)
        {
            double x = i % Side - 19.5, y = i / Side % Side - 19.5, z = i / (Side * Side) - 19.5;
            voxels[i] = x * x + y * y + z * z <= Radius * Radius ? (byte)1 : (byte)0;
        }

        double area = Area(new BinaryVolume(new VolumeSize(Side, Side, Side), voxels), new VoxelSpacing(1, 1, 1));
        // A contour between whole voxels runs in steps and is therefore a little too large.
        Assert.InRange(area / (4 * Math.PI * Radius * Radius), 1, 1.12);
    }

    [Fact]
    public void Mirroring_a_corner_keeps_its_area()
    {
        double[] areas = ContourWeights.Areas(s_anisotropic);
        Assert.Equal(0, areas[0]);
        Assert.Equal(0, areas[255]);
        for (int code = 1; code < 255; code++)
        {
            Assert.True(areas[code] > 0, $"code {code}");
            for (int axis = 0; axis < 3; axis++)
            {
                int mirrored = Enumerable.Range(0, 8).Where(corner => (code >> corner & 1) != 0).Sum(corner => 1 << (corner ^ 1 << axis));
                Assert.Equal(areas[code], areas[mirrored], 1e-12);
            }
        }
    }

    [Fact]
    public void Every_metric_equals_the_definition_by_brute_force() =>
        Gen.Select(s_pairs, s_spacings, Gen.Double[0, 6]).Sample((pair, spacing, tolerance) =>
        {
            (double surfaceDice, double percentile, double average) = ByBruteForce(pair.First, pair.Second, spacing, tolerance);
            VolumeScores scores = VolumeScores.Measure(pair.First, pair.Second, spacing, tolerance);
            Assert.Equal(surfaceDice, scores.SurfaceDice, 1e-9);
            Assert.True(percentile == scores.HausdorffDistance95 || Math.Abs(percentile - scores.HausdorffDistance95) < 1e-9, $"{percentile} {scores.HausdorffDistance95}");
            Assert.True(average == scores.AverageSurfaceDistance || Math.Abs(average - scores.AverageSurfaceDistance) < 1e-9, $"{average} {scores.AverageSurfaceDistance}");
            VolumeScores swapped = VolumeScores.Measure(pair.Second, pair.First, spacing, tolerance);
            Assert.Equal(scores.SurfaceDice, swapped.SurfaceDice, 1e-12);
            Assert.Equal(scores.HausdorffDistance95, swapped.HausdorffDistance95);
        }, iter: 400);

    [Fact]
    public void Empty_volumes_agree_with_each_other_and_with_nothing_else()
    {
        BinaryVolume empty = new(s_size, new byte[s_size.VoxelCount]), some = Box(2, 2, 2, 3, 3, 3);
        Assert.Equal(new VolumeScores(1, 1, 1, 0, 0), VolumeScores.Measure(empty, empty, s_anisotropic, 1));
        Assert.Equal(new VolumeScores(0, 0, 0, double.PositiveInfinity, double.PositiveInfinity), VolumeScores.Measure(empty, some, s_anisotropic, 1));
        Assert.Equal(new VolumeScores(1, 1, 1, 0, 0), VolumeScores.Measure(some, some, s_anisotropic, 0));
    }

    [Fact]
    public void Volumes_of_different_sizes_and_impossible_spacings_are_refused()
    {
        BinaryVolume volume = Box(0, 0, 0, 1, 1, 1), other = new(new VolumeSize(1, 1, 1), [1]);
        Assert.Throws<ArgumentException>(() => VolumeScores.Measure(volume, other, s_anisotropic, 1));
        Assert.Throws<ArgumentException>(() => VolumeScores.Measure(volume, volume, new VoxelSpacing(1, 0, 1), 1));
        Assert.Throws<ArgumentException>(() => VolumeScores.Measure(volume, volume, s_anisotropic, double.NaN));
    }

    private static BinaryVolume Box(int x0, int y0, int z0, int width, int height, int depth)
    {
        var voxels = new byte[s_size.VoxelCount];
        for (int z = z0; z < z0 + depth; z++)
        {
            for (int y = y0; y < y0 + height; y++)
            {
                voxels.AsSpan((z * s_size.Y + y) * s_size.X + x0, width).Fill(1);
            }
        }

        return new BinaryVolume(s_size, voxels);
    }

    private static double Area(BinaryVolume volume, VoxelSpacing spacing) => Elements(volume, spacing).Sum(e => e.Area);

    private static (double SurfaceDice, double Percentile, double Average) ByBruteForce(BinaryVolume a, BinaryVolume b, VoxelSpacing spacing, double tolerance)
    {
        if (a.Count == 0 || b.Count == 0)
        {
            return a.Count == b.Count ? (1, 0, 0) : (0, double.PositiveInfinity, double.PositiveInfinity);
        }

        var first = Elements(a, spacing);
        var second = Elements(b, spacing);
        List<(double Distance, double Area)> there = Distances(first, second), back = Distances(second, first);
        double total = there.Concat(back).Sum(e => e.Area);
        return (
            there.Concat(back).Where(e => e.Distance <= tolerance * (1 + 1e-9)).Sum(e => e.Area) / total,
            Math.Max(Percentile(there), Percentile(back)),
            there.Concat(back).Sum(e => e.Area * e.Distance) / total);
    }

    // Every corner of the grid, looked at one by one; corners outside the volume are background.
    private static List<(double X, double Y, double Z, double Area)> Elements(BinaryVolume volume, VoxelSpacing spacing)
    {
        double[] areas = ContourWeights.Areas(spacing);
        List<(double, double, double, double)> elements = [];
        bool IsSet(int x, int y, int z) => x >= 0 && y >= 0 && z >= 0 && x < volume.Size.X && y < volume.Size.Y && z < volume.Size.Z && volume[x, y, z];
        for (int z = 0; z <= volume.Size.Z; z++)
        {
            for (int y = 0; y <= volume.Size.Y; y++)
            {
                for (int x = 0; x <= volume.Size.X; x++)
                {
                    int code = Enumerable.Range(0, 8).Where(c => IsSet(x - 1 + (c & 1), y - 1 + (c >> 1 & 1), z - 1 + (c >> 2))).Sum(c => 1 << c);
                    if (code is not (0 or 255))
                    {
                        elements.Add((x * spacing.X, y * spacing.Y, z * spacing.Z, areas[code]));
                    }
                }
            }
        }

        return elements;
    }

    private static List<(double Distance, double Area)> Distances(
        List<(double X, double Y, double Z, double Area)> from, List<(double X, double Y, double Z, double Area)> to) =>
        [.. from.Select(f => (Math.Sqrt(to.Min(t => (f.X - t.X) * (f.X - t.X) + (f.Y - t.Y) * (f.Y - t.Y) + (f.Z - t.Z) * (f.Z - t.Z))), f.Area))];

    private static double Percentile(List<(double Distance, double Area)> elements)
    {
        double total = elements.Sum(e => e.Area);
        return elements.Select(e => e.Distance).Order().First(d => elements.Where(e => e.Distance <= d + 1e-9).Sum(e => e.Area) >= 0.95 * total * (1 - 1e-9));
    }
}
