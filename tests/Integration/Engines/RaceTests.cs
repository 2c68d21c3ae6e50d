using System.Runtime.CompilerServices;
using Cano.Testing;

namespace Cano.Integration.Engines;

/// <summary>Several who want one run at once: one works on it, and nobody leaves it lying.</summary>
public sealed class RaceTests
{
    private readonly Trail _trail = new();
    private readonly Gate _gate = new();

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "S14")]
    public async Task A_run_that_still_comes_to_rest_is_taken_up_then(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var slow = new Gate();
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    try
                    {
                        await _gate.PassAsync(token);
                    }
                    catch (OperationCanceledException)
                    {
                        await slow.HoldAsync();
                        throw;
                    }

                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        engine.Add(workflow);
        await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await _gate.Entered.Soon();
        var suspending = engine.SuspendAsync(TimeSpan.FromSeconds(20));
        await slow.Entered.Soon();
        var resuming = Engines.ResumedAsync(engine);
        _gate.Open();
        slow.Open();
        Assert.True((await suspending.Soon()).Clean);
        Assert.Equal(RunStatus.Completed, Assert.Single(await resuming.Soon()).Status);
    }

    [Fact]
    [Trait("ID", "S14")]
    public async Task A_run_that_goes_on_by_itself_while_a_resume_still_lists_is_told_by_it()
    {
        var store = new SlowStore(new MemoryCheckpointStore());
        await using var engine = await CanoEngine.OpenAsync(store);
        var stopping = new Gate();
        var isAgain = false;
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    if (isAgain)
                        return Stage.End;
                    await _gate.PassAsync(token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    isAgain = true;
                    await stopping.HoldAsync();
                    throw new OperationCanceledException(token);
                }
            )
            .AddExitState(Stage.End);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await _gate.Entered.Soon();
        var suspending = engine.SuspendAsync(TimeSpan.FromSeconds(20));
        await stopping.Entered.Soon();
        store.Slow = nameof(ICheckpointStore.ListRunsAsync);
        var resuming = Engines.ResumedAsync(engine);
        await store.Asked.Entered.Soon();
        stopping.Open();
        Assert.True((await suspending.Soon()).Clean);
        Assert.Equal(Stage.End, await run.Completion().Soon());
        store.Asked.Open();
        Assert.Equal(RunStatus.Completed, Assert.Single(await resuming.Soon()).Status);
        Assert.Empty(await Engines.ResumedAsync(engine).Soon());
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "S14")]
    public async Task A_retry_for_which_the_end_was_the_cause_waits_until_the_run_has_left(string kind)
    {
        using var home = Engines.Home(kind);
        CanoEngine? opened = null;
        Task? retrying = null;
        var isMended = false;
        var told = new EndTold(end =>
        {
            isMended = true;
            retrying ??= opened!.RetryAsync(end.RunId);
        });
        await using var engine = opened = await home.OpenAsync(new() { Observers = [told] });
        var workflow = Failing(() => isMended);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await Scheduling.Flows.UntilAsync(() => retrying is not null);
        await retrying!.Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "S14"), Trait("ID", "T7")]
    public async Task What_is_forgotten_because_it_ended_waits_until_the_run_has_left(string kind)
    {
        using var home = Engines.Home(kind);
        CanoEngine? opened = null;
        Task? forgetting = null;
        var told = new EndTold(end => forgetting = opened!.ForgetAsync(end.RunId));
        await using var engine = opened = await home.OpenAsync(new() { Observers = [told] });
        var workflow = Failing(() => false);
        engine.Add(workflow);
        await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await Scheduling.Flows.UntilAsync(() => forgetting is not null);
        await forgetting!.Soon();
        Assert.Null(await engine.FindAsync("order-1"));
    }

    [Fact]
    [Trait("ID", "S14")]
    public async Task A_start_in_vain_keeps_nobody_from_the_run_that_is_there()
    {
        var store = new SlowStore(new MemoryCheckpointStore());
        await LeftAsync(store);
        await using var engine = await CanoEngine.OpenAsync(store);
        var workflow = Engines.Saga(_trail, _gate);
        engine.Add(workflow);
        store.Slow = nameof(ICheckpointStore.BeginAsync);
        var starting = engine.StartAsync(workflow, Stage.Start, "order-1");
        await store.Asked.Entered.Soon();
        var resuming = Engines.ResumedAsync(engine);
        store.Asked.Open();
        Assert.Equal("workflow", (await Failures.OfAsync(starting.Soon())).Category);
        _gate.Open();
        Assert.Equal(RunStatus.Completed, Assert.Single(await resuming.Soon()).Status);
    }

    [Fact]
    [Trait("ID", "S14"), Trait("ID", "T7")]
    public async Task A_start_waits_until_the_run_before_it_is_forgotten()
    {
        var store = new SlowStore(new MemoryCheckpointStore());
        await using var engine = await CanoEngine.OpenAsync(store);
        var workflow = Engines.Saga(_trail, _gate);
        engine.Add(workflow);
        _gate.Open();
        await (await engine.StartAsync(workflow, Stage.Start, "order-1").Soon()).Completion().Soon();
        store.Slow = nameof(ICheckpointStore.ClearAsync);
        var forgetting = engine.ForgetAsync("order-1");
        await store.Asked.Entered.Soon();
        var again = engine.ForgetAsync("order-1");
        var starting = engine.StartAsync(workflow, Stage.Start, "order-1");
        store.Asked.Open();
        await forgetting.Soon();
        await Task.WhenAny(again).Soon();
        await (await starting.Soon()).Completion().Soon();
        Assert.Equal(RunStatus.Completed, (await engine.FindAsync("order-1"))!.Status);
        Assert.Equal(4, _trail.Marks.Count);
    }

    [Fact]
    [Trait("ID", "S7"), Trait("ID", "S14")]
    public async Task A_retry_of_a_run_that_is_forgotten_meanwhile_finds_none()
    {
        var store = new SlowStore(new MemoryCheckpointStore());
        await using var engine = await CanoEngine.OpenAsync(store);
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(
                Stage.Start,
                (Func<TaskContext, Stage>)(_ => throw new InvalidOperationException("no stock"))
            )
            .AddExitState(Stage.End);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await Failures.OfAsync(run.Completion().Soon());
        store.Slow = nameof(ICheckpointStore.ClearAsync);
        var forgetting = engine.ForgetAsync("order-1");
        await store.Asked.Entered.Soon();
        var retrying = RetriedAsync();
        store.Asked.Open();
        await forgetting.Soon();
        Assert.Equal("run_not_found", (await Failures.OfAsync(retrying.Soon())).Category);

        async Task<bool> RetriedAsync()
        {
            await engine.RetryAsync("order-1");
            return true;
        }
    }

    [Fact]
    [Trait("ID", "X9")]
    public async Task Of_two_who_schedule_one_flow_at_once_one_is_refused()
    {
        var store = new SlowStore(new MemoryCheckpointStore());
        await using var engine = await CanoEngine.OpenAsync(store);
        store.Slow = nameof(ICheckpointStore.LoadRunAsync);
        var workflow = Engines.Saga(_trail, _gate);
        var first = engine.ScheduleAsync(it => it.Manual("nightly", workflow, Stage.Start));
        await store.Asked.Entered.Soon();
        var second = engine.ScheduleAsync(it => it.Manual("nightly", workflow, Stage.Start));
        store.Asked.Open();
        Assert.Equal("configuration", (await Failures.OfAsync(second.Soon())).Category);
        await (await first.Soon()).StopAsync().Soon();
        await using var again = await engine
            .ScheduleAsync(it => it.Manual("nightly", workflow, Stage.Start))
            .Soon();
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "S1")]
    public async Task Who_waits_for_a_run_that_rests_already_is_told_so(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var workflow = Engines.Saga(_trail, _gate);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await _gate.Entered.Soon();
        await engine.SuspendAsync().Soon();
        Assert.Equal("suspended", (await Failures.OfAsync(run.Completion().Soon())).Category);
        Assert.Equal("suspended", (await Failures.OfAsync(run.OutputAsync<int>().Soon())).Category);
        var resuming = Engines.ResumedAsync(engine);
        var completion = run.Completion();
        _gate.Open();
        Assert.Equal(Stage.End, await completion.Soon());
        await resuming.Soon();
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "S1"), Trait("ID", "S14")]
    public async Task A_run_whose_body_outlasts_the_grace_is_taken_up_when_the_body_has_ended(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var (now, begun, most) = (0, 0, 0);
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(
                Stage.Start,
                async (_, _) =>
                {
                    Interlocked.Increment(ref begun);
                    most = Math.Max(most, Interlocked.Increment(ref now));
                    await _gate.HoldAsync();
                    Interlocked.Decrement(ref now);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        engine.Add(workflow);
        await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await _gate.Entered.Soon();
        Assert.Equal(["order-1"], (await engine.SuspendAsync(TimeSpan.Zero).Soon()).StillRunning);
        var resuming = Engines.ResumedAsync(engine);
        // Whoever is taken up too early comes to its body here.
        for (var turns = 0; turns < 1000 && Volatile.Read(ref begun) == 1; turns++)
            await Task.Yield();
        _gate.Open();
        Assert.Equal(RunStatus.Completed, Assert.Single(await resuming.Soon()).Status);
        Assert.Equal((2, 1), (begun, most));
    }

    /// <summary>Leaves a run that nobody works on.</summary>
    private async Task LeftAsync(ICheckpointStore store)
    {
        await using var engine = await CanoEngine.OpenAsync(store);
        var workflow = Engines.Saga(_trail, new Gate());
        engine.Add(workflow);
        await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
    }

    /// <summary>A store that takes its time for what it is told to be slow in.</summary>
    private sealed class SlowStore(ICheckpointStore inner) : DelegatingCheckpointStore(inner)
    {
        public string? Slow { get; set; }

        public Gate Asked { get; } = new();

        public override async ValueTask<long> BeginAsync(
            string runId,
            CheckpointRow first,
            CancellationToken cancellationToken = default
        )
        {
            if (Slow == nameof(BeginAsync))
                await Asked.HoldAsync();
            return await base.BeginAsync(runId, first, cancellationToken);
        }

        public override async ValueTask<long> BeginAsync(
            string runId,
            CheckpointRow first,
            NodeLease lease,
            CancellationToken cancellationToken = default
        )
        {
            if (Slow == nameof(BeginAsync))
                await Asked.HoldAsync();
            return await base.BeginAsync(runId, first, lease, cancellationToken);
        }

        public override async IAsyncEnumerable<RunSummary> ListRunsAsync(
            RunFilter filter,
            [EnumeratorCancellation] CancellationToken cancellationToken = default
        )
        {
            if (Slow == nameof(ListRunsAsync))
                await Asked.HoldAsync();
            await foreach (var run in base.ListRunsAsync(filter, cancellationToken))
                yield return run;
        }

        public override async ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
            string runId,
            CancellationToken cancellationToken = default
        )
        {
            if (Slow == nameof(LoadRunAsync))
                await Asked.HoldAsync();
            return await base.LoadRunAsync(runId, cancellationToken);
        }

        public override async ValueTask ClearAsync(
            string runId,
            CancellationToken cancellationToken = default
        )
        {
            if (Slow == nameof(ClearAsync))
                await Asked.HoldAsync();
            await base.ClearAsync(runId, cancellationToken);
        }
    }

    private static Workflow<Stage> Failing(Func<bool> isMended) =>
        Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(
                Stage.Start,
                _ => isMended() ? Stage.End : throw new IOException("not yet"),
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End);
}
