using Cano.Testing;

namespace Cano.Integration.Scheduling;

/// <summary>A journaled flow dies at each append, and another scheduler goes on with it on the same
/// store.</summary>
public sealed class JournalCrashTests
{
    private const int RowsPerFiring = 4;
    private const int Firings = 2;

    // The first firing says when it is, to whoever shares the flow.
    private const int Appends = 1 + Firings * RowsPerFiring;

    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(30);

    private readonly Bench _bench = new();
    private readonly KeepingStore _store = new() { KeepsBytes = true };

    public static TheoryData<int, CrashPoint> EveryPoint => CrashPoints.Of(1, Appends);

    [Theory]
    [Trait("ID", "Y10"), Trait("ID", "Z4")]
    [MemberData(nameof(EveryPoint))]
    public async Task A_flow_killed_at_any_append_goes_on_and_never_poisons_itself(
        int append,
        CrashPoint point
    )
    {
        await LiveUntilDeadAsync(append, point);
        await GoOnAsync();
        await AssertSettledAsync();
    }

    [Theory]
    [Trait("ID", "Y10"), Trait("ID", "Z4")]
    [MemberData(nameof(EveryPoint))]
    public async Task A_flow_killed_again_while_it_goes_on_is_none_the_worse(int append, CrashPoint point)
    {
        await LiveUntilDeadAsync(append, point);
        for (var again = 1; again <= RowsPerFiring; again++)
            await LiveUntilDeadAsync(
                again,
                again % 2 == 0 ? CrashPoint.BeforeAppend : CrashPoint.AfterAppend
            );
        await GoOnAsync();
        await AssertSettledAsync();
    }

    /// <summary>A scheduler on a store that dies.</summary>
    private async Task LiveUntilDeadAsync(int append, CrashPoint point)
    {
        var dying = new CrashingCheckpointStore(_store, append, point);
        await using var running = await _bench
            .Scheduler.Every("flow", Work(dying), Stage.Start, s_interval)
            .StartAsync();
        await FirstAsync(running);
        for (var firing = 0; firing < Firings && !dying.HasCrashed; firing++)
            _bench.Time.Advance(s_interval);
        Assert.True(dying.HasCrashed);
        Assert.Equal("checkpoint_store", running.Status("flow")!.LastError!.Category);
    }

    /// <summary>A scheduler on a sound store: it never fails again.</summary>
    private async Task GoOnAsync()
    {
        await using var running = await _bench
            .Scheduler.Every("flow", Work(_store), Stage.Start, s_interval)
            .StartAsync();
        await FirstAsync(running);
        for (var run = 1; run <= 3; run++)
        {
            var info = await running.RestAsync("flow", run);
            Assert.Equal(
                (FlowStatus.Completed, null, run),
                (info.Status, info.LastError?.ToString(), (int)info.RunCount)
            );
            _bench.Time.Advance(s_interval);
        }
    }

    /// <summary>What an earlier scheduler left goes on at once; else the flow waits for the occurrence that
    /// was agreed on.</summary>
    private async Task FirstAsync(RunningScheduler running)
    {
        if (running.Status("flow") is { RunCount: 0, NextOccurrence: { } next })
            _bench.Time.Advance(next - _bench.Time.GetUtcNow());
        await running.RestAsync("flow", 1);
    }

    /// <summary>Each occurrence that began has ended exactly once, in order, and nothing but the watermark is
    /// left.</summary>
    private async Task AssertSettledAsync()
    {
        Assert.Empty(await _store.List(RunFilter.All));

        foreach (var id in _bench.Trail.Marks.Select(mark => mark.Split(' ')[1]).Distinct())
            Assert.Single(_store.RowsOf(id), row => row.Kind == RowKind.Finished);

        var marks = _store.RowsOf("flow/watermark");
        Assert.Equal(
            Enumerable.Range(0, marks.Count).Select(i => (long)i),
            marks.Select(row => row.Sequence)
        );
        var occurrences = marks
            .Select(row => System.Text.Encoding.UTF8.GetString(row.Payload!.Value.Span).Split(' ')[0])
            .Where(over => over != "none")
            .ToList();
        Assert.Equal(occurrences.Distinct().Order(StringComparer.Ordinal), occurrences);
    }

    private Workflow<Stage> Work(ICheckpointStore store) =>
        Workflow
            .Bare<Stage>()
            .Register(Stage.Start, context => Mark(context, Stage.Work))
            .Register(Stage.Work, context => Mark(context, Stage.End))
            .AddExitState(Stage.End)
            .WithTimeProvider(_bench.Time)
            .WithCheckpointStore(store);

    private Stage Mark(TaskContext context, Stage next)
    {
        _bench.Trail.Add($"{context.State} {context.RunId}");
        return next;
    }
}
