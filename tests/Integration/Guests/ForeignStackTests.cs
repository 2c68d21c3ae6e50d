using Cano.Integration.Steps.Waits;
using Cano.Testing;

namespace Cano.Integration.Guests;

/// <summary>No code of a user's runs on the stack of who cancels.</summary>
public sealed class ForeignStackTests
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private readonly VirtualTime _time = new();
    private readonly Trail _trespasses = new();
    private readonly Trail _done = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public static TheoryData<string> Kinds => [.. EveryKind.Names];

    [Theory]
    [Trait("ID", "X5")]
    [MemberData(nameof(Kinds))]
    public async Task Cancelling_a_step_of_any_kind_runs_nothing_of_the_run_before_it_returns(string kind)
    {
        var workflow = Saga().RegisterKind(kind, (Stage.Work, Stage.End), BodyAsync);
        await workflow.AllowAsync(kind);
        await CancelAsync(workflow, () => _begun.Task);

        async Task BodyAsync(TaskContext context, CancellationToken token)
        {
            using var told = token.Register(() => Mark("callback"));
            // A wait that goes on where its token is signalled.
            var woken = new TaskCompletionSource();
            using var waking = token.Register(() => woken.TrySetResult());
            _begun.TrySetResult();
            // A compensatable step is not told to stop.
            if (kind != "compensatable")
                await woken.Task;
            else
                await Task.Yield();
            Mark("body");
            token.ThrowIfCancellationRequested();
        }
    }

    [Theory]
    [Trait("ID", "X5")]
    [InlineData("retry")]
    [InlineData("timer")]
    [InlineData("poll")]
    [InlineData("wait")]
    [InlineData("branch")]
    public async Task Cancelling_a_run_that_sleeps_runs_nothing_of_it_before_it_returns(string sleep)
    {
        var failing = TaskConfig.Minimal.WithFixedRetry(1, s_hour);
        var workflow = sleep switch
        {
            "retry" => Saga().Register(Stage.Work, _ => throw new IOException(), failing),
            "timer" => Saga().RegisterTimer(Stage.Work, s_hour, Stage.End),
            "poll" => Saga()
                .RegisterPoll(Stage.Work, (_, _) => new((PollOutcome<Stage>)PollOutcome.Pending(s_hour))),
            "branch" => Saga()
                .RegisterSplit(
                    Stage.Work,
                    [CanoTask.From<Stage>("branch", (_, _) => throw new IOException(), failing)],
                    JoinConfig.Create(JoinStrategy.All, Stage.End)
                ),
            _ => Saga()
                .Waiting(
                    Stage.Work,
                    Wait.For<Stage>().On(Waiters.Refuse, Stage.End).After(s_hour, Stage.End)
                ),
        };
        await CancelAsync(workflow, () => _time.WhenWaitingAsync());
    }

    [Fact]
    [Trait("ID", "X5")]
    public async Task A_body_that_its_canceller_wakes_ends_on_that_stack_and_nothing_after_it()
    {
        using var cancel = new CancellationTokenSource();
        var woken = new TaskCompletionSource();
        using var waking = cancel.Token.Register(() => woken.TrySetResult());
        var workflow = Saga()
            .RegisterKind(
                "task",
                (Stage.Work, Stage.End),
                async (_, _) =>
                {
                    _begun.TrySetResult();
                    await woken.Task;
                }
            );
        await CancelAsync(workflow, () => _begun.Task, cancel);
    }

    [Theory]
    [Trait("ID", "X5")]
    [InlineData("task")]
    [InlineData("branch")]
    [InlineData("source")]
    [InlineData("poll")]
    public async Task A_callback_that_blocks_holds_up_neither_the_grace_nor_the_run(string kind)
    {
        using var cancel = new CancellationTokenSource();
        using var blocked = new ManualResetEventSlim();
        var never = new TaskCompletionSource();
        var waits = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var workflow = Saga()
            .RegisterKind(
                kind,
                (Stage.Work, Stage.End),
                async (_, token) =>
                {
                    // When the engine waits already: what was registered last is called first.
                    await waits.Task;
                    token.Register(() => blocked.Wait(CancellationToken.None));
                    _begun.TrySetResult();
                    await never.Task;
                }
            );
        var run = Task.Run(() =>
        {
            var started = Ready(workflow).OrchestrateAsync(Stage.Start, Waiters.RunId, cancel.Token);
            waits.SetResult();
            return started;
        });
        await _begun.Task.Soon();
        // On a thread of its own: today's mistake would block it for ever.
        new Thread(() => cancel.Cancel()) { IsBackground = true }.Start();
        CanoError error;
        try
        {
            error = await Failures.OfAsync(_time.DriveAsync(() => run).Soon());
        }
        finally
        {
            blocked.Set();
        }

        Assert.Equal("cancelled", error.Category);
        Assert.Equal(["undone"], _done.Marks);
    }

    [Fact]
    [Trait("ID", "X5")]
    public async Task A_callback_that_blocks_at_a_verdict_does_not_hold_up_the_join()
    {
        using var blocked = new ManualResetEventSlim();
        var slow = CanoTask.From<Stage>(
            "slow",
            async (_, token) =>
            {
                var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                token.Register(() => told.TrySetResult());
                token.Register(() => blocked.Wait(CancellationToken.None));
                _begun.TrySetResult();
                await told.Task;
                return Stage.End;
            },
            TaskConfig.Minimal
        );
        var quick = CanoTask.From<Stage>(
            "quick",
            async (_, _) =>
            {
                await _begun.Task;
                return Stage.End;
            }
        );
        var workflow = Branches
            .Split(Branches.Joining(JoinStrategy.Any), _ => { }, slow, quick)
            .WithTimeProvider(_time);
        var run = Task.Run(() => workflow.OrchestrateAsync(Stage.Start));
        await Task.WhenAny(run, _time.WhenWaitingAsync()).Soon();
        _time.AdvanceToNext();
        try
        {
            Assert.Equal(Stage.End, await run.Soon());
        }
        finally
        {
            blocked.Set();
        }
    }

    private Workflow<Stage> Saga() =>
        Workflow
            .Bare<Stage>()
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) => new((Stage.Work, 1)),
                (_, _, _) =>
                {
                    Mark("compensation");
                    _done.Add("undone");
                    return default;
                },
                TaskConfig.Minimal
            );

    private Workflow<Stage> Ready(Workflow<Stage> workflow) =>
        workflow.AddExitState(Stage.End).WithTimeProvider(_time);

    private async Task CancelAsync(
        Workflow<Stage> workflow,
        Func<Task> begun,
        CancellationTokenSource? given = null
    )
    {
        using var own = new CancellationTokenSource();
        var cancel = given ?? own;
        var observed = Ready(workflow).WithObserver(new Marking(Mark));
        // The pool has no synchronization context: continuations run where they are woken.
        var run = Task.Run(() => observed.OrchestrateAsync(Stage.Start, Waiters.RunId, cancel.Token));
        await begun().Soon();
        var canceller = Canceller.Start(cancel);
        await ((Task)run.Soon()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(run.IsCompleted);
        canceller.AssertReturned();
        Assert.Equal([], _trespasses.Marks);
        if (run.IsFaulted)
            Assert.Equal(["undone"], _done.Marks);
    }

    private void Mark(string what)
    {
        if (Canceller.IsBeneath)
            _trespasses.Add(what);
    }

    /// <summary>Marks every hook.</summary>
    private sealed class Marking(Action<string> mark) : IWorkflowObserver
    {
        public void OnStateEnter(RunPoint at) => mark(nameof(OnStateEnter));

        public void OnTaskSuccess(RunPoint at) => mark(nameof(OnTaskSuccess));

        public void OnTaskFailure(RunPoint at, CanoError error) => mark(nameof(OnTaskFailure));

        public void OnCancelled(RunPoint at) => mark(nameof(OnCancelled));

        public void OnSuspended(RunPoint at) => mark(nameof(OnSuspended));
    }
}
