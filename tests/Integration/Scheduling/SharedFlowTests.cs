using System.Runtime.CompilerServices;
using Cano.Testing;

namespace Cano.Integration.Scheduling;

/// <summary>Schedulers that share a store share its flows: an occurrence is run once.</summary>
public sealed class SharedFlowTests
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30);

    private readonly Bench _bench = new();
    private readonly MemoryCheckpointStore _store = new();

    [Theory]
    [Trait("ID", "Y10")]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(-7)]
    public async Task Of_an_interval_each_occurrence_begins_once_whatever_the_clocks_say(int ahead)
    {
        var others = new VirtualTime(_bench.Time.GetUtcNow().AddSeconds(ahead));
        await using var one = await EveryAsync(_bench.Time);
        await RestAsync(one);
        await using var other = await EveryAsync(others);
        await RestAsync(other);
        for (var second = 0; second < 600; second++)
        {
            _bench.Time.Advance(TimeSpan.FromSeconds(1));
            await RestAsync(one, other);
            others.Advance(TimeSpan.FromSeconds(1));
            await RestAsync(one, other);
        }

        // A clock that is ahead ends an interval early by as much, and the other one's begins there.
        Assert.Equal(_bench.Trail.Marks.Distinct(), _bench.Trail.Marks);
        Assert.InRange(_bench.Trail.Marks.Count, ahead == 0 ? 21 : 15, ahead == 0 ? 21 : 28);
        AssertNobodyFailed(one, other);
    }

    [Fact]
    [Trait("ID", "Y10")]
    public async Task Of_a_calendar_each_occurrence_begins_once()
    {
        await using var one = await CronAsync();
        await using var other = await CronAsync();
        for (var minute = 0; minute < 20; minute++)
        {
            _bench.Time.Advance(TimeSpan.FromMinutes(1));
            await RestAsync(one, other);
        }

        Assert.Equal(20, _bench.Trail.Marks.Count);
        Assert.Equal(_bench.Trail.Marks.Distinct(), _bench.Trail.Marks);
        AssertNobodyFailed(one, other);

        Task<RunningScheduler> CronAsync() =>
            _bench.Scheduler.Cron("flow", Work(_bench.Time), Stage.Start, "* * * * *").StartAsync();
    }

    [Fact]
    [Trait("ID", "Y10")]
    public async Task When_one_stops_the_other_goes_on_with_the_next_occurrence()
    {
        var one = await EveryAsync(_bench.Time);
        await RestAsync(one);
        await using var other = await EveryAsync(_bench.Time);
        // Who comes later starts nothing of its own: it knows what was agreed on.
        Assert.Equal(0, other.Status("flow")!.RunCount);
        Assert.Equal(_bench.Time.GetUtcNow() + s_interval, other.Status("flow")!.NextOccurrence);
        await one.StopAsync();
        _bench.Time.Advance(s_interval);
        await RestAsync(other);
        Assert.Equal(
            ["flow/2026-03-01T00:00:30.0000000Z", "flow/2026-03-01T00:01:00.0000000Z"],
            _bench.Trail.Marks
        );
    }

    [Fact]
    [Trait("ID", "Y10")]
    public async Task A_run_that_another_scheduler_has_under_way_holds_up_what_follows()
    {
        var gate = new Gate();
        var slow = _bench.Waiting(gate).WithCheckpointStore(_store);
        await using var one = await _bench
            .Scheduler.Cron("flow", slow, Stage.Start, "* * * * *")
            .StartAsync();
        await using var other = await _bench
            .Scheduler.Cron("flow", slow, Stage.Start, "* * * * *")
            .StartAsync();
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        await gate.Entered.Soon();
        _bench.Time.Advance(TimeSpan.FromMinutes(3));
        await Flows.UntilAsync(() => !one.HasRunningFlows || !other.HasRunningFlows);
        Assert.Equal(["run"], _bench.Trail.Marks);
        gate.Open();
        await RestAsync(one, other);
        _bench.Time.Advance(TimeSpan.FromMinutes(1));
        await RestAsync(one, other);
        Assert.Equal(["run", "run"], _bench.Trail.Marks);
        AssertNobodyFailed(one, other);
    }

    [Fact]
    [Trait("ID", "Z47")]
    public async Task One_that_begins_lists_its_own_occurrences_alone_however_many_runs_there_are()
    {
        var listed = new ListedStore(_store);
        var kept = Work(_bench.Time).WithCheckpointStore(listed).WithRetention(Retention.Keep);
        for (var run = 0; run < 20; run++)
            await kept.OrchestrateAsync(Stage.Start, $"flower/{run}");
        for (var start = 0; start < 3; start++)
        {
            listed.Given.Clear();
            await using var one = await new Scheduler(_bench.Time)
                .Every("flow", kept, Stage.Start, s_interval)
                .StartAsync();
            Assert.All(listed.Given, id => Assert.StartsWith("flow/", id, StringComparison.Ordinal));
            Assert.Equal(start > 0, listed.Given.Count > 0);
            _bench.Time.Advance(s_interval);
            await RestAsync(one);
        }
    }

    [Theory]
    [Trait("ID", "Y10")]
    [InlineData("2026-02-01T00:00:00.0000000Z", true)]
    [InlineData("none", true)]
    [InlineData("2026-02-01T00:00:00.0000000Z next=tomorrow", false)]
    [InlineData("2026-02-01T00:00:00.0000000Z asleep", false)]
    [InlineData("", false)]
    public async Task A_watermark_that_says_no_next_occurrence_is_read_and_a_strange_one_is_refused(
        string text,
        bool isRead
    )
    {
        var row = new CheckpointRow
        {
            Sequence = 0,
            Kind = RowKind.Snapshot,
            State = "watermark",
            Payload = System.Text.Encoding.UTF8.GetBytes(text),
        };
        await _store.AppendAsync("flow/watermark", row, 1);
        if (!isRead)
        {
            Assert.Equal("checkpoint_store", (await Failures.OfAsync(EveryAsync(_bench.Time))).Category);
            return;
        }

        await using var running = await EveryAsync(_bench.Time);
        await running.RestAsync("flow", 1);
        Assert.Equal(["flow/2026-03-01T00:00:30.0000000Z"], _bench.Trail.Marks);
    }

    private Task<RunningScheduler> EveryAsync(VirtualTime time) =>
        new Scheduler(time).Every("flow", Work(time), Stage.Start, s_interval).StartAsync();

    private Workflow<Stage> Work(VirtualTime time) =>
        Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                context =>
                {
                    _bench.Trail.Add(context.RunId!);
                    return Stage.End;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(time)
            .WithCheckpointStore(_store);

    private static Task RestAsync(params RunningScheduler[] schedulers) =>
        Flows.UntilAsync(() => !schedulers.Any(scheduler => scheduler.HasRunningFlows));

    /// <summary>Notes what it gives of runs.</summary>
    private sealed class ListedStore(ICheckpointStore inner) : DelegatingCheckpointStore(inner)
    {
        public List<string> Given { get; } = [];

        public override async IAsyncEnumerable<RunSummary> ListRunsAsync(
            RunFilter filter,
            [EnumeratorCancellation] CancellationToken cancellationToken = default
        )
        {
            await foreach (var run in Inner.ListRunsAsync(filter, cancellationToken))
            {
                Given.Add(run.RunId);
                yield return run;
            }
        }

        public override ValueTask DisposeAsync() => default;
    }

    private static void AssertNobodyFailed(params RunningScheduler[] schedulers) =>
        Assert.All(
            schedulers.Select(scheduler => scheduler.Status("flow")!),
            info => Assert.Equal((0, null), (info.FailureStreak, info.LastError))
        );
}
