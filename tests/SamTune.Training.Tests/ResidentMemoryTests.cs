using System.Runtime.InteropServices;

namespace SamTune.Training.Tests;

public sealed class ResidentMemoryTests
{
    private const int Size = 200 << 20;

    [Fact]
    public void What_is_taken_after_the_mark_is_told_even_when_it_is_given_back()
    {
        var memory = new ResidentMemory();
        TakeAndFree();
        Assert.Equal(OperatingSystem.IsLinux(), memory.KnowsPeak);
        Assert.True(memory.Peak >= Size * 9L / 10 || !memory.KnowsPeak, $"{memory.Peak} bytes");
        Assert.True(memory.HighestOfAll >= memory.Peak);
    }

    [Fact]
    public void What_was_taken_before_the_mark_is_forgotten_but_not_by_the_peak_of_all()
    {
        var memory = new ResidentMemory();
        TakeAndFree();
        long all = memory.HighestOfAll;
        memory.Mark();
        Assert.True(memory.Peak < Size / 2 || !memory.KnowsPeak, $"{memory.Peak} bytes");
        Assert.True(memory.HighestOfAll >= all);
    }

    private static void TakeAndFree()
    {
        IntPtr block = Marshal.AllocHGlobal(Size);
        for (int page = 0; page < Size; page += 4096)
        {
            Marshal.WriteByte(block, page, 1);
        }

        Marshal.FreeHGlobal(block);
    }
}
