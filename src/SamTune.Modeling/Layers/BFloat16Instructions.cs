using System.Runtime.Intrinsics.X86;

namespace SamTune.Modeling.Layers;

/// <summary>Whether this processor multiplies bfloat16 by instructions of its own, so that products in it are faster than in float32.</summary>
public static class BFloat16Instructions
{
    // Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2A, CPUID: leaf 7, subleaf 1, EAX bit 5 is AVX512_BF16; leaf 7, subleaf 0, EDX bit 22 is AMX-BF16.
    private const int Leaf = 7, Avx512BFloat16 = 1 << 5, AmxBFloat16 = 1 << 22;

    /// <summary>True with AVX512-BF16 or AMX-BF16, which the operating system has switched on.</summary>
    public static bool AreThere => X86Base.IsSupported && Avx512F.IsSupported && HighestLeaf >= Leaf
        && ((X86Base.CpuId(Leaf, 1).Eax & Avx512BFloat16) != 0 || (X86Base.CpuId(Leaf, 0).Edx & AmxBFloat16) != 0);

    private static int HighestLeaf => X86Base.CpuId(0, 0).Eax;
}
