using System.Diagnostics;
using Cano.Testing;

namespace Cano.Integration.Telemetry;

/// <summary>A run that rests has no span open, and goes on in a new trace, linked to what was
/// before.</summary>
[Collection(Listens.Name)]
public sealed class SpanRestTests
{
    private readonly VirtualTime _time = new();

    public static TheoryData<string> Lasting => Engines.Engines.Lasting;

    [Theory]
    [MemberData(nameof(Lasting))]
    [Trait("ID", "R15"), Trait("ID", "X11")]
    public async Task A_run_that_is_suspended_goes_on_linked_to_its_last_span_and_its_starter(string kind)
    {
        using var traced = new Traced();
        using var home = Engines.Engines.Home(kind);
        var starter = await BegunAsync(home);
        Assert.Empty(traced.Open);
        await GoneOnAsync(home, new Gate());
        Assert.Empty(traced.Open);
        var open = new Gate();
        open.Open();
        await GoneOnAsync(home, open);

        var runs = traced.Of("run");
        Assert.Equal(["suspended", "suspended", "completed"], runs.Select(run => run.Of("cano.status")));
        Assert.Equal(starter.Context.SpanId, runs[0].ParentSpanId);
        Assert.Empty(runs[0].Links);
        Assert.Equal(3, runs.Select(run => run.TraceId).Distinct().Count());
        foreach (var (before, run) in runs.Zip(runs.Skip(1)))
        {
            Assert.Equal(default, run.ParentSpanId);
            Assert.Equal(
                (before.Context.TraceId, before.SpanId, starter.SpanId),
                (
                    run.LinkTo("before")!.Value.TraceId,
                    run.LinkTo("before")!.Value.SpanId,
                    run.LinkTo("starter")!.Value.SpanId
                )
            );
        }

        Assert.Equal("run orders(state Work(attempt Work), state End)", traced.TreeOf(runs[2]));
    }

    [Theory]
    [MemberData(nameof(Lasting))]
    [Trait("ID", "R15")]
    public async Task A_run_that_waits_has_no_span_open_until_it_goes_on(string kind)
    {
        using var traced = new Traced();
        using var home = Engines.Engines.Home(kind);
        await using var engine = await home.OpenAsync(new() { TimeProvider = _time });
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("timed")
            .RegisterTimer(Stage.Start, TimeSpan.FromDays(3), Stage.Work)
            .Register(Stage.Work, (_, _) => new(Stage.End))
            .AddExitState(Stage.End);
        engine.Add(workflow);
        await engine.StartAsync(workflow, Stage.Start, "timed-1").Soon();
        await Engines.Approvals.WaitingAsync(engine, "timed-1").Soon();
        await traced.WhenClosedAsync().Soon();
        await _time.WhenWaitingAsync().Soon();
        _time.Advance(TimeSpan.FromDays(3));
        await engine.Run(workflow, "timed-1").Completion().Soon();

        var runs = traced.Of("run");
        Assert.Equal("waiting", runs[0].Of("cano.status"));
        Assert.Equal("run timed(state Start(attempt Start, wait Start))", traced.TreeOf(runs[0]));
        Assert.Equal(
            "run timed(state Start(wait Start, attempt Start), state Work(attempt Work), state End)",
            traced.TreeOf(runs[^1])
        );
        Assert.Equal(runs[^2].SpanId, runs[^1].LinkTo("before")?.SpanId);
        Assert.Null(runs[^1].LinkTo("starter"));
        Assert.Empty(traced.Open);
    }

