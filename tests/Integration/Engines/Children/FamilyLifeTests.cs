using Cano.Testing;

namespace Cano.Integration.Engines.Children;

/// <summary>What befalls a parent while its child is under way.</summary>
public sealed class FamilyLifeTests
{
    private const string Id = "order-1";
    private const string ChildId = "order-1/1";

    private readonly Trail _trail = new();
    private readonly VirtualTime _time = new();
    private readonly Family _family;

    public FamilyLifeTests() => _family = new Family(_trail);

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V4")]
    public async Task Cancelling_a_parent_cancels_its_child_first(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var (parent, run) = await BegunAsync(engine);
        await run.CancelAsync("enough").Soon();
        Assert.Equal("cancelled", (await Failures.OfAsync(run.Completion().Soon())).Category);
        Assert.Equal([$"reserve {ChildId}", $"undo {ChildId}", "undo 7"], _trail.Marks);
        Assert.Equal(RunStatus.Cancelled, (await engine.FindAsync(ChildId))!.Status);
        Assert.Equal(RunStatus.Cancelled, (await engine.FindAsync(Id))!.Status);
        Assert.NotNull(parent);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V4")]
    public async Task A_parent_whose_total_time_is_over_cancels_its_child_first(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync(new() { TimeProvider = _time });
        var (_, run) = await BegunAsync(engine, parent => parent.WithTotalTimeout(TimeSpan.FromDays(1)));
        await _time.WhenWaitingAsync().Soon();
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal("workflow_timeout", (await Failures.OfAsync(run.Completion().Soon())).Category);
        Assert.Equal([$"reserve {ChildId}", $"undo {ChildId}", "undo 7"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "V5"), Trait("ID", "S13"), Trait("ID", "S1")]
    public async Task Suspending_suspends_both_and_the_next_engine_goes_on_with_both(string kind)
    {
        using var home = Engines.Home(kind);
        await using (var engine = await home.OpenAsync())
        {
            await BegunAsync(engine);
            Assert.Empty((await engine.SuspendAsync().Soon()).StillRunning);
            Assert.Equal(RunStatus.Waiting, (await engine.FindAsync(Id))!.Status);
        }

        await using var next = await home.OpenAsync();
        var parent = Parent();
        next.Add(parent);
        Assert.Empty(await Engines.ResumedAsync(next).Soon());
        await next.SignalAsync(ChildId, Family.Finish).Soon();
        Assert.Equal(Stage.End, await next.Run(parent, Id).Completion().Soon());
        Assert.Equal([$"reserve {ChildId}"], _trail.Marks);
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "S13")]
    public async Task A_resume_gives_the_end_of_a_parent_that_its_child_woke(string kind)
    {
        using var home = Engines.Home(kind);
        await using (var engine = await home.OpenAsync())
        {
            await BegunAsync(engine);
            await engine.SuspendAsync().Soon();
            await engine.SignalAsync(ChildId, Family.Finish).Soon();
        }

        await using var next = await home.OpenAsync();
        next.Add(Parent());
        var ends = await Engines.ResumedAsync(next).Soon();
        Assert.Equal([Id, ChildId], ends.Select(end => end.RunId).Order());
        Assert.All(ends, end => Assert.Equal(RunStatus.Completed, end.Status));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V1"), Trait("ID", "V2")]
    public async Task A_child_is_forgotten_with_its_parent_and_not_before_that_has_its_end(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var (_, run) = await BegunAsync(engine);
        var refused = await Failures.OfAsync(Forgotten(engine, ChildId));
        Assert.Equal("workflow", refused.Category);
        await engine.SignalAsync(ChildId, Family.Finish).Soon();
        await run.Completion().Soon();
        Assert.NotNull(await engine.FindAsync(ChildId));
        await engine.ForgetAsync(Id).Soon();
        Assert.Null(await engine.FindAsync(ChildId));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V2")]
    public async Task A_child_whose_runs_are_forgotten_at_once_lasts_until_its_parent_has_its_end(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var parent = _family.ParentOf(
            _family.Quick().WithRetention(Retention.Clear),
            (_, end) => end.Output<int>() == 42 ? Stage.End : Stage.Stop
        );
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, Id).Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        while (await engine.FindAsync(ChildId) is not null)
            await Task.Yield();
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V2"), Trait("ID", "S7")]
    public async Task A_retried_parent_takes_the_end_of_a_child_that_was_forgotten_and_began_anew(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        _family.FailuresLeft = 1;
        var parent = Workflow
            .Bare<Stage>()
            .WithName("plain")
            .RegisterChild(
                Stage.Start,
                _family.Quick(),
                Stage.Start,
                _ => -2,
                (_, end) => end.IsSuccess ? Stage.End : throw new IOException("it failed")
            )
            .AddExitState(Stage.End);
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, Id).Soon();
        Assert.NotNull((await Failures.OfAsync(run.Completion().Soon())).Message);
        await engine.ForgetAsync($"{Id}/0").Soon();
        await engine.RetryAsync(Id).Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "V2"), Trait("ID", "S10")]
    public async Task A_parent_waits_for_a_child_that_is_set_aside_until_a_person_retries_it(string kind)
    {
        using var home = Engines.Home(kind);
        var (dying, gate) = (new Gate(), new Gate());
        await using (var first = await home.OpenAsync())
        {
            var begun = ParentOf(dying);
            await first.Add(begun).StartAsync(begun, Stage.Start, Id).Soon();
            await dying.Entered.Soon();
        }

        await home.ClaimedAsync(ChildId, 3);
        await using var engine = await home.OpenAsync();
        var parent = ParentOf(gate);
        engine.Add(parent);
        await Engines.ResumedAsync(engine).Soon();
        Assert.Equal(RunStatus.Quarantined, (await engine.FindAsync(ChildId))!.Status);
        var waiting = (await engine.FindAsync(Id))!;
        Assert.Equal((RunStatus.Waiting, ChildId), (waiting.Status, waiting.Waiting!.ChildRunId));
        await engine.RetryAsync(ChildId).Soon();
        gate.Open();
        Assert.Equal(Stage.End, await engine.Run(parent, Id).Completion().Soon());

        Workflow<Stage> ParentOf(Gate held) =>
            _family.ParentOf(OneState.Awaiting(held.PassAsync).WithName("held"), (_, end) => end.Exit);
    }

    private Workflow<Stage> Parent() => _family.ParentOf(_family.Child(), (_, end) => end.Exit);

    /// <summary>The child waits, and the parent for it.</summary>
    private async Task<(Workflow<Stage> Parent, WorkflowRun<Stage> Run)> BegunAsync(
        CanoEngine engine,
        Func<Workflow<Stage>, Workflow<Stage>>? change = null
    )
    {
        var parent = change is null ? Parent() : change(Parent());
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, Id).Soon();
        await Family.WaitingAsync(engine, ChildId).Soon();
        await Family.WaitingAsync(engine, Id).Soon();
        return (parent, run);
    }

    private static async Task<int> Forgotten(CanoEngine engine, string id)
    {
        await engine.ForgetAsync(id);
        return 0;
    }
}
