using TorchSharp;
using static TorchSharp.torch;

namespace SamTune.Modeling;

/// <summary>Copies from main memory to where a model is.</summary>
public static class DeviceCopy
{
    /// <summary>Copies a tensor to a device. To a CUDA device it goes through page-locked memory and without waiting: the copy runs beside what the device computes, and whatever uses it there comes after it.</summary>
    /// <param name="host">A tensor in main memory; stays the caller's.</param>
    /// <param name="device">Where to.</param>
    /// <returns>The copy, in the caller's dispose scope; on a processor the tensor itself.</returns>
    public static Tensor To(Tensor host, Device device)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(device);
        if (device.type == DeviceType.CPU)
        {
            return host;
        }

        using var scope = NewDisposeScope();

        // libtorch keeps page-locked memory until the copies out of it are done.
        Tensor source = device.type == DeviceType.CUDA ? host.pin_memory() : host;
        return source.to(device, non_blocking: true).MoveToOuterDisposeScope();
    }
}
