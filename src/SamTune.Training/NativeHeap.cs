using System.Runtime.InteropServices;

namespace SamTune.Training;

/// <summary>Gives freed native memory back to the system.</summary>
internal static partial class NativeHeap
{
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
