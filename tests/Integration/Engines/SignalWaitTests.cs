using Cano.Integration.Observers;
using Cano.Integration.Steps.Waits;
using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>What comes over a run while it waits for a signal, and what it leaves behind.</summary>
public sealed class SignalWaitTests
{
    private const string Id = "expense-1";

    private readonly Trail _trail = new();
    private readonly VirtualTime _time = new();
    private readonly KeepingLogger _logger = new();
    private readonly Approvals _approvals;

    public SignalWaitTests() => _approvals = new Approvals(_trail);

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "U7"), Trait("ID", "U12"), Trait("ID", "S5")]
    public async Task A_cancelled_run_is_undone_and_what_it_was_sent_is_told_as_left(string kind)
    {
        using var home = Engines.Home(kind);
        var ends = new RecordingObserver();
        await using var engine = await OpenAsync(home, ends);
        var run = await WaitingAsync(
            engine,
            _approvals.Of(Wait.For<Stage>().On(Approvals.Refuse, Stage.Stop))
        );
        await run.SignalAsync(Approvals.Approve, new Approval("Ada", 7)).Soon();
        Assert.Contains(
            _logger.Warnings,
            text => text.Contains("sent signal approve", StringComparison.Ordinal)
        );
        await run.CancelAsync("nobody decides").Soon();
        var failure = await Failures.OfAsync(run.Completion().Soon());
        Assert.Equal("cancelled", failure.Category);
        Assert.Equal(["undo 5"], _trail.Marks);
        Assert.Equal(RunStatus.Cancelled, (await run.DescribeAsync()).Status);
        // The end may be read before whoever came to it has told what was left.
        await Scheduling.Flows.UntilAsync(() =>
            _logger.Warnings.Any(text => text.Contains("1 of the signals", StringComparison.Ordinal))
        );
        Assert.DoesNotContain(await engine.HistoryAsync(Id), row => row.Kind is RowKind.SignalTaken);
        Assert.Equal(
            "run_ended",
            (await Failures.OfAsync(SentAsync(run.SignalAsync(Approvals.Refuse)))).Category
        );
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "U7")]
    public async Task A_run_whose_total_time_is_over_while_it_waits_is_undone(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await OpenAsync(home);
        var run = await WaitingAsync(engine, _approvals.Of().WithTotalTimeout(Approvals.Day));
        _time.Advance(Approvals.Day);
        var failure = await Failures.OfAsync(run.Completion().Soon());
        Assert.Equal("workflow_timeout", failure.Category);
        Assert.Equal(["undo 5"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "U7"), Trait("ID", "S1")]
    public async Task A_run_that_is_suspended_while_it_waits_is_not_undone_and_waits_in_the_next_engine(
        string kind
    )
    {
        using var home = Engines.Home(kind);
        await using (var engine = await OpenAsync(home))
        {
            var run = await WaitingAsync(engine, _approvals.Of());
            var completion = run.Completion();
            Assert.Empty((await engine.SuspendAsync().Soon()).StillRunning);
            Assert.Equal("suspended", (await Failures.OfAsync(completion.Soon())).Category);
            Assert.Equal(RunStatus.Waiting, (await run.DescribeAsync()).Status);
        }

        await using var next = await OpenAsync(home);
        var workflow = _approvals.Of();
        next.Add(workflow);
        var resumed = Engines.ResumedAsync(next);
        var waiting = await Approvals.WaitingAsync(next).Soon();
        Assert.Equal(["approve", "refuse"], waiting.Waiting!.Signals);
        await next.SignalAsync(Id, Approvals.Approve, new Approval("Ada", 7)).Soon();
        Assert.Equal(Stage.End, await next.Run(workflow, Id).Completion().Soon());
        await resumed.Soon();
        Assert.Equal(["Ada 7"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "U12")]
    public async Task A_body_that_starts_signals_and_cancels_its_own_run_waits_for_nothing(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await OpenAsync(home);
        Workflow<Stage>? itself = null;
        itself = Workflow
            .Bare<Stage>()
            .WithName("expenses")
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    await engine.GetOrStartAsync(itself!, Stage.Start, Id, token);
                    await engine.SignalAsync(Id, Approvals.Refuse, cancellationToken: token);
                    return Stage.Work;
                }
            )
            .RegisterWait(Stage.Work, Wait.For<Stage>().On(Approvals.Refuse, Stage.Next))
            .Register(
                Stage.Next,
                async (_, token) =>
                {
                    _trail.Add("refused");
                    await engine.CancelAsync(Id, "by itself", CancellationToken.None);
                    await new Gate().PassAsync(token);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        engine.Add(itself);
        var run = await engine.StartAsync(itself, Stage.Start, Id).Soon();
        Assert.Equal("cancelled", (await Failures.OfAsync(run.Completion().Soon())).Category);
        Assert.Equal(["refused"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "U8")]
    public async Task Where_nothing_can_be_sent_a_wait_needs_an_end_of_its_own()
    {
        await using var engine = await CanoEngine.OpenAsync(
            new WithoutInbox(new MemoryCheckpointStore()),
            new() { TimeProvider = _time }
        );
        var refused = await Failures.OfAsync(SentAsync(Task.Run(() => engine.Add(_approvals.Of()))));
        Assert.Equal("configuration", refused.Category);
        Assert.Contains("Start", refused.Message, StringComparison.Ordinal);
        var workflow = _approvals.Of(_approvals.Waiting().After(Approvals.Day, Stage.Stop));
        var run = await WaitingAsync(engine, workflow);
        var unsent = await Failures.OfAsync(SentAsync(run.SignalAsync(Approvals.Refuse)));
        Assert.Equal("checkpoint_store", unsent.Category);
        Assert.Contains("inbox", unsent.Message, StringComparison.Ordinal);
        _time.Advance(Approvals.Day);
        Assert.Equal(Stage.Stop, await run.Completion().Soon());
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "U3")]
    public async Task Observers_hear_of_a_signal_when_its_row_is_durable(string kind)
    {
        using var home = Engines.Home(kind);
        var observer = new RecordingObserver();
        await using var engine = await OpenAsync(home, observer);
        var run = await WaitingAsync(engine, _approvals.Of());
        await run.SignalAsync(Approvals.Refuse).Soon();
        await run.Completion().Soon();
        string[] told = [.. observer.Whole()];
        Assert.Contains("OnWaiting Start for approve or refuse", told);
        var signal = Array.IndexOf(told, "OnSignal Start refuse");
        Assert.Equal("OnCheckpoint Start 4", told[signal - 1]);
        Assert.Single(told, text => text.StartsWith("OnSignal", StringComparison.Ordinal));
    }

    private Task<CanoEngine> OpenAsync(EngineHome home, params IWorkflowObserver[] observers) =>
        home.OpenAsync(
            new()
            {
                TimeProvider = _time,
                LoggerFactory = new OneLogger(_logger),
                Observers = observers,
            }
        );

    private static async Task<WorkflowRun<Stage>> WaitingAsync(CanoEngine engine, Workflow<Stage> workflow)
    {
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Next, Id).Soon();
        await Approvals.WaitingAsync(engine).Soon();
        return run;
    }

    private static async Task<bool> SentAsync(Task sending)
    {
        await sending;
        return true;
    }

    private sealed class WithoutInbox(ICheckpointStore inner) : DelegatingCheckpointStore(inner)
    {
        public override IInboxStore? Inbox => null;
    }
}
