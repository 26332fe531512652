using System.Text.Json;
using SamTune.Imaging.Nifti;
using SamTune.Testing;

namespace SamTune.Imaging.Tests;

/// <summary>Volumes of nibabel's and what nibabel said of ours (see tests/goldens/nifti/README.md): labels lie where their image does in a reader that is not this one.</summary>
public sealed class NiftiViewerTests : IDisposable
{
    private static readonly JsonElement s_nibabel = JsonDocument.Parse(File.ReadAllText(Golden("nibabel.json"))).RootElement;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Volumes { get; } =
        ["both_differ", "both_same", "metres", "micrometres", "no_code", "qform_left_handed", "qform_only", "sform_only", "version_two"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Volumes))]
    public void A_volume_lies_where_nibabel_says(string name)
    {
        NiftiVolume volume = NiftiVolume.Read(Golden($"{name}.nii"));
        JsonElement said = s_nibabel.GetProperty(name);
        Assert.Equal(Numbers(said, "voxels"), volume.Samples().Select(v => (double)v));
        // Without a code nibabel lays the volume's middle into the origin; NIfTI's method 1 the first voxel, by the voxel sizes alone.
        if (name == "no_code")
        {
            Assert.Equal("RAS", volume.Geometry.AxisCodes);
            return;
        }

        double unit = said.GetProperty("unit").GetString() switch { "meter" => 1000, "micron" => 0.001, _ => 1 };
        double[] affine = Numbers(said, "affine");
        Assert.All(Enumerable.Range(0, 12), i => Assert.Equal(affine[i] * unit, volume.Geometry.Affine[i / 4, i % 4], 1e-5 * Math.Max(1, Math.Abs(affine[i] * unit))));
        Assert.Equal(said.GetProperty("axes").GetString(), volume.Geometry.AxisCodes);
    }

    [Theory]
    [MemberData(nameof(Volumes))]
    public void Labels_of_a_volume_lie_in_nibabel_where_the_volume_does_with_the_same_codes_and_unit(string name)
    {
        NiftiVolume volume = NiftiVolume.Read(Golden($"{name}.nii"));
        ushort[] labels = [.. volume.Samples().Select(v => (ushort)v)];
        NiftiWriter.WriteLabels(_folder.At("labels.nii"), volume.Geometry, labels);

        // The bytes that nibabel was asked about.
        Assert.Equal(File.ReadAllBytes(Golden($"{name}_labels.nii")), File.ReadAllBytes(_folder.At("labels.nii")));
        JsonElement image = s_nibabel.GetProperty(name), written = s_nibabel.GetProperty($"{name}_labels");
        foreach (string exact in new[] { "shape", "axes", "qform_code", "sform_code", "unit", "voxels" })
            Assert.Equal(image.GetProperty(exact).GetRawText(), written.GetProperty(exact).GetRawText());
        foreach (string numbers in new[] { "affine", "qform", "sform", "zooms" })
            Assert.All(Numbers(image, numbers).Zip(Numbers(written, numbers), (e, f) => (e, f)), pair => Assert.Equal(pair.e, pair.f, 1e-6 * Math.Max(1, Math.Abs(pair.e))));
        Assert.True(NiftiVolume.ReadGeometry(_folder.At("labels.nii")).IsSameGridAs(volume.Geometry));
    }

    [Fact]
    public void A_grid_that_was_made_here_is_written_as_sform_in_millimetres()
    {
        double[] rows = [0.5, 0.25, 0, -7, -0.5, 1, 0.125, 8.5, 0, 0, 2, 9];
        var geometry = new VolumeGeometry(new VolumeSize(2, 3, 4), new Affine(rows));
        NiftiWriter.WriteLabels(_folder.At("labels.nii"), geometry, [.. Enumerable.Range(0, 24).Select(i => (byte)(i % 7))]);

        Assert.Equal(File.ReadAllBytes(Golden("made_here_labels.nii")), File.ReadAllBytes(_folder.At("labels.nii")));
        JsonElement written = s_nibabel.GetProperty("made_here_labels");
        Assert.Equal(rows, Numbers(written, "affine"));
        Assert.Equal((0, 1, "mm"), (written.GetProperty("qform_code").GetInt32(), written.GetProperty("sform_code").GetInt32(), written.GetProperty("unit").GetString()));
        Assert.Equal(Enumerable.Range(0, 24).Select(i => i % 7.0), Numbers(written, "voxels"));
    }

    [Fact]
    public void A_transform_that_holds_no_numbers_and_voxel_sizes_of_zero_are_not_handed_on()
    {
        byte[] file = new NiftiBytes { Affine = [1, 0, 0, 5, 0, 2, 0, 6, 0, 0, 3, 7], Quaternion = [0, 0, 0, double.NaN, 0, 0], PixelDimensions = [1, 0, double.NaN, 9, 1, 1, 1, 1], Units = 3 }.Build();
        File.WriteAllBytes(_folder.At("image.nii"), file);
        VolumeGeometry geometry = NiftiVolume.ReadGeometry(_folder.At("image.nii"));
        NiftiWriter.WriteLabels(_folder.At("labels.nii"), geometry, new byte[24]);

        byte[] header = File.ReadAllBytes(_folder.At("labels.nii"))[..352];
        Assert.Equal((0, 1, 3), (BitConverter.ToInt16(header, 252), BitConverter.ToInt16(header, 254), header[123]));
        Assert.Equal([1, 1, 2, 9], Enumerable.Range(0, 4).Select(d => BitConverter.ToSingle(header, 76 + (4 * d))));
        Assert.True(NiftiVolume.ReadGeometry(_folder.At("labels.nii")).IsSameGridAs(geometry));
    }

    private static string Golden(string file) => RepositoryFiles.Golden(Path.Combine("nifti", file));

    private static double[] Numbers(JsonElement volume, string name)
        => volume.GetProperty(name) is { ValueKind: JsonValueKind.Array } array ? [.. array.EnumerateArray().Select(v => v.GetDouble())] : [];
}
