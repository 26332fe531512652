using CsCheck;
using SamTune.Imaging.Maps;

namespace SamTune.Imaging.Tests.Maps;

public sealed class CoordinateReferenceSystemTests
{
    // Reference values: PROJ 9.1.1 (gdaltransform of GDAL 3.6.2).
    [Theory]
    [InlineData(32633, 500000, 5000000, 15, 45.153477183356)]
    [InlineData(32633, 312345.678, 5712345.678, 12.294481823636, 51.530989880401)]
    [InlineData(32733, 700000.5, 1234567.25, 24.274708739528, -78.816690421198)]
    [InlineData(31985, 293749.5, 9115744.75, -34.871272316298, -7.995375911139)]
    [InlineData(25832, 691608.25, 5334754.75, 11.575558693969, 48.137171208495)]
    [InlineData(26918, 583960, 4507523, -74.005969526830, 40.714349213497)]
    [InlineData(7856, 334000, 6252000, 151.205514686926, -33.859261705437)]
    [InlineData(3857, 1492237.75, 6894699.8, 13.404999783651, 52.519999992990)]
    [InlineData(4326, 13.5, 52.5, 13.5, 52.5)]
    public void Coordinates_agree_with_PROJ_in_both_directions(int code, double x, double y, double longitude, double latitude)
    {
        var system = CoordinateReferenceSystem.FromEpsg(code);

        (double foundLongitude, double foundLatitude) = system.ToWgs84(x, y);
        (double foundX, double foundY) = system.FromWgs84(longitude, latitude);

        // 0.2 mm: the ellipsoid of WGS 84 stands for that of GRS 80 too.
        Assert.Equal(longitude, foundLongitude, 2e-9);
        Assert.Equal(latitude, foundLatitude, 2e-9);
        Assert.Equal(x, foundX, 2e-4);
        Assert.Equal(y, foundY, 2e-4);
    }

    // Reference values: PROJ 9.1.1 (cs2cs of the Debian package proj-bin, without grids), which takes the same parameters of the datums.
    [Theory]
    [InlineData(2154, 652709.401, 6859290.946, 2.355781112797, 48.831938054382)]
    [InlineData(2154, 700000, 6600000, 3, 46.5)]
    [InlineData(2154, 1216000.5, 6056000.25, 9.161263922295, 41.424480116467)]
    [InlineData(2154, 124000, 6838000, -4.792652530750, 48.386291118436)]
    [InlineData(2154, 900000, 6250000, 5.464614556790, 43.321062280739)]
    [InlineData(2056, 2600000, 1200000, 7.438632420872, 46.951082771871)]
    [InlineData(2056, 2683256.5, 1247923.25, 8.541072080861, 47.376884615052)]
    [InlineData(2056, 2500000, 1117800, 6.142997044769, 46.204208118833)]
    [InlineData(2056, 2833000, 1167000, 10.481002126054, 46.613593528382)]
    [InlineData(2056, 2722000, 1087000, 9.011268432096, 45.923595809363)]
    [InlineData(27700, 530034, 180381, -0.127724005743, 51.507406927430)]
    [InlineData(27700, 651409.903, 313177.270, 1.716051990375, 52.657978598580)]
    [InlineData(27700, 250000, 675000.5, -4.403417537810, 55.944564752095)]
    [InlineData(27700, 440000, 1170000, -1.275654808348, 60.411898310500)]
    [InlineData(27700, 170000, 25000, -5.216201349287, 50.080506736045)]
    [InlineData(25829, 500000, 4649776.22, -9, 41.999999957644)]
    [InlineData(25833, 391234.5, 5820123.25, 13.396957814673, 52.520350686081)]
    [InlineData(25838, 600000, 7000000, 46.982302004916, 63.115489871052)]
    public void Systems_of_countries_agree_with_PROJ_to_a_millimetre_and_come_back_to_a_centimetre(int code, double x, double y, double longitude, double latitude)
    {
        var system = CoordinateReferenceSystem.FromEpsg(code);

        (double foundLongitude, double foundLatitude) = system.ToWgs84(x, y);
        (double foundX, double foundY) = system.FromWgs84(foundLongitude, foundLatitude);

        Assert.Equal(longitude, foundLongitude, 1e-8);
        Assert.Equal(latitude, foundLatitude, 9e-9);
        // A datum's shift takes heights as 0 on either ellipsoid, so the way back is another by millimetres.
        Assert.Equal(x, foundX, 1e-2);
        Assert.Equal(y, foundY, 1e-2);
    }

