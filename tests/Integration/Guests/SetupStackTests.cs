namespace Cano.Integration.Guests;

/// <summary>No resource is set up, or torn down, on the stack or in the context of who cancels.</summary>
public sealed class SetupStackTests
{
    private static readonly AsyncLocal<string?> s_local = new();

    private readonly Trail _trespasses = new();
    private readonly Trail _torn = new();
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [Trait("ID", "X5")]
    [InlineData("of a run")]
    [InlineData("shared")]
    [InlineData("of a scheduler")]
    [InlineData("of an instance")]
    public async Task Cancelling_a_setup_runs_nothing_of_a_resource_before_it_returns(string whose)
    {
        using var cancel = new CancellationTokenSource();
        var workflow = Workflow
            .Create<Stage>(
                whose == "of a run"
                    ? new Resources().InsertPerRun("first", Ready).InsertPerRun("slow", Slow)
                    : new Resources().Insert("first", Ready()).Insert("slow", Slow())
            )
            .Register(Stage.Start, _ => Stage.End)
            .AddExitState(Stage.End);
        // The pool has no synchronization context: continuations run where they are woken.
        var run = Task.Run<object>(async () =>
            whose switch
            {
                "of a scheduler" => await new Scheduler()
                    .Manual("flow", workflow, Stage.Start)
                    .StartAsync(cancel.Token),
                "of an instance" => await new ConcurrentWorkflow<Stage>(ConcurrentStrategy.WaitForever)
                    .AddInstance("one", workflow, Stage.Start)
                    .OrchestrateAsync(cancel.Token),
                _ => await workflow.OrchestrateAsync(Stage.Start, cancel.Token),
            }
        );
        await _begun.Task.Soon();
        Canceller.Start(cancel).AssertReturned();
        await Task.WhenAny(run.Soon());
        Assert.True(run.IsCompleted);
        Assert.Equal([], _trespasses.Marks);
        Assert.Equal(["first"], _torn.Marks);
    }

    [Theory]
    [Trait("ID", "X5")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_scheduler_tears_down_with_nothing_of_who_stopped_it(bool isByToken)
    {
        using var stop = new CancellationTokenSource();
        var workflow = Workflow
            .Create<Stage>(new Resources().Insert("first", Ready()))
            .Register(Stage.Start, _ => Stage.End)
            .AddExitState(Stage.End);
        var running = await new Scheduler().Manual("flow", workflow, Stage.Start).StartAsync(stop.Token);
        await Task.Run(async () =>
        {
            s_local.Value = "request";
            if (isByToken)
                await stop.CancelAsync();
            else
                await running.StopAsync();
        });
        await running.WaitAsync().Soon();
        Assert.Equal(["first"], _torn.Marks);
        Assert.Equal([], _trespasses.Marks);
    }

    private object Ready() => new Resource(_ => default, () => _torn.Add("first"), this);

    private object Slow() =>
        new Resource(
            async token =>
            {
                var woken = new TaskCompletionSource();
                token.Register(() =>
                {
                    Mark("callback");
                    woken.TrySetResult();
                });
                _begun.TrySetResult();
                await woken.Task;
                Mark("setup");
                token.ThrowIfCancellationRequested();
            },
            () => _torn.Add("slow"),
            this
        );

    private void Mark(string what)
    {
        if (Canceller.IsBeneath)
            _trespasses.Add(what);
        if (s_local.Value is { } carried)
            _trespasses.Add($"{what} with {carried}");
    }

    private sealed class Resource(
        Func<CancellationToken, ValueTask> setUp,
        Action tornDown,
        SetupStackTests test
    ) : IResource
    {
        public ValueTask SetupAsync(CancellationToken cancellationToken) => setUp(cancellationToken);

        public ValueTask TeardownAsync(CancellationToken cancellationToken)
        {
            test.Mark("teardown");
            tornDown();
            return default;
        }
    }
}
