using Cano.Runtime.Cancellation;
using Cano.Testing;

namespace Cano.Integration.Observers;

/// <summary>An observer that throws changes nothing, in whichever hook it throws.</summary>
public sealed class ThrowingObserverTests
{
    private readonly RecordingObserver _observer = new();

    // Each journey begins at one instant.
    private VirtualTime _time = new();
    private readonly KeepingLogger _logger = new();

    public static TheoryData<string> Hooks =>
        [.. typeof(IWorkflowObserver).GetMethods().Select(hook => hook.Name).Distinct()];

    [Theory]
    [Trait("ID", "R4"), Trait("ID", "Z10")]
    [MemberData(nameof(Hooks))]
    public async Task Each_hook_may_throw_and_the_next_observer_hears_the_same_as_ever(string hook)
    {
        await JourneyAsync(null);
        var expected = _observer.Whole().ToList();
        Assert.Contains(expected, text => text.StartsWith(hook + " ", StringComparison.Ordinal));
        Assert.DoesNotContain(_logger.Warnings, IsOfObserver);
        _observer.Clear();
        await JourneyAsync(new Throwing(hook));
        Assert.Equal(expected, _observer.Whole());
        Assert.Contains(_logger.Warnings, IsOfObserver);
    }

    [Fact]
    [Trait("ID", "R1")]
    public void There_are_twenty_three_hooks_and_none_must_be_written()
    {
        Assert.Equal(23, Hooks.Count);
        IWorkflowObserver silent = new Silent();
        silent.OnStateEnter(default);
        silent.OnTaskStart(default);
        silent.OnTaskSuccess(default);
        silent.OnTaskFailure(default, CanoError.Generic("none"));
        silent.OnRetry(default, default);
        silent.OnRetry(default, default, CanoError.Generic("none"));
        silent.OnProgress(default, new(1, null, null));
        silent.OnBranchNotNeeded(default);
        silent.OnRunStart(default);
        silent.OnRunEnd(default, new("", null, RunStatus.Completed, "Done", null));
        silent.OnWaiting(default, new(null, [], null));
        silent.OnSignal(default, "none");
        silent.OnChildStart(default, "none");
        silent.OnCompensationStart(default);
        silent.OnCompensationSuccess(default);
        silent.OnCompensationFailure(default, CanoError.Generic("none"));
        silent.OnCircuitOpen(default);
        silent.OnCheckpoint(default, 0);
        silent.OnResume(default, 0);
        silent.OnWorkflowTimeout(default, default, default);
        silent.OnCancelled(default);
        silent.OnSuspended(default);
        silent.OnCheckpointClearFailed(default, CanoError.Generic("none"));
        silent.OnUnknownResumeState(default, 0);
    }

    [Fact]
    [Trait("ID", "R4")]
    public async Task An_observer_that_throws_in_every_hook_of_a_split_fails_no_branch()
    {
        SplitResult? result = null;
        var workflow = Branches
            .Split(
                Branches.Joining(JoinStrategy.All),
                seen => result = seen,
                Branches.Succeeding("a"),
                Branches.Succeeding("b")
            )
            .WithObserver(new Throwing(null))
            .WithLogger(_logger)
            .WithObserver(_observer);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(2, result!.Successes.Count);
        _observer.AssertTasksPaired();
    }

    private static bool IsOfObserver(string warning) =>
        warning.Contains(nameof(Throwing), StringComparison.Ordinal);

    /// <summary>Runs that call every hook between them.</summary>
    private async Task JourneyAsync(IWorkflowObserver? first)
    {
        _time = new();

        Workflow<Stage> Watched(Workflow<Stage> workflow)
        {
            var logged = workflow.WithTimeProvider(_time).WithLogger(_logger);
            return (first is null ? logged : logged.WithObserver(first)).WithObserver(_observer);
        }

        await CompleteAsync(Watched);
        await RefuseAsync(Watched);
        await ResumeAsync(Watched);
        await StopAsync(Watched);
        await SuspendAsync(Watched);
        await UndoAsync(Watched);
        await WaitAsync(Watched);
        await SignalAsync(Watched);
        await ParentAsync(Watched);
        await ReportAsync(Watched);
    }

