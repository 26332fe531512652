using System.Runtime.InteropServices;

namespace SamTune.Training;

/// <summary>Gives freed native memory back to the system.</summary>
public static partial class NativeHeap
{
    /// <summary>
    /// Bytes of what passes from one part of a model to the next from which on memory is given back between parts of a pass. Between what is kept of one part and of the next lie holes of what was not, and few of them are used
    /// again: a ViT-B at 1024 pixels would take twice what lives in it. Giving back costs what asking again costs, which shows (15 % of a step) only where tensors are small, and there little is to be had.
    /// </summary>
    public const long TrimmedFrom = 2 << 20;

    /// <summary>
    /// The C library keeps freed tensors' memory for itself in pieces that rarely fit again; without this the process grows although the number of
    /// tensors does not. Does nothing where the C library is not glibc.
    /// </summary>
    public static void Trim()
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out IntPtr library))
        {
            if (NativeLibrary.TryGetExport(library, "malloc_trim", out _))
            {
                _ = MallocTrim(0);
            }

            NativeLibrary.Free(library);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int MallocTrim(nint pad);
}
