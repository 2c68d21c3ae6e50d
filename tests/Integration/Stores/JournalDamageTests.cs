using Cano.Faster.Frames;

namespace Cano.Integration.Stores;

/// <summary>Y14: damage is reported with run id and sequence, never skipped; other runs stay
/// readable.</summary>
public sealed class JournalDamageTests : IDisposable
{
    private static readonly string[] Ids = ["alpha", "beta", "gamma"];

    private readonly TempDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    [Trait("ID", "E7")]
    public async Task A_damaged_payload_is_named_and_the_other_runs_stay_readable()
    {
        await WriteThreeRuns();
        var frame = JournalOnDisk.FramesOf(directory.Log(), "beta")[1];
        JournalOnDisk.Flip(directory.Log(), frame + Frame.EntryHeader + Frame.HeadSize + 12);

        await using var store = await directory.Open();

        var text = await Rows.Refusal(async () => await store.LoadRunAsync("beta"));
        Assert.Contains("decode checkpoint row at run_id=beta sequence=1", text);
        Assert.Contains("sequence=1", await store.AppendRefusal("beta", Rows.Entered(4), 1));
        var listed = await store.List(RunFilter.All);
        Assert.Equal(
            [RunStatus.Suspended, RunStatus.Damaged, RunStatus.Suspended],
            listed.Select(run => run.Status)
        );
        Assert.Equal(text, listed[1].Damage);
        Assert.Equal(4, (await store.LoadRunAsync("alpha")).Count);
        Assert.Equal(listed, await store.List(RunFilter.Unfinished));
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task Damage_goes_away_when_the_run_is_cleared()
    {
        await WriteThreeRuns();
        var frame = JournalOnDisk.FramesOf(directory.Log(), "beta")[1];
        JournalOnDisk.Flip(directory.Log(), frame + Frame.EntryHeader + Frame.HeadSize + 12);
        await using (var store = await directory.Open())
        {
            await store.ClearAsync("beta");
            await store.AppendAsync("beta", Rows.Entered(0), 1);
        }

        await using var reopened = await directory.Open();

        Assert.Equal([Rows.Entered(0)], await reopened.LoadRunAsync("beta"));
    }

    [Fact]
    [Trait("ID", "E7")]
    public async Task No_bit_of_the_log_can_flip_unnoticed()
    {
        await WriteThreeRuns();
        var length = new FileInfo(directory.Log()).Length;
        var harmless = 0;
        for (var position = 0L; position < length; position++)
        {
            using var copy = directory.Crash();
            JournalOnDisk.Flip(copy.Log(), position, bit: (int)(position % 8));
            await using var store = await copy.Open();
            harmless += await ReportedOrIntact(store) ? 0 : 1;
        }

        // The empty bytes before the first frame, between entries, and after the last frame.
        Assert.InRange(harmless, 64, 64 + 512 + 12 * 3);
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task A_zeroed_sector_is_noticed_wherever_it_is()
    {
        await WriteThreeRuns();
        var length = (int)new FileInfo(directory.Log()).Length;
        for (var position = 0; position < length; position += 512)
        {
            using var copy = directory.Crash();
            JournalOnDisk.Zero(copy.Log(), position, Math.Min(512, length - position));
            await using var store = await copy.Open();
            Assert.True(await ReportedOrIntact(store));
        }
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task A_log_cut_short_says_that_it_ends_before_the_recorded_commit()
    {
        await WriteThreeRuns();
        var last = JournalOnDisk.FramesOf(directory.Log(), "gamma")[^1];
        JournalOnDisk.CutBy(directory.Log(), (int)new FileInfo(directory.Log()).Length - last);

        for (var opening = 0; opening < 2; opening++)
        {
            await using var store = await directory.Open();
            var text = await Rows.Refusal(async () => await store.LoadRunAsync("gamma"));
            Assert.Contains("run_id=gamma sequence=3", text);
            Assert.Contains(opening == 0 ? "the log ends before the recorded commit" : "are damaged", text);
            Assert.Equal(4, (await store.LoadRunAsync("alpha")).Count);
            await store.AppendAsync("beta", Rows.Entered(4 + opening), 1);
        }
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task A_lost_segment_is_damage()
    {
        await using (var store = await directory.Open())
            for (var sequence = 0; sequence < 60; sequence++)
                await store.AppendAsync("a", Rows.Of(sequence, RowKind.CursorAdvanced, new byte[4000]), 1);
        File.Delete(directory.Log(1));

        await using var reopened = await directory.Open();

        var text = await Rows.Refusal(async () => await reopened.LoadRunAsync("a"));
        Assert.Contains("run_id=a sequence=", text);
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task A_run_of_which_nothing_is_left_is_reported()
    {
        await using (var store = await directory.Open())
            foreach (var id in Ids)
                await store.AppendAsync(id, Rows.Of(0, RowKind.Finished), 1);
        foreach (var id in Ids)
        {
            using var copy = directory.Crash();
            var frame = JournalOnDisk.FramesOf(copy.Log(), id)[0];
            JournalOnDisk.Zero(copy.Log(), frame, 64);
            await using var store = await copy.Open();
            var lost = (await store.List(RunFilter.All)).Where(run => run.Damage is not null);
            Assert.Equal([$"unknown run at log address {frame}"], lost.Select(run => run.RunId));
        }
    }

    [Fact]
    public async Task A_frame_in_another_frames_place_is_not_taken_for_it()
    {
        await WriteThreeRuns();
        var frames = JournalOnDisk.FramesOf(directory.Log(), "beta");
        var bytes = File.ReadAllBytes(directory.Log());
        var size = Frame.PlausibleSize(bytes.AsSpan(frames[1]));
        var store = directory.StoreSum();
        Assert.True(Frame.TryRead(bytes.AsSpan(frames[1]), frames[1], store, out _));
        Assert.False(Frame.TryRead(bytes.AsSpan(frames[1]), frames[2], store, out _));
        bytes.AsSpan(frames[1], size).CopyTo(bytes.AsSpan(frames[2]));
        File.WriteAllBytes(directory.Log(), bytes);

        await using var reopened = await directory.Open();

        Assert.Contains("sequence=2", await Rows.Refusal(async () => await reopened.LoadRunAsync("beta")));
        Assert.Equal(4, (await reopened.LoadRunAsync("gamma")).Count);
    }

    [Fact]
    [Trait("ID", "F43")]
    public async Task Frames_of_another_journal_are_not_taken_for_ones_own()
    {
        using var other = new TempDirectory();
        foreach (var journal in new[] { directory, other })
            await using (var store = await journal.Open())
                // In the same places, with the same runs and sequences.
                await store.AppendAsync("alpha", Rows.Entered(0, journal == other ? "Theirs" : "MyOwn."), 1);
        File.Copy(other.Log(), directory.Log(), overwrite: true);

        await using var reopened = await directory.Open();

        var lost = Assert.Single(await reopened.List(RunFilter.All));
        Assert.Contains("the log ends before the recorded commit", lost.Damage);
    }

    [Fact]
    [Trait("ID", "F43")]
    public async Task A_frame_that_follows_another_run_than_it_says_is_damage()
    {
        await WriteThreeRuns();
        var frames = JournalOnDisk.FramesOf(directory.Log(), "beta");
        var bytes = File.ReadAllBytes(directory.Log());
        var entry = bytes.AsSpan(frames[1], Frame.PlausibleSize(bytes.AsSpan(frames[1])));
        var frame = Frame.View(entry, frames[1], isWhole: true);
        var place = frame.Place with { RunBefore = Checksum.Of("nobody"), Store = directory.StoreSum() };
        var (head, payload) = (frame.Head, frame.Payload.ToArray());
        Frame.Write(entry, head, place, payload);
        File.WriteAllBytes(directory.Log(), bytes);

        await using var store = await directory.Open();

        Assert.Contains(await store.List(RunFilter.All), run => run.Damage is not null);
    }

    [Fact]
    public async Task Damage_after_the_journal_was_opened_is_found_on_reading()
    {
        await WriteThreeRuns();
        var frame = JournalOnDisk.FramesOf(directory.Log(), "beta")[2];
        await using var store = await directory.Open();
        var payload = frame + Frame.EntryHeader + Frame.HeadSize + 8;
        // By somebody who asks for no lock.
        using (
            var log = File.OpenHandle(directory.Log(), access: FileAccess.Write, share: FileShare.ReadWrite)
        )
            RandomAccess.Write(log, [0xEE], payload);

        Assert.Contains("sequence=2", await Rows.Refusal(async () => await store.LoadRunAsync("beta")));
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task A_gap_up_to_a_frame_that_begins_a_page_may_have_held_others()
    {
        await using (var store = await directory.Open())
        {
            await store.AppendMany("small", 0, 1);
            for (var sequence = 0; sequence < 4; sequence++)
                await store.AppendAsync("filling", Large(sequence), 1);
            await store.AppendMany("small", 1, 2);
            await store.AppendAsync("next page", Large(0), 1);
            await store.AppendMany("after", 0, 1);
        }

        var lost = JournalOnDisk.FramesOf(directory.Log(), "small")[1];
        JournalOnDisk.Zero(directory.Log(), lost, (int)new FileInfo(directory.Log()).Length - lost);
        JournalOnDisk.Zero(directory.Log(1), 0, 100);
        await using var reopened = await directory.Open();

        var damaged = (await reopened.List(RunFilter.All)).Where(run => run.Damage is not null);
        Assert.Equal(
            ["filling", "small", $"unknown run at log address {lost}"],
            damaged.Select(run => run.RunId)
        );

        static CheckpointRow Large(long sequence) =>
            Rows.Of(sequence, RowKind.CursorAdvanced, new byte[15_000]);
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task Rows_of_a_cleared_run_are_not_taken_for_those_of_the_run_that_began_anew()
    {
        await using (var store = await directory.Open())
        {
            await store.AppendAsync("a", Rows.Entered(0, "Old"), 1);
            await store.ClearAsync("a");
            await store.AppendAsync("a", Rows.Entered(0, "New"), 1);
            await store.AppendAsync("a", Rows.Entered(1, "New"), 1);
        }

        var frames = JournalOnDisk.FramesOf(directory.Log(), "a");
        JournalOnDisk.Zero(directory.Log(), frames[1], frames[3] - frames[1]);
        await using var reopened = await directory.Open();

        var text = await Rows.Refusal(async () => await reopened.LoadRunAsync("a"));
        Assert.Contains("run_id=a sequence=1", text);
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task A_lost_clear_of_a_finished_run_is_reported()
    {
        await using (var store = await directory.Open())
        {
            await store.AppendAsync("a", Rows.Of(0, RowKind.Finished), 1);
            await store.ClearAsync("a");
            await store.AppendAsync("b", Rows.Entered(0), 1);
        }

        var clear = JournalOnDisk.FramesOf(directory.Log(), "a")[1];
        JournalOnDisk.Zero(directory.Log(), clear, 40);
        await using var reopened = await directory.Open();

        var damaged = (await reopened.List(RunFilter.All)).Where(run => run.Damage is not null);
        Assert.Equal([$"unknown run at log address {clear}"], damaged.Select(run => run.RunId));
        Assert.Single(await reopened.LoadRunAsync("b"));
    }

    private async Task WriteThreeRuns()
    {
        await using var store = await directory.Open();
        for (var sequence = 0; sequence < 4; sequence++)
            foreach (var id in Ids)
                await store.AppendAsync(id, Rows.Entered(sequence), 1);
    }

    /// <summary>True when damage is reported; false when nothing is missing. Anything between
    /// fails.</summary>
    private static async Task<bool> ReportedOrIntact(FasterCheckpointStore store)
    {
        var runs = await store.List(RunFilter.All);
        var damaged = runs.Where(run => run.Status == RunStatus.Damaged).ToList();
        var rows = Enumerable.Range(0, 4).Select(i => Rows.Entered(i)).ToList();
        foreach (var id in Ids)
            if (damaged.Any(run => run.RunId == id))
                Assert.Contains($"{id} ", await Rows.Refusal(async () => await store.LoadRunAsync(id)));
            else if (damaged.Count == 0 || (await store.LoadRunAsync(id)).Count > 0)
                Assert.Equal(rows, await store.LoadRunAsync(id));
        return damaged.Count > 0;
    }
}
