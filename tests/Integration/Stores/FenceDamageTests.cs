using Cano.Faster.Frames;

namespace Cano.Integration.Stores;

/// <summary>Damage takes fences with it, and none of them is given again.</summary>
public sealed class FenceDamageTests : IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [Trait("ID", "F85")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_journal_that_lost_its_log_gives_higher_fences_than_before(bool isClaimed)
    {
        long newest;
        await using (var store = await _directory.Open())
        {
            await store.BeginAsync("a", Rows.Entered(0));
            await store.BeginAsync("b", Rows.Entered(0));
            newest = await store.ClaimMany("a", 4);
        }

        // As by a write that went to the wrong place when a segment was written again.
        var log = await File.ReadAllBytesAsync(_directory.Log());
        await File.WriteAllBytesAsync(_directory.Log(), [.. new byte[512], .. log]);
        await using var reopened = await _directory.Open();

        Assert.All(await reopened.List(RunFilter.All), run => Assert.NotNull(run.Damage));
        await AssertHigher(reopened, "a", newest, isClaimed);
    }

    [Theory]
    [Trait("ID", "F85")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_fence_of_a_row_that_cannot_be_read_is_not_given_again(bool isClaimed)
    {
        await using var store = await _directory.Open();
        await store.BeginAsync("a", Rows.Entered(0));
        var newest = await store.BeginAsync("b", Rows.Entered(0));
        await store.AppendMany("a", 1, 3);
        using var crashed = _directory.Crash();
        var frame = JournalOnDisk.FramesOf(crashed.Log(), "b")[0];
        JournalOnDisk.Flip(crashed.Log(), frame + Frame.EntryHeader + Frame.HeadSize + 12);
        await using var reopened = await crashed.Open();

        Assert.NotNull((await reopened.FindAsync("b"))!.Damage);
        await reopened.ClearAsync("b");
        await AssertHigher(reopened, "b", newest, isClaimed);
    }

    [Theory]
    [Trait("ID", "F85")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fences_that_may_have_been_given_in_a_gap_are_not_given_again(bool isClaimed)
    {
        await using var store = await _directory.Open();
        await store.BeginAsync("a", Rows.Entered(0));
        await store.BeginAsync("b", Rows.Entered(0));
        var newest = await store.ClaimMany("b", 3);
        // Under the fence that it has: no frame behind the gap tells of one that was in it.
        await store.AppendMany("a", 1, 3);
        using var crashed = _directory.Crash();
        ZeroFrom(crashed, JournalOnDisk.FramesOf(crashed.Log(), "b")[0], "a", frame: 1);
        await using var reopened = await crashed.Open();

        Assert.Null(await reopened.FindAsync("b"));
        await AssertHigher(reopened, "b", newest, isClaimed);
    }

    /// <summary>Nothing is held against such a run, whatever was lost: it is whole.</summary>
    [Fact]
    [Trait("ID", "F85")]
    public async Task A_run_that_is_over_and_whose_claims_were_lost_is_claimed_with_a_higher_fence()
    {
        await using var store = await _directory.Open();
        await store.BeginAsync("a", Rows.Entered(0));
        await store.AppendAsync("a", Rows.Of(1, RowKind.Finished), 1);
        var newest = await store.ClaimMany("a", 3);
        await store.AppendMany("b", 0, 2);
        using var crashed = _directory.Crash();
        ZeroFrom(crashed, JournalOnDisk.FramesOf(crashed.Log(), "a")[2], "b", frame: 0);
        await using var reopened = await crashed.Open();

        Assert.Null((await reopened.FindAsync("a"))!.Damage);
        await AssertHigher(reopened, "a", newest, isClaimed: true);
    }

    [Fact]
    [Trait("ID", "F85")]
    public async Task A_copy_that_was_begun_tells_the_fence_of_a_claim_that_was_lost()
    {
        await using var store = await _directory.Open();
        await store.BeginAsync("a", Rows.Entered(0));
        var newest = await store.ClaimAsync("a", "it");
        await store.AppendMany("b", 0, 1);
        using var crashed = _directory.Crash();
        WriteCopyHead(crashed, "a", newest, behind: "b");
        ZeroFrom(crashed, JournalOnDisk.FramesOf(crashed.Log(), "a")[1], "b", frame: 0);
        await using var reopened = await crashed.Open();

        Assert.Equal([Rows.Entered(0)], await reopened.LoadRunAsync("a"));
        await AssertHigher(reopened, "a", newest, isClaimed: true);
    }

    private static async Task AssertHigher(
        FasterCheckpointStore store,
        string id,
        long newest,
        bool isClaimed
    )
    {
        var next = isClaimed
            ? await store.ClaimAsync(id, "somebody")
            : await store.BeginAsync(id, Rows.Entered(0));
        Assert.True(next > newest, $"{next} after {newest}");
    }

    /// <summary>Zeros from an address to the n-th frame of a run.</summary>
    private static void ZeroFrom(TempDirectory journal, int from, string until, int frame) =>
        JournalOnDisk.Zero(journal.Log(), from, JournalOnDisk.FramesOf(journal.Log(), until)[frame] - from);

    /// <summary>Adds the head of a copy of a run's one row, which no copied row follows, as after a
    /// crash.</summary>
    private static void WriteCopyHead(TempDirectory journal, string id, long fence, string behind)
    {
        var bytes = File.ReadAllBytes(journal.Log());
        var last = JournalOnDisk.FramesOf(bytes, behind)[^1];
        var end = last + Frame.PlausibleSize(bytes.AsSpan(last));
        Array.Resize(ref bytes, end + 512);
        var ticks = Rows.MadeAt(0).UtcTicks;
        Frame.Write(
            bytes.AsSpan(end),
            new FrameHead(FrameKind.Copy, id, Sequence: 0, fence, Part: 0, ticks),
            new FramePlace(end, (uint)(end - last), Checksum.Of(behind), Durable: end, journal.StoreSum()),
            new CopyHead(Rows: 1, Tries: 1, Inbox: 0).ToBytes()
        );
        File.WriteAllBytes(journal.Log(), bytes);
    }
}
