using Cano.Testing;

namespace Cano.Integration.Scheduling;

/// <summary>Two schedulers of one store, which may be two processes.</summary>
public sealed class TwoSchedulersTests
{
    private readonly Bench _bench = new();

    [Fact]
    [Trait("ID", "Y10"), Trait("ID", "Y20")]
    public async Task Of_two_schedulers_that_start_one_occurrence_at_once_one_passes_it_over()
    {
        var store = new MeetingStore("flow/2026-03-01T00:00:30.0000000Z");
        var work = _bench.Marking().WithCheckpointStore(store);
        await using var one = await _bench.Scheduler.Manual("flow", work, Stage.Start).StartAsync();
        await using var other = await _bench.Scheduler.Manual("flow", work, Stage.Start).StartAsync();
        await one.TriggerAsync("flow");
        await other.TriggerAsync("flow");
        await Flows.UntilAsync(() => !one.HasRunningFlows && !other.HasRunningFlows);
        FlowInfo[] infos = [one.Status("flow")!, other.Status("flow")!];
        Assert.Equal(["run"], _bench.Trail.Marks);
        Assert.Equal([FlowStatus.Idle, FlowStatus.Completed], infos.Select(info => info.Status).Order());
        Assert.All(infos, info => Assert.Equal((0, null), (info.FailureStreak, info.LastError)));
    }

    [Theory]
    [Trait("ID", "Y10"), Trait("ID", "Y20")]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_watermark_that_another_scheduler_moved_meanwhile_fails_no_run(int seconds)
    {
        var (gate, store) = (new Gate(), new KeepingStore());
        var slow = _bench.Waiting(gate).WithCheckpointStore(store);
        await using var one = await _bench.Scheduler.Manual("flow", slow, Stage.Start).StartAsync();
        var otherTime = new VirtualTime(_bench.Time.GetUtcNow().AddSeconds(seconds));
        await using var other = await new Scheduler(otherTime)
            .Manual("flow", _bench.Marking().WithCheckpointStore(store), Stage.Start)
            .StartAsync();
        await one.TriggerAsync("flow");
        await gate.Entered;
        await other.RunAsync("flow");
        gate.Open();
        var info = await one.RestAsync("flow", 1);
        Assert.Equal((FlowStatus.Completed, null), (info.Status, info.LastError));
        var row = (await store.LoadRunAsync("flow/watermark"))[^1];
        Assert.Equal(
            $"2026-03-01T00:00:{30 + Math.Max(0, seconds)}.0000000Z",
            System.Text.Encoding.UTF8.GetString(row.Payload!.Value.Span)
        );
        Assert.Empty(await store.LoadRunAsync("flow/2026-03-01T00:00:30.0000000Z"));
    }

    /// <summary>Lets the first two who look for a run go on only when both have looked.</summary>
    private sealed class MeetingStore(string met) : DelegatingCheckpointStore(new MemoryCheckpointStore())
    {
        private readonly TaskCompletionSource _both = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _looks;

        public override async ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
            string runId,
            CancellationToken cancellationToken = default
        )
        {
            var rows = await base.LoadRunAsync(runId, cancellationToken);
            if (runId != met)
                return rows;
            if (Interlocked.Increment(ref _looks) == 2)
                _both.SetResult();
            await _both.Task;
            return rows;
        }

        public override ValueTask DisposeAsync() => default;
    }
}
