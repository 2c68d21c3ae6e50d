using Cano.Testing;

namespace Cano.Integration.Retries;

/// <summary>A body that is abandoned writes to its store when nobody listens any more.</summary>
public sealed class AbandonedWriteTests
{
    private readonly VirtualTime _time = new();
    private readonly MemoryStore _store = new();
    private readonly Gate _gate = new();
    private readonly TaskCompletionSource<Exception?> _late = new();

    public static TheoryData<string> Ways => ["context.Store", "context.Get", "store held before"];

    [Theory]
    [Trait("ID", "Y22")]
    [MemberData(nameof(Ways))]
    public async Task An_abandoned_tasks_writes_are_refused(string way)
    {
        var workflow = Workflow
            .Create<Stage>(new Resources().Insert("store", _store))
            .Register(
                Stage.Start,
                (context, _) => WriteLateAsync(context, way),
                TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(1))
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        var run = workflow.OrchestrateAsync(Stage.Start);
        await _gate.Entered;
        await AbandonAsync(TimeSpan.FromSeconds(1));
        await Failures.OfAsync(run);
        await AssertRefusedAsync();
    }

    [Theory]
    [Trait("ID", "Y22")]
    [MemberData(nameof(Ways))]
    public async Task An_abandoned_branchs_writes_are_refused(string way)
    {
        var slow = CanoTask.From<Stage>(
            "slow",
            (context, _) => WriteLateAsync(context, way),
            TaskConfig.Minimal
        );
        var workflow = Branches
            .Split(Branches.Joining(JoinStrategy.Any), _ => { }, slow, Branches.Waiting("quick", Opened))
            .WithResources(new Resources().Insert("store", _store))
            .WithTimeProvider(_time);
        var run = workflow.OrchestrateAsync(Stage.Start);
        await _gate.Entered;
        await AbandonAsync(TimeSpan.Zero);
        Assert.Equal(Stage.End, await run);
        await AssertRefusedAsync();
    }

    [Fact]
    [Trait("ID", "Y22")]
    public async Task A_task_that_was_not_abandoned_may_write_to_its_end()
    {
        var workflow = Workflow
            .Create<Stage>(new Resources().Insert("store", _store))
            .Register(
                Stage.Start,
                (context, _) => WriteLateAsync(context, "context.Store"),
                TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(1))
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        var run = workflow.OrchestrateAsync(Stage.Start);
        await _gate.Entered;
        _time.Advance(TimeSpan.FromSeconds(1));
        await _time.WhenWaitingAsync();
        _gate.Open();
        await Failures.OfAsync(run);
        Assert.Null(await _late.Task);
        Assert.True(_store.Contains("late"));
    }

    private static Gate Opened
    {
        get
        {
            var gate = new Gate();
            gate.Open();
            return gate;
        }
    }

    private async Task AbandonAsync(TimeSpan after)
    {
        _time.Advance(after);
        await _time.WhenWaitingAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
    }

    private async Task AssertRefusedAsync()
    {
        _gate.Open();
        var refusal = Assert.IsType<CanoException>(await _late.Task);
        Assert.Equal("store", refusal.Error.Category);
        Assert.False(_store.Contains("late"));
    }

    private async ValueTask<Stage> WriteLateAsync(TaskContext context, string way)
    {
        var held = way == "store held before" ? context.Store : null;
        await _gate.HoldAsync();
        try
        {
            var store = held ?? (way == "context.Store" ? context.Store : context.Get<MemoryStore>("store"));
            store.Put("late", true);
            _late.SetResult(null);
        }
        catch (CanoException refused)
        {
            _late.SetResult(refused);
        }

        return Stage.End;
    }
}