    [Fact]
    [Trait("ID", "R15")]
    public async Task A_run_whose_process_died_is_linked_to_the_span_that_its_rows_tell()
    {
        using var traced = new Traced();
        var store = new KeepingStore { KeepsBytes = true };
        var workflow = Turns(8)
            .WithCheckpointStore(new CrashingCheckpointStore(store, 6, CrashPoint.BeforeAppend));
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        await Turns(8).WithCheckpointStore(store).ResumeFromAsync("run");

        var runs = traced.Of("run");
        Assert.Equal(["checkpoint_store", null], runs.Select(run => run.Of("error.type")));
        Assert.Equal(runs[0].SpanId, runs[1].LinkTo("before")?.SpanId);
        Assert.Equal(
            [(0L, runs[0].Id!), (5, runs[1].Id!)],
            store.Rows.Where(row => row.Span is not null).Select(row => (row.Sequence, row.Span!.Parent))
        );
    }

    [Fact]
    [Trait("ID", "R15")]
    public async Task A_snapshot_tells_the_span_of_the_rows_that_it_stands_for()
    {
        using var traced = new Traced();
        var store = new KeepingStore { KeepsBytes = true };
        var dying = new CrashingCheckpointStore(store, 9, CrashPoint.BeforeAppend);
        await Failures.OfAsync(
            Turns(16).WithSnapshotEvery(3).WithCheckpointStore(dying).OrchestrateAsync(Stage.Start, "run")
        );
        Assert.Contains(store.Rows, row => row.Kind == RowKind.Snapshot);
        Assert.All(
            store.Rows,
            row => Assert.Equal(row.Sequence == 0 || row.Kind == RowKind.Snapshot, row.Span is not null)
        );
    }

    [Fact]
    [Trait("ID", "R15")]
    public async Task Rows_of_a_run_that_nobody_traces_tell_of_the_last_span_in_snapshots_alone()
    {
        var store = new KeepingStore { KeepsBytes = true };
        RunTrace? told;
        using (new Traced())
        {
            var dying = new CrashingCheckpointStore(store, 2, CrashPoint.BeforeAppend);
            await Failures.OfAsync(Turns(8).WithCheckpointStore(dying).OrchestrateAsync(Stage.Start, "run"));
            told = store.Rows[0].Span;
        }

        Assert.NotNull(told);
        await Turns(8).WithSnapshotEvery(3).WithCheckpointStore(store).ResumeFromAsync("run");
        var snapshots = store.Rows.Where(row => row.Kind == RowKind.Snapshot).ToList();
        Assert.NotEmpty(snapshots);
        Assert.All(snapshots, row => Assert.Equal(told, row.Span));
        Assert.Equal(1 + snapshots.Count, store.Rows.Count(row => row.Span is not null));
    }

    /// <summary>Starts a run that hangs, within a span, and suspends it.</summary>
    private static async Task<Activity> BegunAsync(Engines.EngineHome home)
    {
        await using var engine = await home.OpenAsync();
        var gate = new Gate();
        var workflow = Engines.Engines.Saga(new Trail(), gate);
        engine.Add(workflow);
        using var starter = new Activity("starter").Start();
        await engine.StartAsync(workflow, Stage.Start, "order").Soon();
        await gate.Entered.Soon();
        await engine.SuspendAsync(TimeSpan.Zero).Soon();
        return starter;
    }

    /// <summary>Goes on with it until it hangs again, and suspends it; to its end when the gate is
    /// open.</summary>
    private static async Task GoneOnAsync(Engines.EngineHome home, Gate gate)
    {
        await using var engine = await home.OpenAsync();
        engine.Add(Engines.Engines.Saga(new Trail(), gate));
        var resuming = Engines.Engines.ResumedAsync(engine);
        await gate.Entered.Soon();
        await engine.SuspendAsync(TimeSpan.Zero).Soon();
        await resuming.Soon();
    }

    private static Workflow<Stage> Turns(int count) =>
        Workflow
            .Bare<Stage>()
            .WithName("turns")
            .Register(Stage.Start, (_, _) => new(Stage.Work))
            .Register(Stage.Work, (_, _) => new(count-- > 0 ? Stage.Start : Stage.End))
            .AddExitState(Stage.End);
}
