using System.Diagnostics;
using SamTune.Checkpoints;
using SamTune.Checkpoints.Layouts;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Testing;

namespace SamTune.Artifacts.Tests;

public sealed class LoadingMemoryTests
{
    [Fact]
    public void Loading_vit_b_takes_at_most_a_quarter_more_memory_than_the_file()
    {
        using var folder = new TemporaryFolder();
        string safeTensors = folder.At("vit_b.safetensors"), pth = folder.At("vit_b.pth");
        List<TensorData> tensors = [.. SamStateDict.Entries(SamArchitecture.VitB)
            .Select(e => new TensorData(e.Name, e.ElementType, e.Shape, stream => WriteZeros(stream, e.ByteCount)))];
        SafeTensorsWriter.Write(safeTensors, tensors);
        PthWriter.Write(pth, tensors);

        // The first model stays: memory that it gave back would hide what the second takes.
        using Sam first = LoadWithin(safeTensors);
        using Sam second = LoadWithin(pth);
    }

    private static Sam LoadWithin(string path)
    {
        long before = Resident();
        long peak = 0;
        using var done = new CancellationTokenSource();
        var watch = new Thread(() =>
        {
            while (!done.IsCancellationRequested)
            {
                peak = Math.Max(peak, Resident());
                Thread.Sleep(5);
            }
        });
        watch.Start();
        Sam loaded = SamLoader.Load(path);
        peak = Math.Max(peak, Resident());
        done.Cancel();
        watch.Join();
        double ratio = (peak - before) / (double)new FileInfo(path).Length;
        Assert.True(ratio is > 0.9 and <= 1.25, $"{Path.GetFileName(path)}: peak memory rose by {ratio:f2} times the file.");
        return loaded;
    }

    private static void WriteZeros(Stream stream, long count)
    {
        var chunk = new byte[1 << 20];
        for (long left = count; left > 0; left -= chunk.Length)
        {
            stream.Write(chunk, 0, (int)Math.Min(left, chunk.Length));
        }
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