    private async Task SignalAsync(Func<Workflow<Stage>, Workflow<Stage>> watched)
    {
        var go = new Signal("go");
        var asked = watched(
            Workflow
                .Bare<Stage>()
                .WithName("asked")
                .RegisterWait(Stage.Start, Wait.For<Stage>().On(go, Stage.End))
                .AddExitState(Stage.End)
        );
        await using var engine = CanoEngine.InMemory(new() { TimeProvider = _time });
        var run = await engine.Add(asked).SignalOrStartAsync(asked, Stage.Start, "asked", go).Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
    }

    private async Task ParentAsync(Func<Workflow<Stage>, Workflow<Stage>> watched)
    {
        var child = Workflow
            .Bare<Stage>()
            .WithName("child")
            .Register(Stage.Start, _ => Stage.End)
            .AddExitState(Stage.End);
        var parent = watched(
            Workflow
                .Bare<Stage>()
                .WithName("parent")
                .RegisterChild(Stage.Start, child, Stage.Start, (_, end) => end.Exit)
                .AddExitState(Stage.End)
        );
        await using var engine = CanoEngine.InMemory(new() { TimeProvider = _time });
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, "parent").Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
    }

    private static async Task ReportAsync(Func<Workflow<Stage>, Workflow<Stage>> watched)
    {
        var never = new Gate();
        var split = Workflow
            .Bare<Stage>()
            .RegisterSplit(
                Stage.Start,
                _ => new[] { 1, 2 },
                async (context, item, token) =>
                {
                    if (item == 1)
                        await never.PassAsync(token);
                    context.ReportProgress(item, 2);
                    return item;
                },
                JoinStrategy.Any,
                (_, _) => Stage.End
            )
            .AddExitState(Stage.End);
        Assert.Equal(Stage.End, await watched(split).OrchestrateAsync(Stage.Start));
    }

    private static async Task UndoAsync(Func<Workflow<Stage>, Workflow<Stage>> watched)
    {
        foreach (var stuck in new[] { false, true })
        {
            var saga = Workflow
                .Bare<Stage>()
                .RegisterWithCompensation<int>(
                    Stage.Start,
                    (_, _) => new((Stage.Work, 1)),
                    (_, _, _) => stuck ? throw new IOException("stuck") : default
                )
                .Register(Stage.Work, _ => throw new IOException("failed"), TaskConfig.Minimal)
                .AddExitState(Stage.End);
            await Failures.OfAsync(watched(saga).OrchestrateAsync(Stage.Start));
        }
    }

    private async Task WaitAsync(Func<Workflow<Stage>, Workflow<Stage>> watched)
    {
        var sleepy = Workflow
            .Bare<Stage>()
            .RegisterTimer(Stage.Start, TimeSpan.FromSeconds(1), Stage.End)
            .AddExitState(Stage.End);
        var run = watched(sleepy).OrchestrateAsync(Stage.Start);
        await _time.WhenWaitingAsync().Soon();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Stage.End, await run.Soon());
    }

    private static async Task CompleteAsync(Func<Workflow<Stage>, Workflow<Stage>> watched)
    {
        var store = new KeepingStore { ClearFailure = new IOException("read only") };
        var workflow = new Trail().Through(Stage.Start, Stage.Work, Stage.End).WithCheckpointStore(store);
        Assert.Equal(Stage.End, await watched(workflow).OrchestrateAsync(Stage.Start, "run"));
    }

    private async Task RefuseAsync(Func<Workflow<Stage>, Workflow<Stage>> watched)
    {
        var breaker = new CircuitBreaker(new CircuitPolicy(FailureThreshold: 1), _time);
        var config = TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero).WithCircuitBreaker(breaker);
        var workflow = new Trail()
            .Through(Stage.Start, Stage.End)
            .Register(Stage.Start, _ => throw new IOException(), config);
        var error = await Failures.OfAsync(watched(workflow).OrchestrateAsync(Stage.Start));
        Assert.Equal("circuit_open", error.Category);
    }

    private static async Task ResumeAsync(Func<Workflow<Stage>, Workflow<Stage>> watched)
    {
        var store = new KeepingStore();
        await Interrupted.AtAsync(Stage.Work, store, "run");
        var workflow = new Trail().Through(Stage.Work, Stage.End).WithCheckpointStore(store);
        Assert.Equal(Stage.End, await watched(workflow).ResumeFromAsync("run"));
    }

    private async Task StopAsync(Func<Workflow<Stage>, Workflow<Stage>> watched)
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        var workflow = watched(new Trail().Through(Stage.Start, Stage.End));
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, cancel.Token));

        var gate = new Gate();
        var held = new Trail()
            .Through(Stage.Start, Stage.End)
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    await gate.PassAsync(token);
                    return Stage.End;
                },
                TaskConfig.Minimal
            )
            .WithTotalTimeout(TimeSpan.FromSeconds(1));
        var run = watched(held).OrchestrateAsync(Stage.Start);
        await gate.Entered.Soon();
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("workflow_timeout", (await Failures.OfAsync(run)).Category);
    }

    private static async Task SuspendAsync(Func<Workflow<Stage>, Workflow<Stage>> watched)
    {
        var (gate, control) = (new Gate(), new RunControl());
        var run = Controlled.StartAsync(watched(Interrupted.Held(gate, new KeepingStore())), control, "run");
        await gate.Entered;
        control.Suspend(TimeSpan.FromSeconds(5));
        Assert.Equal("suspended", (await Failures.OfAsync(run)).Category);
    }

    private sealed class Silent : IWorkflowObserver;

    /// <summary>Throws in one hook, or in every one.</summary>
    private sealed class Throwing(string? hook) : IWorkflowObserver
    {
        public void OnStateEnter(RunPoint at) => Throw(nameof(OnStateEnter));

        public void OnTaskStart(RunPoint at) => Throw(nameof(OnTaskStart));

        public void OnTaskSuccess(RunPoint at) => Throw(nameof(OnTaskSuccess));

        public void OnTaskFailure(RunPoint at, CanoError error) => Throw(nameof(OnTaskFailure));

        public void OnRetry(RunPoint at, TimeSpan delay) => Throw(nameof(OnRetry));

        public void OnProgress(RunPoint at, RunProgress progress) => Throw(nameof(OnProgress));

        public void OnBranchNotNeeded(RunPoint at) => Throw(nameof(OnBranchNotNeeded));

        public void OnRunStart(RunPoint at) => Throw(nameof(OnRunStart));

        public void OnRunEnd(RunPoint at, RunEnd end) => Throw(nameof(OnRunEnd));

        public void OnWaiting(RunPoint at, RunWait wait) => Throw(nameof(OnWaiting));

        public void OnSignal(RunPoint at, string signal) => Throw(nameof(OnSignal));

        public void OnChildStart(RunPoint at, string childRunId) => Throw(nameof(OnChildStart));

        public void OnCompensationStart(RunPoint at) => Throw(nameof(OnCompensationStart));

        public void OnCompensationSuccess(RunPoint at) => Throw(nameof(OnCompensationSuccess));

        public void OnCompensationFailure(RunPoint at, CanoError error) =>
            Throw(nameof(OnCompensationFailure));

        public void OnCircuitOpen(RunPoint at) => Throw(nameof(OnCircuitOpen));

        public void OnCheckpoint(RunPoint at, long sequence) => Throw(nameof(OnCheckpoint));

        public void OnResume(RunPoint at, long sequence) => Throw(nameof(OnResume));

        public void OnWorkflowTimeout(RunPoint at, TimeSpan elapsed, TimeSpan limit) =>
            Throw(nameof(OnWorkflowTimeout));

        public void OnCancelled(RunPoint at) => Throw(nameof(OnCancelled));

        public void OnSuspended(RunPoint at) => Throw(nameof(OnSuspended));

        public void OnCheckpointClearFailed(RunPoint at, CanoError error) =>
            Throw(nameof(OnCheckpointClearFailed));

        public void OnUnknownResumeState(RunPoint at, long sequence) => Throw(nameof(OnUnknownResumeState));

        private void Throw(string called)
        {
            if (hook is null || hook == called)
                throw new InvalidOperationException("observer");
        }
    }
}
