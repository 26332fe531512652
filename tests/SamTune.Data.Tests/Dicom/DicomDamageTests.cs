using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using SamTune.Data.Dicom;
using SamTune.Imaging.Nifti;
using SamTune.Testing;

namespace SamTune.Data.Tests.Dicom;

/// <summary>Series with missing slices and damaged headers, made from a real one (see data/README.md), through the installed dcm2niix.</summary>
public sealed class DicomDamageTests : IDisposable
{
    private const byte ImageGroup = 0x28, Rows = 0x10, Columns = 0x11, BitsAllocated = 0x00;

    private static readonly string s_series = RepositoryFiles.At("tests", "SamTune.Data.Tests", "Dicom", "data", "mr_head_pd");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public void A_series_with_a_missing_slice_is_refused_even_when_asked_for_by_number(int? number)
    {
        string[] slices = Copy();
        File.Delete(slices[5]);

        Expect.Refused(() => DicomSeries.Read(_folder.At("series"), new DicomOptions { SeriesNumber = number }), _folder.At("series"), "series 2", "uneven distances", "missing", "series2_Eq_1.nii");
        Expect.Refused(() => DicomSeries.ConvertToNifti(_folder.At("series"), _folder.At("head.nii"), new DicomOptions { SeriesNumber = number }), "uneven distances");
        Assert.False(File.Exists(_folder.At("head.nii")));
    }

    [Fact]
    public void A_whole_series_beside_one_with_a_gap_can_be_chosen()
    {
        string[] slices = Copy();
        foreach (string slice in slices)
        {
            byte[] file = File.ReadAllBytes(slice);
            SetText(file, 0x11, "IS", (byte)'7');
            SetText(file, 0x0E, "UI", (byte)'7');
            File.WriteAllBytes(_folder.At("series", "other_" + Path.GetFileName(slice)), file);
        }

        File.Delete(slices[5]);
        Expect.Refused(() => DicomSeries.Read(_folder.At("series"), new DicomOptions { SeriesNumber = 2 }), "uneven distances");
        Assert.Equal(new VolumeSize(256, 256, 12), DicomSeries.Read(_folder.At("series"), new DicomOptions { SeriesNumber = 7 }).Geometry.Size);
    }

    [Fact]
    public void A_slice_without_its_end_ones_is_the_shorter_volume()
    {
        string[] slices = Copy();
        File.Delete(slices[0]);
        File.Delete(slices[^1]);

        Assert.Equal(10, DicomSeries.Read(_folder.At("series")).Geometry.Size.Z);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Hostile_sizes_are_refused_by_the_folder_s_name_and_leave_no_file(bool everySlice)
    {
        foreach (string slice in Copy().Take(everySlice ? 12 : 1))
            Change(slice, file => _ = (Set(file, Rows, 0xFFFF), Set(file, Columns, 0xFFFF)));

        Expect.Refused(() => DicomSeries.Read(_folder.At("series")), _folder.At("series"));
        Expect.Refused(() => DicomSeries.ConvertToNifti(_folder.At("series"), _folder.At("head.nii")), _folder.At("series"));
        Assert.Equal([_folder.At("series")], Directory.GetFileSystemEntries(_folder.FullPath));
    }

    [Fact]
    public void Corrupt_headers_are_refused_by_the_folder_s_name()
    {
        foreach (string slice in Copy())
            Change(slice, file => file.AsSpan(132, 268).Fill(0xFF));
        Expect.Refused(() => DicomSeries.Read(_folder.At("series")), _folder.At("series"));

        foreach (string slice in Copy())
            Change(slice, file => _ = Set(file, BitsAllocated, 3));
        Expect.Refused(() => DicomSeries.Read(_folder.At("series")), _folder.At("series"));
    }

    // In the order of the instance numbers, which is that of the positions.
    private string[] Copy()
    {
        Directory.CreateDirectory(_folder.At("series"));
        foreach (string file in Directory.GetFiles(s_series))
            File.Copy(file, _folder.At("series", Path.GetFileName(file)), overwrite: true);
        return [.. Directory.GetFiles(_folder.At("series")).OrderBy(InstanceNumber)];
    }

    private static int InstanceNumber(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        int at = Find(file, 0x20, 0x13, "IS");
        return int.Parse(Encoding.ASCII.GetString(file, at + 8, file[at + 6]).Trim(), CultureInfo.InvariantCulture);
    }

    private static void Change(string path, Action<byte[]> change)
    {
        byte[] file = File.ReadAllBytes(path);
        change(file);
        File.WriteAllBytes(path, file);
    }

    private static bool Set(byte[] file, byte element, ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(Find(file, ImageGroup, element, "US") + 8), value);
        return true;
    }

    private static void SetText(byte[] file, byte element, string kind, byte digit) => file[Find(file, 0x20, element, kind) + 8] = digit;

    // An element in explicit little endian (DICOM PS3.5, section 7.1.2).
    private static int Find(byte[] file, byte group, byte element, string kind)
    {
        byte[] start = [group, 0, element, (byte)(group == ImageGroup && element == BitsAllocated ? 1 : 0), (byte)kind[0], (byte)kind[1]];
        int at = file.AsSpan().IndexOf(start);
        return at >= 0 ? at : throw new InvalidOperationException($"No element ({group:x4},{element:x4}).");
    }
}
