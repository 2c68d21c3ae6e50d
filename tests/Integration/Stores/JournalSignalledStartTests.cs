using System.Text;
using Cano.FaultyDisks;
using Cano.Runtime.Checkpoints;

namespace Cano.Integration.Stores;

/// <summary>A run that begins with a signal is there with it or not at all, wherever the power
/// fails.</summary>
public sealed class JournalSignalledStartTests
{
    private static readonly InboxItem s_signal = InboxItem.Signal("paid", "payment-1", Large(3_000));

    /// <summary>More than a page, so that it takes several writes.</summary>
    private static readonly InboxItem s_large = InboxItem.Signal("paid", "payment-1", Large(150_000));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("ID", "U11")]
    public async Task No_crash_leaves_a_run_without_the_signal_that_it_began_with(bool isLarge)
    {
        var signal = isLarge ? s_large : s_signal;
        var disk = new FaultDisk();
        int begun,
            answered;
        await using (var store = await JournalOnDisk.OpenOn(disk))
        {
            await store.AppendMany("before", 0, 1);
            begun = disk.Position;
            await Begin(store, "a", signal);
            answered = disk.Position;
        }

        var state = new DiskState(disk.Begun);
        var chance = new Random(1);
        var (with, without) = (0, 0);
        for (var position = 0; position <= disk.Position; position++)
        {
            for (var image = position < begun ? 30 : 0; image < 30; image++)
                if (await IsThere(new FaultDisk(state.AfterPowerLoss(chance)), signal))
                    with++;
                else
                    without++;
            if (position >= answered)
                Assert.True(await IsThere(new FaultDisk(state.Written()), signal));
            else if (position >= begun)
                await IsThere(new FaultDisk(state.Written()), signal);
            if (position < disk.Position)
                state.Apply(disk.History[position]);
        }

        Assert.True(with > 0 && without > 0, $"{with} with, {without} without");
    }

    [Fact]
    [Trait("ID", "U11")]
    public async Task A_signal_whose_run_did_not_begin_is_nothing_when_the_log_goes_on()
    {
        var disk = new FaultDisk();
        DiskImage image;
        await using (var store = await JournalOnDisk.OpenOn(disk))
        {
            await Begin(store, "a", s_signal);
            image = disk.Written();
        }

        var log = JournalOnDisk.LogOnDisk();
        var second = JournalOnDisk.FramesOf(image[log], "a")[^1];
        var torn = new FaultDisk(image.Changed(log, bytes => bytes.AsSpan(second).Clear()));

        for (var opening = 0; opening < 3; opening++)
        {
            await using var store = await JournalOnDisk.OpenOn(torn);
            Assert.DoesNotContain(await store.List(RunFilter.All), run => run.RunId == "a");
            Assert.All(await store.List(RunFilter.All), run => Assert.Null(run.Damage));
            await store.AppendMany($"other-{opening}", 0, 2);
        }

        await using (var store = await JournalOnDisk.OpenOn(torn))
            await Begin(store, "a", s_signal);
        await using var last = await JournalOnDisk.OpenOn(torn);
        Assert.Equal("payment-1", Assert.Single(await last.ReadInboxAsync("a")).Id);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("ID", "U11"), Trait("ID", "U1")]
    public async Task The_first_entry_of_a_run_whose_rows_before_it_are_gone_is_no_beginning(bool isSummedUp)
    {
        var disk = new FaultDisk();
        await using (var store = await JournalOnDisk.OpenOn(disk))
        {
            await store.AppendMany("a", 0, 1);
            await store.AcceptAsync("a", s_signal);
            await store.AppendMany("b", 0, 2);
            if (isSummedUp)
                await store.AppendAsync("a", Rows.Of(1, RowKind.Snapshot, [1]), 1);
            // What is found behind the gap was on disk before these.
            await store.AppendMany("b", 2, 4);
        }

        var log = JournalOnDisk.LogOnDisk();
        var image = disk.Written();
        var frames = JournalOnDisk.FramesOf(image[log], "a");
        var without = new FaultDisk(
            image.Changed(log, bytes => bytes.AsSpan(frames[0], frames[1] - frames[0]).Clear())
        );
        for (var opening = 0; opening < 2; opening++)
        {
            await using var store = await JournalOnDisk.OpenOn(without);
            var run = (await store.FindAsync("a"))!;
            Assert.Equal(isSummedUp, run.Damage is null);
            if (isSummedUp)
                Assert.Equal("payment-1", Assert.Single(await store.ReadInboxAsync("a")).Id);
        }
    }

    private static async Task<bool> IsThere(FaultDisk disk, InboxItem signal)
    {
        await using var store = await JournalOnDisk.OpenOn(disk);
        var run = await store.FindAsync("a");
        if (run is null)
        {
            Assert.All(await store.List(RunFilter.All), run => Assert.Null(run.Damage));
            // It begins as if nothing had been.
            await Begin(store, "a", signal);
        }

        Assert.Null((await store.FindAsync("a"))!.Damage);
        Assert.Single(await store.LoadRunAsync("a"));
        var item = Assert.Single(await store.ReadInboxAsync("a"));
        Assert.Equal((0, signal.Id), (item.Number, item.Id));
        Assert.False(await store.AcceptAsync("a", signal));
        return run is not null;
    }

    private static async Task Begin(IBeginsSignalled store, string id, InboxItem signal) =>
        await store.BeginAsync(id, Rows.Entered(0), signal, lease: null);

    private static StoredValue Large(int size) =>
        new(Encoding.UTF8.GetBytes($"\"{new string('x', size)}\""), typeName: null);
}
