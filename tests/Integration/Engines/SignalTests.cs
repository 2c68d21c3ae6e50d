using Cano.Integration.Steps.Waits;
using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>A signal is durable before its sender is answered, and is taken once.</summary>
public sealed class SignalTests
{
    private const string Id = "expense-1";

    private readonly Trail _trail = new();
    private readonly Approvals _approvals;
    private readonly VirtualTime _time = new();

    public SignalTests() => _approvals = new Approvals(_trail);

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "U1"), Trait("ID", "U8")]
    public async Task A_signal_wakes_the_run_that_waits_with_the_clock_standing_still(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync(new() { TimeProvider = _time });
        var run = await StartedAsync(engine, _approvals.Of());
        var waiting = await Approvals.WaitingAsync(engine).Soon();
        Assert.Equal(RunStatus.Waiting, waiting.Status);
        Assert.Equal(["approve", "refuse"], waiting.Waiting!.Signals);
        Assert.Null(waiting.Waiting.Until);
        await run.SignalAsync(Approvals.Approve, new Approval("Ada", 7)).Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(["Ada 7"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "U1")]
    public async Task Signals_wait_for_their_waiter_and_are_taken_in_their_order(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var gate = new Gate();
        var run = await GatedAsync(engine, gate);
        for (var i = 1; i <= 2; i++)
            await engine.SignalAsync(Id, Approvals.Approve, new Approval("Ada", i)).Soon();
        gate.Open();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(["Ada 1", "Ada 2"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "U1"), Trait("ID", "S13"), Trait("ID", "S1")]
    public async Task A_suspended_engine_accepts_signals_and_the_next_one_takes_them(string kind)
    {
        using var home = Engines.Home(kind);
        await using (var engine = await home.OpenAsync())
        {
            await StartedAsync(engine, _approvals.Of());
            await Approvals.WaitingAsync(engine).Soon();
            await engine.SuspendAsync().Soon();
            await engine.SignalAsync(Id, Approvals.Approve, new Approval("Ada", 7)).Soon();
        }

        var ended = new TaskCompletionSource<RunEnd>();
        await using var next = await home.OpenAsync(new() { Observers = [new EndTold(ended.SetResult)] });
        next.Add(_approvals.Of());
        await next.SignalAsync(Id, Approvals.Approve, new Approval("Bob", 8)).Soon();
        // What a journal has when it is opened is nobody's until it is taken up; in a store for several the
        // signal made it due, to whoever looks.
        if (kind == "on a journal")
            Assert.Empty(_trail.Marks);
        await Engines.ResumedAsync(next).Soon();
        var end = await ended.Task.Soon();
        Assert.Equal((RunStatus.Completed, 1), (end.Status, end.SignalsLeft));
        Assert.Equal(["Ada 7"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "U2")]
    public async Task An_id_that_the_run_has_seen_changes_nothing_also_after_a_restart(string kind)
    {
        using var home = Engines.Home(kind);
        var twice = _approvals
            .Of(_approvals.Waiting(Stage.Work))
            .RegisterWait(Stage.Work, _approvals.Waiting())
            .WithSnapshotEvery(1);
        await using (var engine = await home.OpenAsync())
        {
            var run = await StartedAsync(engine, twice);
            await run.SignalAsync(Approvals.Approve, new Approval("Ada", 1), "first").Soon();
            await TakenAsync(engine, "Work");
            await run.SignalAsync(Approvals.Approve, new Approval("Ada", 1), "first").Soon();
            Assert.Equal(RunStatus.Waiting, (await run.DescribeAsync()).Status);
        }

        var ended = new TaskCompletionSource<RunEnd>();
        await using var next = await home.OpenAsync(new() { Observers = [new EndTold(ended.SetResult)] });
        next.Add(twice);
        await next.SignalAsync(Id, Approvals.Approve, new Approval("Ada", 1), "first").Soon();
        await next.SignalAsync(Id, Approvals.Approve, new Approval("Bob", 2), "second").Soon();
        await Engines.ResumedAsync(next).Soon();
        var end = await ended.Task.Soon();
        Assert.Equal((RunStatus.Completed, 0), (end.Status, end.SignalsLeft));
        Assert.Equal(["Ada 1", "Bob 2"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "U3"), Trait("ID", "S7")]
    public async Task A_retried_run_runs_the_body_of_the_same_signal_again(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        _approvals.FailuresLeft = 1;
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("expenses")
            .RegisterWait(Stage.Start, _approvals.Waiting())
            .AddExitStates(Stage.End, Stage.Stop);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, Id).Soon();
        await run.SignalAsync(Approvals.Approve, new Approval("Ada", 7)).Soon();
        Assert.Equal("task_execution", (await Failures.OfAsync(run.Completion().Soon())).Category);
        // A failed run may be retried, so that it accepts signals.
        await run.SignalAsync(Approvals.Approve, new Approval("Bob", 8)).Soon();
        await engine.RetryAsync(Id).Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(["Ada 7", "Ada 7"], _trail.Marks);
        Assert.Single(await engine.HistoryAsync(Id), row => row.Kind == RowKind.SignalTaken);
    }

    [Theory]
    [InlineData("in memory", -1, Stage.End)]
    [InlineData("in memory", 0, Stage.Stop)]
    [InlineData("on a journal", -1, Stage.End)]
    [InlineData("on a journal", 0, Stage.Stop)]
    [Trait("ID", "U4")]
    public async Task A_signal_counts_when_it_was_accepted_before_the_due_time(
        string kind,
        int ticks,
        Stage exit
    )
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync(new() { TimeProvider = _time });
        var due = _time.GetUtcNow() + Approvals.Day;
        var workflow = _approvals.Of(_approvals.Waiting().After(Approvals.Day, Stage.Stop));
        var run = await StartedAsync(engine, workflow);
        var waiting = await Approvals.WaitingAsync(engine).Soon();
        Assert.Equal(due, waiting.Waiting!.Until);
        await engine.SuspendAsync().Soon();
        // Nobody looks before the time is over.
        _time.Advance(Approvals.Day + TimeSpan.FromTicks(ticks));
        await run.SignalAsync(Approvals.Approve, new Approval("Ada", 7)).Soon();
        _time.Advance(Approvals.Day);
        var end = Assert.Single(await Engines.ResumedAsync(engine).Soon());
        Assert.Equal((exit.ToString(), exit == Stage.End ? 0 : 1), (end.ExitState, end.SignalsLeft));
    }

    private async Task<WorkflowRun<Stage>> StartedAsync(CanoEngine engine, Workflow<Stage> workflow)
    {
        engine.Add(workflow);
        return await engine.StartAsync(workflow, Stage.Next, Id).Soon();
    }

    /// <summary>Two approvals are needed, and none before the gate is open.</summary>
    private async Task<WorkflowRun<Stage>> GatedAsync(CanoEngine engine, Gate gate)
    {
        var workflow = _approvals
            .Of(_approvals.Waiting(Stage.Work))
            .Register(
                Stage.Last,
                async (_, token) =>
                {
                    await gate.PassAsync(token);
                    return Stage.Next;
                }
            )
            .RegisterWait(Stage.Work, _approvals.Waiting());
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Last, Id).Soon();
        await gate.Entered.Soon();
        return run;
    }

    private static async Task TakenAsync(CanoEngine engine, string state)
    {
        await foreach (var run in engine.WatchAsync(Id))
            if (run.State == state && run.Waiting is not null)
                return;
    }
}
