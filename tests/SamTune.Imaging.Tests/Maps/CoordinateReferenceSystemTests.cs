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

    [Theory]
    [InlineData(32601, "WGS 84 / UTM zone 1N")]
    [InlineData(32760, "WGS 84 / UTM zone 60S")]
    [InlineData(31985, "SIRGAS 2000 / UTM zone 25S")]
    [InlineData(25838, "ETRS89 / UTM zone 38N")]
    [InlineData(28348, "GDA94 / MGA zone 48")]
    [InlineData(3857, "WGS 84 / Pseudo-Mercator")]
    [InlineData(4269, "NAD83")]
    public void Codes_mean_what_the_registry_says(int code, string name) => Assert.Equal(name, CoordinateReferenceSystem.FromEpsg(code).Name);

    [Theory]
    [InlineData(32600)]
    [InlineData(32661)]
    [InlineData(2154)]
    [InlineData(-1)]
    public void Other_codes_are_named_with_the_way_out(int code)
    {
        string message = Assert.Throws<InputException>(() => CoordinateReferenceSystem.FromEpsg(code)).Message;
        Assert.Contains($"EPSG:{code}", message, StringComparison.Ordinal);
        Assert.Contains("gdalwarp", message, StringComparison.Ordinal);
    }
}
