using SamTune.Data.Checking;
using SamTune.Data.Domains;
using SamTune.Data.Preprocessing;
using SamTune.Imaging;
using SamTune.Imaging.Codecs;
using SamTune.Imaging.GeoTiff;
using SamTune.Imaging.Maps;
using SamTune.Testing;

namespace SamTune.Data.Tests.Checking;

/// <summary>Bands and bits that are not what they are taken for.</summary>
public sealed class BandCheckTests : IDisposable
{
    private static readonly ImageSize Size = new(30, 40);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(255, "1 use 8 bits only (odd.png)")]
    [InlineData(4095, "1 use 12 bits (odd.png)")]
    [InlineData(4096, null)]
    [InlineData(0, null)]
    public void Sixteen_bits_of_which_fewer_are_used_are_told(int highest, string? said)
    {
        Grey("full", 65535);
        Grey("odd", highest);

        DatasetProblem[] found = Found("bit-depth");

        Assert.Equal(said == null ? 0 : 1, found.Length);
        Assert.All(found, f => Assert.Contains($"of 2 16-bit picture(s) {said}", f.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Bands_without_names_are_told_where_the_recipe_chooses_by_name()
    {
        Scene("town", [null, null, null, null], (_, x) => (ushort)(100 + x));

        Assert.Contains("(town.tif)", Assert.Single(Found("unnamed-bands", Satellite)).Message, StringComparison.Ordinal);
        Assert.Empty(Found("unnamed-bands", Satellite with { Scene = new SceneSettings { Bands = "blue,green,red,nir" } }));
        Scene("town", ["blue", "green", "red", "nir"], (_, x) => (ushort)(100 + x));
        Assert.Empty(Found("unnamed-bands", Satellite));
    }

    [Theory]
    [InlineData(NearInfrared.FourChannels, "--near-infrared drop")]
    [InlineData(NearInfrared.Drop, "left out")]
    public void A_fourth_band_that_is_all_or_nothing_is_no_near_infrared(NearInfrared use, string said)
    {
        Scene("town", [null, null, null, null], (band, x) => band == 3 ? (x < 9 ? (ushort)0 : ushort.MaxValue) : (ushort)(5000 + x));
        PreprocessingSpec recipe = Satellite with { Scene = new SceneSettings(use) };

        Assert.Contains(said, Assert.Single(Found("alpha", recipe)).Message, StringComparison.Ordinal);
        Scene("town", [null, null, null, null], (band, x) => (ushort)(band == 3 ? 40 * x : 5000 + x));
        Assert.Empty(Found("alpha", recipe));
    }

    [Fact]
    public void An_alpha_channel_of_a_picture_is_told_as_left_out()
    {
        Grey("plain", 65535);
        Mask("rgba");
        File.WriteAllBytes(_folder.At("images", "rgba.png"), PngBytes.Create(40, 30, 8, 6, [.. Enumerable.Range(0, 30).Select(y => Enumerable.Range(0, 160).Select(i => (byte)(i % 4 == 3 ? 128 : i + y)).ToArray())]));

        DatasetProblem found = Assert.Single(Found("alpha"));

        Assert.Equal(ProblemSeverity.Warning, found.Severity);
        Assert.Contains("1 picture(s)", found.Message, StringComparison.Ordinal);
        Assert.Contains("(rgba.png)", found.Message, StringComparison.Ordinal);
    }

    private static PreprocessingSpec Satellite => DomainProfile.Find("satellite")!.Spec;

    private DatasetProblem[] Found(string code, PreprocessingSpec? recipe = null)
    {
        DatasetReport report = DatasetCheck.Run(DatasetSource.Open(_folder.FullPath, new DatasetSourceOptions { Preprocessing = recipe }), cancel: TestContext.Current.CancellationToken);
        Assert.Equal(0, report.Errors);
        return [.. report.Problems.Where(p => p.Code == code)];
    }

    private void Grey(string name, int highest)
    {
        Mask(name);
        ImageWriter.WriteLabelPng16(_folder.At("images", name + ".png"), new LabelMap(Size, [.. Enumerable.Range(0, 1200).Select(i => highest * (i % 40) / 39)]));
    }

    private void Scene(string name, string?[] bands, Func<int, int, ushort> sample)
    {
        Mask(name);
        var header = new GeoTiffHeader
        {
            Size = Size,
            BandNames = bands,
            StoredAs = SampleKind.UInt16,
            Transform = GeoTransform.NorthUp(500_000, 5_000_000, 0.3, 0.3),
            GeoKeys = GeoKeys.Of(CoordinateReferenceSystem.FromEpsg(32633)),
        };
        GeoTiffWriter.Write(_folder.At("images", name + ".tif"), header, [.. Enumerable.Range(0, 1200 * bands.Length).Select(i => sample(i % bands.Length, i / bands.Length % 40))]);
    }

    private void Mask(string name)
    {
        Directory.CreateDirectory(_folder.At("images"));
        Directory.CreateDirectory(_folder.At("masks"));
        ImageWriter.WriteMaskPng(_folder.At("masks", name + ".png"), new BinaryMask(Size, [.. Enumerable.Range(0, 1200).Select(i => (byte)(i % 40 < 20 ? 1 : 0))]));
    }
}
