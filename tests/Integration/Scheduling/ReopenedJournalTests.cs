namespace Cano.Integration.Scheduling;

/// <summary>A journal that is closed and opened again under a scheduler that runs.</summary>
public sealed class ReopenedJournalTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30);

    private readonly Bench _bench = new();

    [Fact]
    [Trait("ID", "F69")]
    public async Task Flows_go_on_when_their_journal_was_closed_and_opened_again()
    {
        using var directory = new TempDirectory();
        var work = _bench.Marking().WithCheckpoints(directory.Path);
        await using (
            var running = await _bench.Scheduler.Every("flow", work, Stage.Start, s_interval).StartAsync()
        )
        {
            for (var runs = 1; runs <= 3; runs++)
            {
                var info = await running.RestAsync("flow", runs);
                Assert.Equal((FlowStatus.Completed, null), (info.Status, info.LastError));
                await FasterCheckpointStore.CloseAsync(directory.Path);
                if (runs < 3)
                    _bench.Time.Advance(s_interval);
            }
        }

        await FasterCheckpointStore.CloseAsync(directory.Path);
        Assert.Equal(3, _bench.Trail.Marks.Count);
    }

    [Fact]
    [Trait("ID", "F69"), Trait("ID", "F79")]
    public async Task A_run_whose_journal_was_closed_under_it_is_gone_on_with_when_its_body_has_ended()
    {
        using var directory = new TempDirectory();
        var gate = new Gate();
        var work = _bench.Waiting(gate).WithCheckpoints(directory.Path);
        var first = await _bench.Scheduler.Every("flow", work, Stage.Start, s_interval).StartAsync();
        await gate.Entered;
        await FasterCheckpointStore.CloseAsync(directory.Path);
        // Another scheduler finds the run in the journal, and that somebody works on it.
        await using (var second = await _bench.Scheduler.Manual("flow", work, Stage.Start).StartAsync())
        {
            await Flows.UntilAsync(() => second.Status("flow")!.Status == FlowStatus.Idle);
            Assert.Equal(["run"], _bench.Trail.Marks);
            Assert.Equal(1, second.Status("flow")!.SkippedCount);
        }

        gate.Open();
        Assert.Equal(FlowStatus.Backoff, (await first.RestAsync("flow", 1)).Status);
        _bench.Time.Advance(s_interval);
        Assert.Equal(FlowStatus.Completed, (await first.RestAsync("flow", 2)).Status);
        Assert.Equal(["run", "run", "run"], _bench.Trail.Marks);
        await first.StopAsync();
        await FasterCheckpointStore.CloseAsync(directory.Path);
    }
}
