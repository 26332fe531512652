using CsCheck;
using NetTopologySuite.Geometries;
using SamTune.Imaging.Maps;

namespace SamTune.Imaging.Tests.Maps;

public sealed class MaskPolygonsTests
{
    [Fact]
    public void Filling_the_polygons_of_a_mask_gives_the_mask_back()
        => Masks.Any(maximumSide: 30).Sample(mask => Assert.Equal(mask.Pixels, MaskPolygons.Rasterise(MaskPolygons.Polygonise(mask), mask.Size).Pixels));

    [Fact]
    public void Polygons_are_valid_and_cover_as_much_as_the_mask()
        => Masks.Any(maximumSide: 24).Sample(mask =>
        {
            Geometry geometry = MaskPolygons.Polygonise(mask);
            Assert.True(Parts(geometry).All(p => p.IsValid), geometry.AsText());
            Assert.Equal(mask.Area, geometry.Area, 1e-6);
        });

    [Fact]
    public void Each_4_connected_piece_is_one_polygon()
        => Masks.Any(maximumSide: 24).Sample(mask
            => Assert.Equal(ConnectedComponents.Label(mask, Connectivity.Four).Count, Parts(MaskPolygons.Polygonise(mask)).Count()));

    [Fact]
    public void Objects_of_a_label_map_are_those_of_its_masks()
        => Gen.Select(Gen.Int[1, 12], Gen.Int[1, 12]).SelectMany((height, width) => Gen.Int[0, 3].Array[height * width].Select(values => new LabelMap(new ImageSize(height, width), values)))
            .Sample(labels =>
            {
                IReadOnlyDictionary<int, Geometry> objects = MaskPolygons.Polygonise(labels);
                Assert.Equal(labels.Values(), objects.Keys);
                foreach ((int label, Geometry geometry) in objects)
                {
                    Assert.True(geometry.EqualsTopologically(MaskPolygons.Polygonise(labels.Select(label))));
                    Assert.Equal(labels.Select(label).Pixels, MaskPolygons.Rasterise(geometry, labels.Size).Pixels);
                }
            });

    [Fact]
    public void A_ring_has_its_hole_and_corners_at_bends_only()
    {
        var polygon = Assert.IsType<Polygon>(MaskPolygons.Polygonise(Masks.Draw(".....", ".###.", ".#.#.", ".###.")));

        Assert.Equal(5, polygon.Shell.NumPoints);
        Assert.Equal(5, Assert.Single(polygon.Holes).NumPoints);
        Assert.Equal(new Envelope(1, 4, 1, 4), polygon.EnvelopeInternal);
        Assert.Equal(8, polygon.Area);
    }

    [Fact]
    public void Holes_that_meet_at_a_corner_are_two_holes()
    {
        var polygon = Assert.IsType<Polygon>(MaskPolygons.Polygonise(Masks.Draw("####", "#.##", "##.#", "####")));

        Assert.Equal(2, polygon.Holes.Length);
        Assert.True(polygon.IsValid);
    }

    [Fact]
    public void A_gap_closed_by_a_corner_is_a_hole_that_touches_the_outline()
    {
        var polygon = Assert.IsType<Polygon>(MaskPolygons.Polygonise(Masks.Draw("###", "#.#", "##.")));

        Assert.Single(polygon.Holes);
        Assert.True(polygon.IsValid);
    }

    [Fact]
    public void Pixels_that_meet_at_a_corner_are_two_polygons() => Assert.Equal(2, Parts(MaskPolygons.Polygonise(Masks.Draw("#.", ".#"))).Count());

    [Fact]
    public void An_empty_mask_has_no_polygon() => Assert.True(MaskPolygons.Polygonise(Masks.Draw("..", "..")).IsEmpty);

    [Fact]
    public void Parts_beyond_the_picture_are_cut_off_and_slanted_edges_follow_pixel_centres()
    {
        Geometry triangle = GeometryFactory.Default.CreatePolygon([new(-1e12, -1), new(400, -1), new(-1e12, 1e12), new(-1e12, -1)]);
        Geometry half = GeometryFactory.Default.CreatePolygon([new(0, 0), new(3, 0), new(0, 3), new(0, 0)]);

        Assert.Equal(9, MaskPolygons.Rasterise(triangle, new ImageSize(3, 3)).Area);
        Assert.Equal(Masks.Draw("##.", "#..", "...").Pixels, MaskPolygons.Rasterise(half, new ImageSize(3, 3)).Pixels);
    }

    [Fact]
    public void Other_geometries_and_impossible_corners_are_refused()
    {
        Assert.Contains("Point", Assert.Throws<InputException>(() => MaskPolygons.Rasterise(GeometryFactory.Default.CreatePoint(new Coordinate(1, 1)), new ImageSize(2, 2))).Message);
        Geometry broken = GeometryFactory.Default.CreatePolygon([new(0, 0), new(double.NaN, 0), new(0, 3), new(0, 0)]);
        Assert.Contains("NaN", Assert.Throws<InputException>(() => MaskPolygons.Rasterise(broken, new ImageSize(2, 2))).Message);
    }

    private static IEnumerable<Geometry> Parts(Geometry geometry) => Enumerable.Range(0, geometry.NumGeometries).Select(geometry.GetGeometryN).Where(g => !g.IsEmpty);
}
