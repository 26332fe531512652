using SamTune.Modeling;
using SamTune.Testing;
using SamTune.Training.Caching;
using static TorchSharp.torch;

namespace SamTune.Training.Tests.Caching;

public sealed class DiskStoreTests : IDisposable
{
    private const long Plenty = 1 << 20;
    private readonly TemporaryFolder _folder = new();
    private readonly Clock _clock = new();

    // The clock is that of the files: what is much older than now counts as abandoned.
    public DiskStoreTests() => _clock.Now = Directory.GetLastWriteTimeUtc(_folder.FullPath);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.BFloat16)]
    public void What_is_kept_is_found_with_its_shape_type_and_bits(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using DiskStore writer = Open(), reader = Open();
        var activation = randn(1, 3, 5, 7).to(type);
        Assert.Null(reader.Find(Key(1)));
        writer.Keep(Key(1), activation);
        Tensor found = reader.Find(Key(1))!;
        Assert.Equal(type, found.dtype);
        Assert.Equal(activation.shape, found.shape);
        Assert.Equal(TensorCopy.ToArray(activation), TensorCopy.ToArray(found));
        Assert.Null(reader.Find(Key(2)));
        Assert.Equal(0, reader.Damaged);
    }

    [Fact]
    public void An_entry_is_refused_with_any_byte_changed_or_missing_or_under_another_key()
    {
        using var scope = NewDisposeScope();
        using DiskStore store = Open();
        store.Keep(Key(1), randn(1, 2, 3));
        string path = store.PathOf(Key(1));
        byte[] whole = File.ReadAllBytes(path);
        for (int i = 0; i < whole.Length; i++)
        {
            byte[] changed = [.. whole];
            changed[i] ^= 0x10;
            File.WriteAllBytes(path, changed);
            Assert.Null(store.Find(Key(1)));
            File.WriteAllBytes(path, whole[..i]);
            Assert.Null(store.Find(Key(1)));
        }

        Assert.Equal(2 * whole.Length, store.Damaged);
        File.WriteAllBytes(path, [.. whole, 0]);
        Assert.Null(store.Find(Key(1)));
        Directory.CreateDirectory(Path.GetDirectoryName(store.PathOf(Key(2)))!);
        File.WriteAllBytes(store.PathOf(Key(2)), whole);
        Assert.Null(store.Find(Key(2)));
        File.WriteAllBytes(path, whole);
        Assert.NotNull(store.Find(Key(1)));
    }

    [Fact]
    public void The_folder_never_holds_more_than_its_limit_and_the_longest_unused_entries_of_others_make_room()
    {
        using var scope = NewDisposeScope();
        var activation = randn(1, 4, 4, 4);
        long size = EntryFile.SizeOf(activation);
        using (DiskStore earlier = Open(4 * size))
        {
            foreach (int i in Enumerable.Range(0, 4))
            {
                _clock.Now = _clock.Now.AddMinutes(1);
                earlier.Keep(Key(i), activation);
                File.SetLastWriteTimeUtc(earlier.PathOf(Key(i)), _clock.Now.UtcDateTime);
            }
        }

        _clock.Now = _clock.Now.AddMinutes(1);
        using DiskStore store = Open(4 * size);
        Assert.NotNull(store.Find(Key(0)));
        store.Keep(Key(10), activation);
        store.Keep(Key(11), activation);

        // 0 was used just now; 1 and 2 had been unused for longest.
        Assert.Equal([0, 3, 10, 11], Enumerable.Range(0, 20).Where(i => File.Exists(store.PathOf(Key(i)))));

        // What the run uses itself is not thrown out for what comes later: every epoch would miss everything.
        store.Keep(Key(12), activation);
        store.Keep(Key(13), activation);
        Assert.Equal([0, 10, 11, 12], Enumerable.Range(0, 20).Where(i => File.Exists(store.PathOf(Key(i)))));
        Assert.True(Directory.EnumerateFiles(_folder.FullPath, "*.activation", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length) <= 4 * size);
    }

    [Fact]
    public void Files_of_others_in_the_folder_are_left_alone()
    {
        using var scope = NewDisposeScope();
        using DiskStore store = Open(limit: 500);
        store.Keep(Key(1), randn(1, 4, 4, 4));
        string own = _folder.At("activations", "mine.txt");
        File.WriteAllBytes(own, new byte[2000]);
        using DiskStore next = Open(limit: 500);
        next.Keep(Key(2), randn(1, 4, 4, 4));
        Assert.True(File.Exists(own));
        Assert.False(File.Exists(next.PathOf(Key(1))));
        Assert.True(File.Exists(next.PathOf(Key(2))));
    }

    [Fact]
    public void Readers_see_whole_entries_while_others_write_and_evict_the_same()
    {
        long size = 112 + (4 * 4096);
        Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 4 }, worker =>
        {
            using var scope = NewDisposeScope();
            for (int round = 0; round < 10; round++)
            {
                using DiskStore store = Open(6 * size);
                for (int i = 0; i < 8; i++)
                {
                    if (store.Find(Key(i)) is { } found)
                    {
                        Assert.Equal(4096 * (i + 1), found.sum().item<float>());
                    }
                    else
                    {
                        store.Keep(Key(i), full([4096], i + 1f));
                    }
                }

                Assert.Equal(0, store.Damaged);
            }
        });
    }

    [Fact]
    public void Several_stores_that_write_at_once_keep_the_limit_together()
    {
        const int Writers = 4, EntriesEach = 12;
        using var scope = NewDisposeScope();
        long size = EntryFile.SizeOf(zeros(256)), limit = 20 * size;
        using var done = new CancellationTokenSource();
        long largest = 0;
        var watch = new Thread(() =>
        {
            while (!done.IsCancellationRequested)
            {
                largest = Math.Max(largest, Taken());
            }
        });
        watch.Start();
        Parallel.For(0, Writers, new ParallelOptions { MaxDegreeOfParallelism = Writers }, writer =>
        {
            using var own = NewDisposeScope();
            using DiskStore store = Open(limit);
            for (int i = 0; i < EntriesEach; i++)
            {
                store.Keep(Key((100 * writer) + i), full([256], i + 1f));
                Assert.Null(store.Problem);
            }
        });
        done.Cancel();
        watch.Join();
        Assert.InRange(Math.Max(largest, Taken()), limit - size, limit);

        long Taken() => Directory.EnumerateFiles(_folder.FullPath, "*.activation", SearchOption.AllDirectories).Sum(f => new FileInfo(f) is { Exists: true } file ? file.Length : 0);
    }

    [Fact]
    public void What_was_deleted_by_hand_is_room_for_the_next_run()
    {
        using var scope = NewDisposeScope();
        var activation = randn(1, 4, 4, 4);
        long size = EntryFile.SizeOf(activation);
        using (DiskStore first = Open(2 * size))
        {
            first.Keep(Key(1), activation);
            first.Keep(Key(2), activation);
            first.Keep(Key(3), activation);
            Assert.False(File.Exists(first.PathOf(Key(3))));
        }

        using DiskStore next = Open(2 * size);
        Assert.NotNull(next.Find(Key(1)));
        File.Delete(next.PathOf(Key(2)));
        next.Keep(Key(4), activation);
        Assert.True(File.Exists(next.PathOf(Key(1))));
        Assert.True(File.Exists(next.PathOf(Key(4))));
    }

    [Fact]
    public void An_entry_that_cannot_be_written_or_read_is_a_problem_that_is_told_and_not_thrown()
    {
        using var scope = NewDisposeScope();
        using DiskStore store = Open();
        store.Keep(Key(1), randn(1, 2, 3));
        Assert.Null(store.Problem);

        // A file where the entry's folder should be.
        string blocked = new('f', 64);
        File.WriteAllText(_folder.At("activations", "ff"), "");
        store.Keep(blocked, randn(1, 2, 3));
        Assert.StartsWith($"{store.PathOf(blocked)}: cannot be written (", store.Problem!, StringComparison.Ordinal);
        Assert.NotNull(store.Find(Key(1)));
        store.Keep(Key(2), randn(1, 2, 3));
        Assert.False(File.Exists(store.PathOf(Key(2))));

        // A folder where the entry should be.
        using DiskStore reader = Open();
        File.Delete(store.PathOf(Key(1)));
        Directory.CreateDirectory(store.PathOf(Key(1)));
        Assert.Null(reader.Find(Key(1)));
        Assert.StartsWith($"{store.PathOf(Key(1))}: cannot be read (", reader.Problem!, StringComparison.Ordinal);
    }

    [Fact]
    public void Activations_computed_or_stored_in_another_precision_have_other_names()
    {
        string[] names =
        [
            .. from stored in Enum.GetValues<CachePrecision>()
               from isBFloat16 in new[] { false, true }
               select ActivationKey.Common("base", 2, isWhole: false, 64, stored, isBFloat16),
        ];
        Assert.Equal(names.Length, names.Distinct().Count());
    }

    private static string Key(int number) => number.ToString("x64", System.Globalization.CultureInfo.InvariantCulture);

    private DiskStore Open(long limit = Plenty) => new(_folder.FullPath, limit, _clock);

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
