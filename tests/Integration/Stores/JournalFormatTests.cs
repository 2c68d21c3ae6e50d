using System.Buffers.Binary;
using Cano.Faster.Frames;
using Cano.Testing;

namespace Cano.Integration.Stores;

/// <summary>Which versions of the format a journal is opened with, and what it says of itself then.</summary>
public sealed class JournalFormatTests : IDisposable
{
    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_journal_of_format_1_says_so_until_something_is_written_to_it()
    {
        await FillAsync();
        Say(1);

        await using (var store = await directory.Open())
            Assert.Equal(2, (await store.LoadRunAsync("a")).Count);

        Assert.All(Versions(), version => Assert.Equal(1u, version));
    }

    [Fact]
    public async Task Both_superblocks_say_the_newest_format_before_the_first_row_of_it_can_be_read()
    {
        await FillAsync();
        Say(1);

        await using var store = await directory.Open();
        await store.AppendAsync("a", Rows.Entered(2), fence: 1);

        // No superblock is due: the clock stands still.
        Assert.All(Versions(), version => Assert.Equal(2u, version));
        using var crashed = directory.Crash();
        await using var again = await crashed.Open();
        Assert.Equal(3, (await again.LoadRunAsync("a")).Count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task A_journal_of_another_version_is_refused_with_its_number_and_left_as_it_is(uint version)
    {
        await FillAsync();
        Say(version);
        var before = await File.ReadAllBytesAsync(directory.File("journal.meta"));

        var text = await Rows.Refusal(() => directory.Open());

        Assert.Contains($"format version is {version}; this build of Cano reads versions 1 to 2", text);
        Assert.Contains("open it with the version of Cano that wrote it", text);
        Assert.Equal(before, await File.ReadAllBytesAsync(directory.File("journal.meta")));
    }

    [Fact]
    public async Task A_row_has_the_instant_that_it_says_and_without_one_that_of_its_frame()
    {
        var clock = new VirtualTime();
        var options = JournalOnDisk.Small with { TimeProvider = clock };
        await using var store = await FasterCheckpointStore.OpenAsync(directory.Path, options);
        clock.Advance(TimeSpan.FromHours(1));
        await store.AppendAsync("a", Rows.Entered(0), fence: 1);
        await store.AppendAsync("a", Rows.Entered(1) with { WrittenAt = null }, fence: 1);

        var rows = await store.LoadRunAsync("a");

        Assert.Equal([Rows.MadeAt(0), clock.GetUtcNow()], rows.Select(row => row.WrittenAt));
    }

    private async Task FillAsync()
    {
        await using var store = await directory.Open();
        await store.AppendMany("a", 0, 2);
    }

    /// <summary>Both superblocks soundly say this version.</summary>
    private void Say(uint version)
    {
        var path = directory.File("journal.meta");
        var meta = File.ReadAllBytes(path);
        foreach (var slot in Slots(meta))
        {
            BinaryPrimitives.WriteUInt32LittleEndian(slot.Span[8..], version);
            BinaryPrimitives.WriteUInt32LittleEndian(slot.Span[92..], Checksum.Of(slot.Span[..92]));
        }

        File.WriteAllBytes(path, meta);
    }

    private List<uint> Versions()
    {
        var meta = File.ReadAllBytes(directory.File("journal.meta"));
        return Slots(meta).ConvertAll(slot => BinaryPrimitives.ReadUInt32LittleEndian(slot.Span[8..]));
    }

    private static List<Memory<byte>> Slots(byte[] meta) => [meta.AsMemory(0, 96), meta.AsMemory(4096, 96)];
}
