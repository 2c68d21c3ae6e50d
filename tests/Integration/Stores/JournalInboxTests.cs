using Cano.FaultyDisks;
using Cano.Testing.Stores;

namespace Cano.Integration.Stores;

/// <summary>Inboxes in the journal: their space, and what of them is found to be gone.</summary>
public sealed class JournalInboxTests
{
    private readonly FaultDisk disk = new() { KeepsHistory = false };

    [Fact]
    [Trait("ID", "U2")]
    [Trait("ID", "Y15")]
    public async Task What_a_run_has_taken_is_reclaimed_and_the_newest_10_000_ids_are_known_all_the_same()
    {
        const int sent = 12_000;
        await using (var store = await Open())
        {
            await store.AppendMany("a", 0, 1);
            Assert.True(await store.AcceptAsync("a", InboxItem.Signal("first", "first")));
            var most = 0;
            var sequence = 1L;
            for (var number = 1; number <= sent; number++)
            {
                var item = InboxItem.Signal("paid", $"id-{number}") with { Number = number };
                Assert.True(await store.AcceptAsync("a", item));
                await store.AppendAsync("a", InboxRows.Taken(sequence++, item), 1);
                if (number % 100 == 0)
                    await store.AppendAsync("a", Rows.Of(sequence++, RowKind.Snapshot, [1]), 1);
                if (number % 50 == 0)
                    most = Math.Max(most, Segments());
            }

            // About 60 segments were written.
            Assert.InRange(most, 4, 30);
        }

        await using var reopened = await Open();
        Assert.Equal("first", Assert.Single(await reopened.ReadInboxAsync("a")).Name);
        foreach (var number in new[] { sent, sent - 5000, sent - 9999 })
            Assert.False(await reopened.AcceptAsync("a", InboxItem.Signal("paid", $"id-{number}")));
        Assert.True(await reopened.AcceptAsync("a", InboxItem.Signal("paid", $"id-{sent - 10_000}")));
        Assert.Equal([0, sent + 1], (await reopened.ReadInboxAsync("a")).Select(item => item.Number));
    }

    [Fact]
    [Trait("ID", "U1")]
    public async Task An_entry_that_was_lost_is_missed_by_the_next_row()
    {
        await using (var store = await Open())
        {
            await store.AppendMany("a", 0, 1);
            await store.AcceptAsync("a", InboxItem.Signal("paid"));
            await store.AppendMany("a", 1, 2);
            await store.AppendMany("b", 0, 1);
        }

        var log = JournalOnDisk.LogOnDisk();
        var image = disk.Written();
        var entry = JournalOnDisk.FramesOf(image[log], "a")[1];
        var damaged = new FaultDisk(image.Changed(log, bytes => bytes.AsSpan(entry, 68).Clear()));

        await using var reopened = await JournalOnDisk.OpenOn(damaged);
        Assert.Equal(
            "decode inbox run_id=a number=0: it is missing",
            await Rows.Refusal(async () => await reopened.ReadInboxAsync("a"))
        );
        Assert.Equal(
            [RunStatus.Damaged, RunStatus.Suspended],
            (await reopened.List(RunFilter.All)).Select(run => run.Status)
        );
    }

    [Fact]
    [Trait("ID", "U3")]
    public async Task A_snapshot_does_not_mend_what_a_lost_row_may_have_taken()
    {
        await using (var store = await Open())
        {
            await store.AppendMany("a", 0, 1);
            var item = InboxItem.Signal("paid") with { Number = 0 };
            await store.AcceptAsync("a", item);
            await store.AppendAsync("a", InboxRows.Taken(1, item), 1);
            await store.AppendAsync("a", Rows.Of(2, RowKind.Snapshot, [1]), 1);
        }

        var log = JournalOnDisk.LogOnDisk();
        var image = disk.Written();
        var row = JournalOnDisk.FramesOf(image[log], "a")[2];
        var damaged = new FaultDisk(image.Changed(log, bytes => bytes[row + 80] ^= 1));

        await using var reopened = await JournalOnDisk.OpenOn(damaged);
        Assert.Contains(
            "inbox run_id=a number=",
            await Rows.Refusal(async () => await reopened.LoadRunAsync("a")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("ID", "U1")]
    public async Task What_is_sent_while_an_end_is_on_its_way_is_answered_when_the_end_is_durable()
    {
        await using var store = await Open();
        await store.AppendMany("a", 0, 1);
        var held = new HeldCall();
        disk.Add(
            new DiskFault(DiskFaultKind.Delay)
            {
                Call = DiskCall.Flush,
                Name = "journal.log",
                Held = held,
            }
        );
        var ending = Task.Run(async () => await store.AppendAsync("a", Rows.Of(1, RowKind.Finished), 1));
        await held.Arrived;

        var sending = store.AcceptAsync("a", InboxItem.Signal("paid")).AsTask();
        Assert.False(sending.IsCompleted);
        held.Release();

        await ending;
        Assert.Equal("run_ended", (await Assert.ThrowsAsync<CanoException>(() => sending)).Error.Category);
    }

    private int Segments() =>
        disk.Written().Paths.Count(path => path.Contains("journal.log.", StringComparison.Ordinal));

    private Task<FasterCheckpointStore> Open() => JournalOnDisk.OpenOn(disk);
}
