using CsCheck;
using SamTune.Imaging.Nifti;
using SamTune.Testing;

namespace SamTune.Imaging.Tests;

public sealed class NiftiTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Colin27_is_read_with_its_size_spacing_and_orientation()
    {
        NiftiVolume volume = NiftiVolume.Read(RepositoryFiles.Mri("colin27_t1.nii.gz"));

        Assert.Equal(new VolumeSize(181, 217, 181), volume.Geometry.Size);
        Assert.Equal((1, 1, 1), volume.Geometry.Spacing);
        Assert.Equal("RAS", volume.Geometry.AxisCodes);
        Assert.Equal(SampleKind.UInt8, volume.StoredAs);
        Assert.Equal(VolumeAxis.I, volume.Geometry.FindAxis("sagittal"));
        Assert.Equal(VolumeAxis.K, volume.Geometry.FindAxis("axial"));
    }

    [Fact]
    public void The_scan_of_the_other_subject_is_coronal_along_its_third_axis()
    {
        VolumeGeometry geometry = NiftiVolume.ReadGeometry(RepositoryFiles.Mri("itk_t1.nii.gz"));

        Assert.Equal("LSA", geometry.AxisCodes);
        Assert.Equal(VolumeAxis.K, geometry.FindAxis("coronal"));
        Assert.Equal(VolumeAxis.J, geometry.FindAxis("axial"));
        Assert.Equal(new VolumeSize(128, 128, 62), geometry.Size);
        Assert.Equal(new PixelSpacing(2, 2), geometry.PlaneSpacing(VolumeAxis.K));
        Assert.True(geometry.RowsAreFlipped(VolumeAxis.K));
    }

    [Fact]
    public void The_macaque_volume_is_scaled_by_its_slope()
    {
        NiftiVolume volume = NiftiVolume.Read(RepositoryFiles.Mri("macaque_inia19_t1.nii.gz"));

        float[] samples = volume.Samples();

        Assert.Equal(SampleKind.Int16, volume.StoredAs);
        Assert.Equal(135 * 167 * 121, samples.Length);
        Assert.All(samples.Take(100_000), v => Assert.Equal(Math.Round(v * 10), v * 10.0, 1e-2));
        Assert.Equal((0.5, 0.5, 0.5), volume.Geometry.Spacing);
    }

    [Fact]
    public void Images_and_their_labels_lie_on_the_same_grid()
    {
        foreach ((string image, string labels) in new[] { ("colin27_t1", "colin27_brain"), ("colin27_t1", "colin27_structures"), ("itk_t1", "itk_t1_brain"), ("macaque_inia19_t1", "macaque_inia19_structures") })
        {
            VolumeGeometry a = NiftiVolume.ReadGeometry(RepositoryFiles.Mri(image + ".nii.gz")), b = NiftiVolume.ReadGeometry(RepositoryFiles.Mri(labels + ".nii.gz"));
            Assert.True(a.IsSameGridAs(b), image);
        }
    }

    [Fact]
    public void The_top_of_the_head_is_at_the_top_of_a_sagittal_slice()
    {
        LabelMap brain = NiftiVolume.Read(RepositoryFiles.Mri("colin27_structures.nii.gz")).LabelSlice(VolumeAxis.I, 70);

        // The cerebellum (6) lies below and behind the thalamus and caudate; rows grow downwards, columns to the front.
        BoundingBox cerebellum = brain.Select(6).Bounds()!.Value;
        BoundingBox caudate = brain.Select([1, 4]).Bounds()!.Value;
        Assert.Equal(new ImageSize(181, 217), brain.Size);
        Assert.True(cerebellum.Y0 > caudate.Y1);
        Assert.True(cerebellum.X1 < caudate.X1);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public void Every_number_type_is_read_in_both_versions_and_byte_orders(int version, bool bigEndian)
    {
        foreach (SampleKind kind in Enum.GetValues<SampleKind>())
        {
            bool signed = kind is not (SampleKind.UInt8 or SampleKind.UInt16 or SampleKind.UInt32 or SampleKind.UInt64);
            double[] values = [.. Enumerable.Range(0, 24).Select(i => (double)(signed ? i - 12 : i))];
            byte[] file = new NiftiBytes
            {
                Version = version,
                BigEndian = bigEndian,
                Datatype = NiftiBytes.Type(kind).Code,
                Voxels = NiftiBytes.Encode(kind, bigEndian, values),
                Slope = 0.5,
                Intercept = 3,
            }.Build();

            NiftiVolume plain = NiftiVolume.Read(Save("a.nii", file)), packed = NiftiVolume.Read(Save("a.nii.gz", NiftiBytes.Compress(file)));

            Assert.Equal(kind, plain.StoredAs);
            Assert.Equal(values.Select(v => (float)(v * 0.5 + 3)), plain.Samples());
            Assert.Equal(plain.Samples(), packed.Samples());
        }
    }

    [Fact]
    public void Slices_show_every_voxel_where_the_layout_says()
    {
        NiftiVolume volume = NiftiVolume.Read(Save("a.nii", new NiftiBytes { Affine = [1, 0, 0, 0, 0, 2, 0, 0, 0, 0, 3, 0] }.Build()));
        float[] all = volume.Samples();
        foreach (VolumeAxis axis in Enum.GetValues<VolumeAxis>())
        {
            for (int index = 0; index < volume.Geometry.Size.Along(axis); index++)
            {
                VolumeSlice slice = volume.Slice(axis, index);
                (long start, long rowStep, long columnStep) = volume.Geometry.PlaneLayout(axis, index);
                ImageSize size = slice.Raster.Size;
                for (int y = 0; y < size.Height; y++)
                {
                    for (int x = 0; x < size.Width; x++)
                        Assert.Equal(all[start + (y * rowStep) + (x * columnStep)], slice.Raster.Samples[y * size.Width + x]);
                }
            }
        }

        // i runs along the columns; j grows to the front, so its last voxels are the first row.
        Assert.Equal([4, 5, 2, 3, 0, 1], volume.Slice(VolumeAxis.K, 0).Raster.Samples);
        Assert.Equal(new PixelSpacing(2, 1), volume.Slice(VolumeAxis.K, 0).Spacing);
        Assert.Throws<ArgumentOutOfRangeException>(() => volume.Slice(VolumeAxis.K, 4));
    }

    [Fact]
    public void Rows_that_already_grow_downwards_or_backwards_stay()
    {
        NiftiVolume volume = NiftiVolume.Read(Save("lps.nii", new NiftiBytes { Affine = [-1, 0, 0, 0, 0, -1, 0, 0, 0, 0, 1, 0] }.Build()));

        Assert.Equal("LPS", volume.Geometry.AxisCodes);
        Assert.Equal([0, 1, 2, 3, 4, 5], volume.Slice(VolumeAxis.K, 0).Raster.Samples);
    }

    [Fact]
    public void The_quaternion_gives_the_affine_where_no_sform_does()
    {
        // A quarter turn about z: i to the front, j to the left.
        double half = Math.Sqrt(0.5);
        NiftiBytes bytes = new() { PixelDimensions = [-1, 2, 3, 4, 1, 1, 1, 1], Quaternion = [0, 0, half, 10, 20, 30], Units = 2 };

        VolumeGeometry geometry = NiftiVolume.ReadGeometry(Save("q.nii", bytes.Build()));

        (double x, double y, double z) = geometry.Affine.Apply(1, 1, 1);
        Assert.Equal("ALI", geometry.AxisCodes);
        Assert.Equal(10 - 3, x, 1e-5);
        Assert.Equal(20 + 2, y, 1e-5);
        Assert.Equal(30 - 4, z, 1e-5);
    }

    [Fact]
    public void Metres_and_micrometres_become_millimetres()
    {
        NiftiBytes metres = new() { Units = 1, PixelDimensions = [1, 0.001, 0.002, 0.003, 1, 1, 1, 1] };
        NiftiBytes micrometres = new() { Units = 3, Affine = [500, 0, 0, 0, 0, 500, 0, 0, 0, 0, 500, 0] };

        Assert.Equal(2, NiftiVolume.ReadGeometry(Save("m.nii", metres.Build())).Spacing.Y, 1e-6);
        Assert.Equal(0.5, NiftiVolume.ReadGeometry(Save("u.nii", micrometres.Build())).Spacing.X, 1e-6);
    }

    [Fact]
    public void A_series_needs_a_time_point()
    {
        NiftiBytes series = new() { Dimensions = [4, 2, 3, 2, 2, 1, 1, 1] };
        string plain = Save("t.nii", series.Build()), packed = Save("t.nii.gz", NiftiBytes.Compress(series.Build()));

        Expect.Refused(() => NiftiVolume.Read(plain), plain, "2 time points", "0 to 1");
        Expect.Refused(() => NiftiVolume.Read(plain, new NiftiReadOptions { TimePoint = 2 }), plain, "time point 2");
        Assert.Equal(Enumerable.Range(12, 12).Select(i => (float)i), NiftiVolume.Read(plain, new NiftiReadOptions { TimePoint = 1 }).Samples());
        Assert.Equal(Enumerable.Range(12, 12).Select(i => (float)i), NiftiVolume.Read(packed, new NiftiReadOptions { TimePoint = 1 }).Samples());
    }

    [Fact]
    public void What_is_written_is_read_back_voxel_for_voxel_and_place_for_place()
        => Gen.Select(Gen.Int[1, 9], Gen.Int[1, 9], Gen.Int[1, 9], Gen.Bool, Gen.Double[-3, 3].Array[12]).Sample((x, y, z, packed, noise) =>
        {
            var size = new VolumeSize(x, y, z);
            double[] rows = [5 + noise[0], noise[1], noise[2], noise[3] * 50, noise[4], -6 + noise[5] / 2, noise[6], noise[7], noise[8], noise[9], 9, noise[11]];
            var geometry = new VolumeGeometry(size, new Affine([.. rows.Select((v, i) => i % 5 == 0 || i % 4 == 3 ? v : v / 4)]));
            ushort[] labels = [.. Enumerable.Range(0, (int)size.VoxelCount).Select(i => (ushort)(i * 977))];
            string path = _folder.At($"{Guid.NewGuid()}.nii{(packed ? ".gz" : "")}");

            NiftiWriter.WriteLabels(path, geometry, labels);
            NiftiVolume read = NiftiVolume.Read(path);

            Assert.True(geometry.IsSameGridAs(read.Geometry));
            Assert.Equal(labels.Select(l => (float)l), read.Samples());
            File.Delete(path);
        }, iter: 60);

    [Fact]
    public void Labels_of_a_real_grid_are_written_back_onto_it()
    {
        VolumeGeometry geometry = NiftiVolume.ReadGeometry(RepositoryFiles.Mri("itk_t1.nii.gz"));
        NiftiVolume source = NiftiVolume.Read(RepositoryFiles.Mri("itk_t1_brain.nii.gz"));
        byte[] labels = [.. source.Samples().Select(v => (byte)v)];

        NiftiWriter.WriteLabels(_folder.At("out.nii.gz"), geometry, labels);
        NiftiVolume read = NiftiVolume.Read(_folder.At("out.nii.gz"));

        Assert.Equal("LSA", read.Geometry.AxisCodes);
        Assert.True(read.Geometry.IsSameGridAs(source.Geometry));
        Assert.Equal(source.LabelSlice(VolumeAxis.K, 30).Labels, read.LabelSlice(VolumeAxis.K, 30).Labels);
    }

    [Fact]
    public void Long_volumes_are_written_as_version_two()
    {
        var geometry = new VolumeGeometry(new VolumeSize(40_000, 1, 1), Affine.FromSpacing(1, 1, 1));
        NiftiWriter.WriteValues(_folder.At("long.nii"), geometry, [.. Enumerable.Range(0, 40_000).Select(i => i * 0.5f)]);

        NiftiVolume read = NiftiVolume.Read(_folder.At("long.nii"));

        Assert.Equal(40_000, read.Geometry.Size.X);
        Assert.Equal(1.5f, read.Samples()[3]);
    }

    [Fact]
    public void A_missing_number_is_refused_by_its_voxel()
    {
        double[] values = [.. Enumerable.Range(0, 24).Select(i => i == 2 + 1 + 6 * 2 ? double.NaN : i)];
        foreach (SampleKind kind in new[] { SampleKind.Float32, SampleKind.Float64 })
        {
            byte[] file = new NiftiBytes { Datatype = NiftiBytes.Type(kind).Code, Voxels = NiftiBytes.Encode(kind, false, values) }.Build();
            string path = Save("nan.nii", file);
            Expect.Refused(() => NiftiVolume.Read(path), path, "voxel (1, 1, 2)", "NaN");
        }
    }

    [Fact]
    public void Fractions_are_no_labels()
    {
        string path = Save("f.nii", new NiftiBytes { Slope = 0.3 }.Build());

        Expect.Refused(() => NiftiVolume.Read(path).LabelSlice(VolumeAxis.K, 0), path, "whole numbers");
    }

    [Fact]
    public void Truncated_files_are_refused_by_name()
    {
        byte[] whole = new NiftiBytes().Build();
        byte[] packed = NiftiBytes.Compress(whole);
        foreach ((string name, byte[] bytes) in new[] { ("header.nii", whole[..200]), ("data.nii", whole[..^1]), ("three.nii", whole[..3]), ("cut.nii.gz", packed[..(packed.Length / 2)]), ("short.nii.gz", NiftiBytes.Compress(whole[..^1])) })
        {
            string path = Save(name, bytes);
            Expect.Refused(() => NiftiVolume.Read(path), path, "truncated");
        }
    }

    [Fact]
    public void Hostile_headers_are_refused_before_memory_is_taken()
    {
        Check(new NiftiBytes { Dimensions = [3, 32767, 32767, 32767, 1, 1, 1, 1] }, "claims");
        Check(new NiftiBytes { Dimensions = [3, 1000, 1000, 1000, 1, 1, 1, 1] }, "claims");
        Check(new NiftiBytes { Version = 2, Dimensions = [3, int.MaxValue, int.MaxValue, int.MaxValue, 1, 1, 1, 1] }, "claims");
        Check(new NiftiBytes { Version = 2, Dimensions = [3, long.MaxValue, 1, 1, 1, 1, 1, 1] }, "dim[1]");
        Check(new NiftiBytes { Dimensions = [3, -2, 3, 4, 1, 1, 1, 1] }, "dim[1] is -2");
        Check(new NiftiBytes { Dimensions = [9, 2, 3, 4, 1, 1, 1, 1] }, "dim[0] is 9");
        Check(new NiftiBytes { Dimensions = [5, 2, 3, 2, 1, 2, 1, 1] }, "dim[5]");
        Check(new NiftiBytes { DataOffset = 100 }, "vox_offset");
        Check(new NiftiBytes { DataOffset = double.NaN }, "vox_offset");
        Check(new NiftiBytes { DataOffset = 1e12 }, "truncated");
        Check(new NiftiBytes { Datatype = 32, Bits = 64 }, "complex");
        Check(new NiftiBytes { Datatype = 128, Bits = 24 }, "colours");
        Check(new NiftiBytes { Bits = 16 }, "bitpix");
        Check(new NiftiBytes { Slope = 1, Intercept = double.NaN }, "scl_slope");
        Check(new NiftiBytes { PixelDimensions = [1, 0, 1, 1, 1, 1, 1, 1] }, "pixdim[1]");
        Check(new NiftiBytes { Affine = [1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0] }, "singular");
        Check(new NiftiBytes { Affine = [double.NaN, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0] }, "finite");
        Check(new NiftiBytes { Magic = "ni1\0" }, ".img");
        Check(new NiftiBytes { Magic = "\0\0\0\0" }, "Analyze");

        void Check(NiftiBytes bytes, string part)
        {
            string plain = Save("bad.nii", bytes.Build()), packed = Save("bad.nii.gz", NiftiBytes.Compress(bytes.Build()));
            Expect.Refused(() => NiftiVolume.Read(plain), plain, part);
            Expect.Refused(() => NiftiVolume.Read(packed), packed, part);
        }
    }

    [Fact]
    public void What_is_no_NIfTI_is_refused_by_name()
    {
        string text = Save("notes.nii", "a text of some length"u8.ToArray());
        string empty = Save("empty.nii", []);

        Expect.Refused(() => NiftiVolume.Read(text), text, "348 or 540");
        Expect.Refused(() => NiftiVolume.Read(empty), empty, "truncated");
        Expect.Refused(() => NiftiVolume.Read(_folder.At("none.nii")), "none.nii", "no such file");
    }

    [Fact]
    public void Damaged_bytes_never_end_in_anything_but_a_volume_or_a_message()
        => Gen.Select(Gen.Int[0, 400], Gen.Byte, Gen.Int[0, 400], Gen.Byte, Gen.Bool, Gen.Int[1, 2]).Sample((place, value, other, second, packed, version) =>
        {
            byte[] file = new NiftiBytes { Version = version, Affine = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0] }.Build();
            file[place % file.Length] = value;
            file[other % file.Length] = second;
            string path = Save($"{Guid.NewGuid()}.nii", packed ? NiftiBytes.Compress(file) : file);
            try
            {
                NiftiVolume volume = NiftiVolume.Read(path, new NiftiReadOptions { TimePoint = 0 });
                Assert.Equal(volume.Geometry.Size.VoxelCount, volume.Samples().Length);
            }
            catch (InputException exception)
            {
                Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
            }

            File.Delete(path);
        }, iter: 3000);

    [Fact]
    public void An_unknown_axis_is_refused_with_the_known_ones()
        => Expect.Refused(() => new VolumeGeometry(new VolumeSize(1, 1, 1), Affine.FromSpacing(1, 1, 1)).FindAxis("oblique"), "oblique", "axial");

    private string Save(string name, byte[] bytes)
    {
        string path = _folder.At(name);
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
