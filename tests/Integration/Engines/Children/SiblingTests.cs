using Cano.Testing;

namespace Cano.Integration.Engines.Children;

/// <summary>A state that starts several runs, and goes on when they are joined.</summary>
public sealed class SiblingTests
{
    private const string Id = "order-1";

    private readonly Trail _trail = new();
    private readonly VirtualTime _time = new();
    private readonly Family _family;

    public SiblingTests() => _family = new Family(_trail);

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V6")]
    public async Task A_child_for_each_item_gives_its_end_in_the_order_of_the_items(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var parent = _family.ParentOfEach(
            _family.Quick(),
            [1, -2, 3],
            JoinStrategy.PartialResults(2),
            new() { WaitForAll = true }
        );
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, Id).Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal("items", _trail.Marks[0]);
        Assert.Equal("Completed, Failed, Completed", _trail.Marks[^1]);
        Assert.Equal(
            [$"run {Id}/1/0", $"run {Id}/1/1", $"run {Id}/1/2"],
            _trail.Marks.Skip(1).SkipLast(1).Order()
        );
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V6"), Trait("ID", "V4")]
    public async Task What_a_decided_join_does_not_need_is_cancelled_and_awaited(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var parent = _family.ParentOfEach(_family.Child(), [1, 2, 3], JoinStrategy.Quorum(2));
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, Id).Soon();
        foreach (var i in new[] { 2, 0 })
        {
            await Family.WaitingAsync(engine, $"{Id}/1/{i}").Soon();
            await engine.SignalAsync($"{Id}/1/{i}", Family.Finish).Soon();
        }

        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal([$"undo {Id}/1/1", "Completed, Cancelled, Completed"], _trail.Marks.TakeLast(2));
    }

    [Fact]
    [Trait("ID", "V6"), Trait("ID", "V4")]
    public async Task The_end_of_a_child_that_is_read_while_its_parent_is_cancelled_is_not_forgotten()
    {
        // The cancel may come behind the end, which the run goes on with then.
        var tries = 1;
        while (await CancelledAtEndAsync() != RunStatus.Cancelled)
            Assert.True(tries++ < 100, "the cancel is always late");
        Assert.Equal("undo 7", _trail.Marks[^1]);
    }

    private async Task<RunStatus?> CancelledAtEndAsync()
    {
        var store = new HeldReads(new MemoryCheckpointStore(), $"{Id}/1/1");
        await using var engine = await CanoEngine.OpenAsync(store);
        var parent = _family.ParentOfEach(_family.Child(), [1, 2], JoinStrategy.Any);
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, Id).Soon();
        await Family.WaitingAsync(engine, $"{Id}/1/1").Soon();
        await Family.WaitingAsync(engine, $"{Id}/1/0").Soon();
        await engine.SignalAsync($"{Id}/1/0", Family.Finish).Soon();
        await store.IsRead.Soon();
        var cancelling = run.CancelAsync("enough");
        store.LetGo();
        await Task.WhenAny(cancelling.Soon());
        await Task.WhenAny(run.Completion().Soon());
        return (await engine.FindAsync(Id))?.Status;
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V6")]
    public async Task Children_of_several_workflows_run_side_by_side(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var parent = Workflow
            .Bare<Stage>()
            .WithName("parent")
            .RegisterChildren(
                Stage.Start,
                [
                    ChildRun.Of("payment", _family.Quick("pay"), Stage.Start, _ => 5),
                    ChildRun.Of("stock", _family.Quick("reserve"), Stage.Start, _ => 6),
                ],
                JoinStrategy.All,
                (_, ends) =>
                {
                    Assert.True(ends.AllSucceeded);
                    Assert.Throws<ArgumentException>(() => ends.Of<Stage>("shipping"));
                    Assert.Throws<ArgumentException>(() => ends.Of<int>("stock"));
                    _trail.Add(ends.Of<Stage>("payment").Output<int>());
                    _trail.Add(ends.Of<Stage>("stock").RunId);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, Id).Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(["10", $"{Id}/0/stock"], _trail.Marks.TakeLast(2));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V6")]
    public async Task A_join_that_cannot_be_met_fails_the_parent_and_a_retry_retries_what_failed(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        _family.FailuresLeft = 1;
        var plain = Workflow
            .Bare<Stage>()
            .WithName("plain")
            .RegisterChildren(
                Stage.Start,
                _ => (int[])[1, -2, 3],
                _family.Quick("each"),
                Stage.Start,
                JoinStrategy.All,
                (_, ends) => ends.All(end => end.IsSuccess) ? Stage.End : Stage.Stop,
                new() { WaitForAll = true }
            )
            .AddExitStates(Stage.End, Stage.Stop);
        var run = await engine.Add(plain).StartAsync(plain, Stage.Start, Id).Soon();
        var failure = await Failures.OfAsync(run.Completion().Soon());
        Assert.Equal("workflow", failure.Category);
        Assert.Contains("2 of 3", failure.Message, StringComparison.Ordinal);
        Assert.Contains("no -2", failure.Message, StringComparison.Ordinal);
        Assert.Equal(RunStatus.Failed, (await engine.FindAsync(Id))!.Status);
        await engine.RetryAsync(Id).Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(2, _trail.CountOf($"run {Id}/0/1"));
        Assert.Equal(1, _trail.CountOf($"run {Id}/0/0"));
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V6"), Trait("ID", "K9")]
    public async Task A_join_that_cannot_be_met_names_the_child_that_failed_and_none_that_was_recalled(
        string kind
    )
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var parent = _family.ParentOfEach(_family.Child(), [1, 2, 3, 4, 5], JoinStrategy.All);
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, Id).Soon();
        for (var i = 0; i < 5; i++)
            await Family.WaitingAsync(engine, $"{Id}/1/{i}").Soon();
        await engine.SignalAsync($"{Id}/1/4", Family.Fail).Soon();
        var failure = await Failures.OfAsync(run.Completion().Soon());
        Assert.Equal(
            "Join condition not met: 0 of 5 tasks completed successfully, strategy: All; "
                + $"errors: child {Id}/1/4: IOException: told to fail",
            failure.Message
        );
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V6")]
    public async Task When_the_time_of_children_is_up_the_join_is_judged_by_those_that_have_ended(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync(new() { TimeProvider = _time });
        var parent = _family.ParentOfEach(
            _family.Child(),
            [1, 2],
            JoinStrategy.PartialTimeout,
            new() { Timeout = TimeSpan.FromHours(1) }
        );
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, Id).Soon();
        await Family.WaitingAsync(engine, $"{Id}/1/1").Soon();
        await Family.WaitingAsync(engine, $"{Id}/1/0").Soon();
        await engine.SignalAsync($"{Id}/1/0", Family.Finish).Soon();
        await foreach (var child in engine.WatchAsync($"{Id}/1/0"))
            if (child.HasEnded)
                break;
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal("Completed, Cancelled", _trail.Marks[^1]);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V6")]
    [Trait("ID", "K6")]
    public async Task A_deadline_before_which_no_child_has_ended_is_not_met_by_those_that_are_cancelled_then(
        string kind
    )
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync(new() { TimeProvider = _time });
        var parent = _family.ParentOfEach(
            _family.Child(),
            [1, 2],
            JoinStrategy.PartialTimeout,
            new() { Timeout = TimeSpan.FromHours(1) }
        );
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, Id).Soon();
        await Family.WaitingAsync(engine, $"{Id}/1/1").Soon();
        await Family.WaitingAsync(engine, $"{Id}/1/0").Soon();
        await Family.WaitingAsync(engine, Id).Soon();
        _time.Advance(TimeSpan.FromHours(1));
        var failure = await Failures.OfAsync(run.Completion().Soon());
        Assert.Equal("PartialTimeout: No tasks completed before timeout", failure.Message);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V6")]
    public async Task A_retry_gives_the_children_their_time_anew_and_asks_for_no_items(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync(new() { TimeProvider = _time });
        _family.FailuresLeft = 1;
        var plain = Workflow
            .Bare<Stage>()
            .WithName("plain")
            .RegisterChildren(
                Stage.Start,
                _ =>
                {
                    _trail.Add("items");
                    return (int[])[1, -2];
                },
                _family.Quick("each"),
                Stage.Start,
                JoinStrategy.All,
                (_, ends) => ends.All(end => end.IsSuccess) ? Stage.End : Stage.Stop,
                new() { WaitForAll = true, Timeout = TimeSpan.FromHours(1) }
            )
            .AddExitStates(Stage.End, Stage.Stop);
        var run = await engine.Add(plain).StartAsync(plain, Stage.Start, Id).Soon();
        await Failures.OfAsync(run.Completion().Soon());
        _time.Advance(TimeSpan.FromHours(5));
        await engine.RetryAsync(Id).Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(1, _trail.CountOf("items"));
        var listed = (await engine.HistoryAsync(Id)).Where(row => row.Kind == RowKind.BranchesListed);
        Assert.Equal(2, listed.Count());
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V6")]
    public async Task No_more_run_at_once_than_may_and_none_at_all_join_at_once(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var parent = _family.ParentOfEach(
            _family.Child(),
            [1, 2, 3],
            JoinStrategy.All,
            new() { Bulkhead = 1 }
        );
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, Id).Soon();
        for (var i = 0; i < 3; i++)
        {
            await Family.WaitingAsync(engine, $"{Id}/1/{i}").Soon();
            Assert.Null(await engine.FindAsync($"{Id}/1/{i + 1}"));
            await engine.SignalAsync($"{Id}/1/{i}", Family.Finish).Soon();
        }

        Assert.Equal(Stage.End, await run.Completion().Soon());
        var none = Workflow
            .Bare<Stage>()
            .WithName("none")
            .RegisterChildren(
                Stage.Start,
                _ => Array.Empty<int>(),
                _family.Quick(),
                Stage.Start,
                JoinStrategy.Any,
                (_, ends) => ends.Count == 0 ? Stage.End : Stage.Stop
            )
            .AddExitStates(Stage.End, Stage.Stop);
        run = await engine.Add(none).StartAsync(none, Stage.Start, "none").Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
    }
}