    [Fact]
    public void Every_place_of_a_system_comes_back_to_a_centimetre()
    {
        (int Code, double Longitude, double Latitude, double Reach)[] areas = [(2154, 3, 46.5, 5), (2056, 8.2, 46.8, 1.5), (27700, -2, 54.5, 4.5), (25833, 15, 50, 4), (31985, -33, -8, 4)];
        Gen.Select(Gen.Int[0, areas.Length - 1], Gen.Double[-1, 1], Gen.Double[-1, 1]).Sample((area, east, north) =>
        {
            (double longitude, double latitude) = (areas[area].Longitude + (areas[area].Reach * east), areas[area].Latitude + (areas[area].Reach * north));
            var system = CoordinateReferenceSystem.FromEpsg(areas[area].Code);
            (double x, double y) = system.FromWgs84(longitude, latitude);
            (double backLongitude, double backLatitude) = system.ToWgs84(x, y);
            // 1e-7 of a degree of latitude is 1.1 cm.
            Assert.Equal(longitude, backLongitude, 1e-7);
            Assert.Equal(latitude, backLatitude, 1e-7);
        });
    }

    [Fact]
    public void A_published_control_point_of_Great_Britain_is_met_to_five_metres()
    {
        // Caister water tower: ETRS89 and National Grid by OSTN15 (Ordnance Survey, "A guide to coordinate systems in Great Britain", annexe C).
        (double longitude, double latitude) = CoordinateReferenceSystem.FromEpsg(27700).ToWgs84(651_409.903, 313_177.270);
        (double metresX, double metresY) = ((longitude - (1 + (42 / 60.0) + (57.8663 / 3600))) * 67_600, (latitude - (52 + (39 / 60.0) + (28.8282 / 3600))) * 111_300);

        Assert.InRange(Math.Sqrt((metresX * metresX) + (metresY * metresY)), 1, 5);
    }

    [Theory]
    [InlineData(32601, "WGS 84 / UTM zone 1N")]
    [InlineData(32760, "WGS 84 / UTM zone 60S")]
    [InlineData(31985, "SIRGAS 2000 / UTM zone 25S")]
    [InlineData(25838, "ETRS89 / UTM zone 38N")]
    [InlineData(28348, "GDA94 / MGA zone 48")]
    [InlineData(3857, "WGS 84 / Pseudo-Mercator")]
    [InlineData(4269, "NAD83")]
    [InlineData(2154, "RGF93 v1 / Lambert-93")]
    [InlineData(2056, "CH1903+ / LV95")]
    [InlineData(27700, "OSGB36 / British National Grid")]
    public void Codes_mean_what_the_registry_says(int code, string name) => Assert.Equal(name, CoordinateReferenceSystem.FromEpsg(code).Name);

    [Theory]
    [InlineData(32600)]
    [InlineData(32661)]
    [InlineData(2180)]
    [InlineData(-1)]
    public void Other_codes_are_named_with_the_way_out(int code)
    {
        string message = Assert.Throws<InputException>(() => CoordinateReferenceSystem.FromEpsg(code)).Message;
        Assert.Contains($"EPSG:{code}", message, StringComparison.Ordinal);
        Assert.Contains("gdalwarp", message, StringComparison.Ordinal);
    }
}
