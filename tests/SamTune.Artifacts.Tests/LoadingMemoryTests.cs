using System.Diagnostics;
using System.Runtime.InteropServices;
using SamTune.Checkpoints.Layouts;
using SamTune.Modeling;
using SamTune.Modeling.Loading;
using SamTune.Testing;

namespace SamTune.Artifacts.Tests;

public sealed partial class LoadingMemoryTests
{
    [Theory]
    [InlineData(SamFileFormat.SafeTensors)]
    [InlineData(SamFileFormat.Pth)]
    public void Loading_vit_b_takes_at_most_a_quarter_more_memory_than_the_file(SamFileFormat format)
    {
        using var folder = new TemporaryFolder();
        string path = folder.At("vit_b");
        using (var model = new Sam(SamArchitecture.VitB))
        {
            SamLoader.Save(model, path, format);
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        if (OperatingSystem.IsLinux())
        {
            // What the first model left in the heap would hide what the second takes.
            _ = TrimHeap(0);
        }

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
        using Sam loaded = SamLoader.Load(path);
        done.Cancel();
        watch.Join();
        double ratio = (peak - before) / (double)new FileInfo(path).Length;
        Assert.True(ratio is > 0.9 and <= 1.25, $"Peak memory rose by {ratio:f2} times the file.");
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int TrimHeap(nint pad);

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
