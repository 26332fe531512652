using System.CommandLine;
using System.Globalization;
using SamTune.Imaging;
using TorchSharp;

namespace SamTune.Cli.Running;

/// <summary>The flag <c>--device</c>: where a model computes.</summary>
internal static class DeviceFlag
{
    private const string Auto = "auto", Processor = "cpu", Cuda = "cuda", CudaNumber = "cuda:";

    /// <summary>The flag.</summary>
    public static Option<string?> Create() => new("--device") { Description = "Where the model computes: cpu, cuda, cuda:1, or auto (default), a CUDA GPU where the program was built for one and finds one." };

    /// <summary>The device that is asked for, with as many threads as fit.</summary>
    /// <param name="text">What was typed; null for auto.</param>
    /// <exception cref="InputException">There is no such device, or this program cannot use it.</exception>
    public static torch.Device Read(string? text)
    {
        ProcessorThreads.Fit();
        (DeviceType type, int index) = Find(text, torch.cuda.is_available() ? torch.cuda.device_count() : 0);
        return new torch.Device(type, index);
    }

    /// <summary>The same for a machine with some GPUs; the index of the processor is -1.</summary>
    internal static (DeviceType Type, int Index) Find(string? text, int gpus)
    {
        int number = text switch
        {
            null or Auto => gpus > 0 ? 0 : -1,
            Processor => -1,
            Cuda => 0,
            _ when text.StartsWith(CudaNumber, StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(CudaNumber.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int given) => given,
            _ => throw new InputException($"--device: '{text}' is unknown; choose cpu, cuda, cuda:1 (the second GPU) or auto."),
        };
        return number < 0 ? (DeviceType.CPU, -1)
            : number < gpus ? (DeviceType.CUDA, number)
            : throw new InputException($"--device: '{text}' is not there: {(gpus > 0 ? $"this machine has {gpus} GPU(s), counted from 0" : "no CUDA GPU can be used; build with -p:TorchBackend=cuda on a machine that has one (docs/cuda.md)")}; or choose cpu.");
    }
}
