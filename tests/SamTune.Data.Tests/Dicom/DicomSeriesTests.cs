using System.Buffers.Binary;
using SamTune.Data.Dicom;
using SamTune.Imaging.Nifti;
using SamTune.Testing;

namespace SamTune.Data.Tests.Dicom;

/// <summary>A real series (see data/README.md), through the installed dcm2niix.</summary>
public sealed class DicomSeriesTests : IDisposable
{
    private const int Side = 256;

    private static readonly string s_series = RepositoryFiles.At("tests", "SamTune.Data.Tests", "Dicom", "data", "mr_head_pd");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Slices_are_in_the_order_of_their_positions_whatever_the_files_are_called()
    {
        // By the instance number in the headers, which the names contradict.
        byte[][] slices = [.. Directory.GetFiles(s_series).Select(File.ReadAllBytes).OrderBy(InstanceNumber)];
        Assert.NotEqual(slices.Select(InstanceNumber), Directory.GetFiles(s_series).Order(StringComparer.Ordinal).Select(f => InstanceNumber(File.ReadAllBytes(f))));

        NiftiVolume volume = DicomSeries.Read(s_series);

        Assert.Equal(new VolumeSize(Side, Side, 12), volume.Geometry.Size);
        float[][] found = [.. Enumerable.Range(0, 12).Select(k => volume.Samples()[(k * Side * Side)..((k + 1) * Side * Side)])];
        float[][] expected = [.. slices.Select(Pixels)];
        if (!found[0].SequenceEqual(expected[0]))
            Array.Reverse(expected);
        Assert.All(Enumerable.Range(0, 12), k => Assert.Equal(expected[k], found[k]));
    }

    [Fact]
    public void Several_series_are_listed_and_chosen_by_number()
    {
        foreach (string file in Directory.GetFiles(s_series))
        {
            File.Copy(file, _folder.At(Path.GetFileName(file)));
            File.WriteAllBytes(_folder.At("second_" + Path.GetFileName(file)), AsSeries(File.ReadAllBytes(file), (byte)'7'));
        }

        Expect.Refused(() => DicomSeries.Read(_folder.FullPath), _folder.FullPath, "several series", "2 (FSE PD AXIAL OBL)", "7 (FSE PD AXIAL OBL)", "series number");
        Expect.Refused(() => DicomSeries.Read(_folder.FullPath, new DicomOptions { SeriesNumber = 3 }), "no series 3", "2 (");
        Assert.Equal(12, DicomSeries.Read(_folder.FullPath, new DicomOptions { SeriesNumber = 7 }).Geometry.Size.Z);
    }

    [Fact]
    public void A_converted_series_is_what_is_read()
    {
        string path = _folder.At("head.nii");

        DicomSeries.ConvertToNifti(s_series, path);

        Assert.Equal(DicomSeries.Read(s_series).Samples(), NiftiVolume.Read(path).Samples());
        Assert.Equal([path], Directory.GetFiles(_folder.FullPath));
        Expect.Refused(() => DicomSeries.ConvertToNifti(s_series, _folder.At("head.nii.gz")), ".nii");
    }

    [Fact]
    public void Folders_without_images_are_refused()
    {
        File.WriteAllText(_folder.At("notes.txt"), "no image");

        Expect.Refused(() => DicomSeries.Read(_folder.FullPath), _folder.FullPath, "DICOM");
        Expect.Refused(() => DicomSeries.Read(_folder.At("none")), "no such folder");
        Assert.True(DicomSeries.IsSeries(s_series));
        Assert.False(DicomSeries.IsSeries(_folder.FullPath));
        Assert.Empty(DicomSeries.FindFolders(_folder.FullPath));
        Assert.Empty(DicomSeries.FindFolders(_folder.At("none")));
    }

    [Fact]
    public void Folders_are_found_below_a_place_by_extension_or_content_whatever_lies_beside()
    {
        string[] files = Directory.GetFiles(s_series);
        foreach ((string folder, string name, string file) in new[] { ("b/2", "I0001", files[1]), ("b/2", "I0002", files[2]), ("a", "x.DCM", files[0]) })
        {
            Directory.CreateDirectory(_folder.At(folder));
            File.WriteAllText(_folder.At(folder, "A_README"), "no image");
            File.WriteAllBytes(_folder.At(folder, name), File.ReadAllBytes(file));
        }

        Assert.Equal([_folder.At("a"), _folder.At("b", "2")], DicomSeries.FindFolders(_folder.FullPath));
        Assert.Equal(["2: FSE PD AXIAL OBL, MR, 256x256x2"], DicomSeries.ReadAll(_folder.At("b", "2"), (series, path) => $"{series.Number}: {series.Description}, {series.Modality}, {NiftiVolume.ReadGeometry(path).Size}"));
        Expect.Refused(() => DicomSeries.ReadAll(_folder.At("b"), (series, _) => series), _folder.At("b"));
    }

    [Fact]
    public void A_truncated_slice_is_refused_or_left_to_what_remains_but_never_read_as_pixels()
    {
        foreach (string file in Directory.GetFiles(s_series))
            File.Copy(file, _folder.At(Path.GetFileName(file)));
        string cut = _folder.At("image_01.dcm");
        File.WriteAllBytes(cut, File.ReadAllBytes(cut)[..5000]);

        Expect.Refused(() => DicomSeries.Read(_folder.FullPath), _folder.FullPath);
    }

    [Fact]
    public void A_missing_converter_is_named_with_its_package()
        => Expect.Refused(() => DicomSeries.Read(s_series, new DicomOptions { Program = "dcm2niix-that-is-not-there" }), s_series, "Debian package dcm2niix");

    [Fact]
    public void A_converter_that_hangs_is_stopped()
    {
        string program = _folder.At("hangs");
        File.WriteAllText(program, "#!/bin/sh\nsleep 60\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);

        Expect.Refused(() => DicomSeries.Read(s_series, new DicomOptions { Program = program, Timeout = TimeSpan.FromMilliseconds(300) }), "stopped");
    }

    // Pixels are the last element of these files, rows from top to bottom; NIfTI has them from bottom to top.
    private static float[] Pixels(byte[] file)
    {
        ReadOnlySpan<byte> data = file.AsSpan(file.Length - (2 * Side * Side));
        var pixels = new float[Side * Side];
        for (int y = 0; y < Side; y++)
        {
            for (int x = 0; x < Side; x++)
                pixels[((Side - 1 - y) * Side) + x] = BinaryPrimitives.ReadInt16LittleEndian(data[(2 * ((y * Side) + x))..]);
        }

        return pixels;
    }

    private static int InstanceNumber(byte[] file) => int.Parse(Text(file, 0x13));

    // An element of group 0020 in explicit little endian.
    private static int Find(byte[] file, byte element, string kind)
    {
        byte[] start = [0x20, 0, element, 0, (byte)kind[0], (byte)kind[1]];
        return file.AsSpan().IndexOf(start);
    }

    private static string Text(byte[] file, byte element)
    {
        int at = Find(file, element, "IS");
        return System.Text.Encoding.ASCII.GetString(file, at + 8, file[at + 6]).Trim();
    }

    private static byte[] AsSeries(byte[] file, byte digit)
    {
        int number = Find(file, 0x11, "IS"), uid = Find(file, 0x0E, "UI");
        file[number + 8] = digit;
        file[uid + 8] = digit;
        return file;
    }
}
