using Cano.Integration.Observers;
using Cano.Testing;

namespace Cano.Integration.Engines.Children;

/// <summary>A state that starts one run, and waits for its end.</summary>
public sealed class ChildTests
{
    private const string Id = "order-1";
    private const string ChildId = "order-1/1";

    private readonly Trail _trail = new();
    private readonly Family _family;

    public ChildTests() => _family = new Family(_trail);

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V1"), Trait("ID", "V2")]
    public async Task The_end_of_a_child_wakes_its_parent_with_exit_and_output(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var parent = _family.ParentOf(
            _family.Child(),
            (_, end) =>
            {
                _trail.Add($"{end.RunId} {end.Status} {end.Exit} {end.IsSuccess} {end.Output<int>()}");
                return Stage.End;
            }
        );
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, Id).Soon();
        await Family.WaitingAsync(engine, ChildId).Soon();
        var waiting = await Family.WaitingAsync(engine, Id).Soon();
        Assert.Equal((RunStatus.Waiting, ChildId), (waiting.Status, waiting.Waiting!.ChildRunId));
        var child = (await engine.FindAsync(ChildId))!;
        Assert.Equal((Id, "child", "21"), (child.ParentRunId, child.WorkflowName, child.InputJson));
        await engine.SignalAsync(ChildId, Family.Finish).Soon();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal([$"reserve {ChildId}", $"{ChildId} Completed End True 42"], _trail.Marks);
        Assert.Equal(
            [RowKind.ChildStarted, RowKind.ChildEnded],
            (await engine.HistoryAsync(Id))
                .Select(row => row.Kind)
                .Where(kind => kind is RowKind.ChildStarted or RowKind.ChildEnded)
        );
        var children = new List<string>();
        await foreach (var found in engine.ListAsync(RunQuery.All with { ParentRunId = Id }))
            children.Add(found.RunId);
        Assert.Equal([ChildId], children);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V3")]
    public async Task A_child_that_fails_is_a_value(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var parent = _family.ParentOf(
            _family.Child(),
            (_, end) =>
            {
                Assert.False(end.IsSuccess);
                Assert.Equal(end.Error, Assert.Throws<CanoException>(() => end.Output<int>()).Error);
                _trail.Add($"{end.Status} {end.Error!.Message}");
                return Stage.Stop;
            }
        );
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, Id).Soon();
        await Family.WaitingAsync(engine, ChildId).Soon();
        await engine.SignalAsync(ChildId, Family.Fail).Soon();
        Assert.Equal(Stage.Stop, await run.Completion().Soon());
        Assert.Equal(3, _trail.Marks.Count);
        Assert.Equal($"undo {ChildId}", _trail.Marks[1]);
        Assert.StartsWith("RolledBack", _trail.Marks[2], StringComparison.Ordinal);
        Assert.Contains("told to fail", _trail.Marks[2], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V1")]
    public async Task A_run_of_the_childs_id_that_is_none_fails_the_parent(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var child = _family.Child();
        var parent = _family.ParentOf(child, (_, _) => Stage.End);
        await engine.Add(parent).StartAsync(child, Stage.Start, ChildId, 1).Soon();
        var run = await engine.StartAsync(parent, Stage.Start, Id).Soon();
        var failure = await Failures.OfAsync(run.Completion().Soon());
        Assert.Equal("workflow", failure.Category);
        Assert.Contains(
            $"'{ChildId}' is there and is no child of run '{Id}'",
            failure.Message,
            StringComparison.Ordinal
        );
        Assert.Equal(RunStatus.Waiting, (await Family.WaitingAsync(engine, ChildId).Soon()).Status);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "S11")]
    public async Task An_id_that_a_child_may_have_is_refused_where_the_parent_is_there(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var child = _family.Child();
        var parent = _family.ParentOf(child, (_, _) => Stage.End);
        await engine.Add(parent).StartAsync(parent, Stage.Start, Id).Soon();
        foreach (var id in new[] { $"{Id}/7", $"{Id}/7/stock", $"{Id}/1/1" })
        {
            var refused = await Failures.OfAsync(engine.StartAsync(child, Stage.Start, id, 1));
            Assert.Equal("configuration", refused.Category);
            Assert.Contains(Id, refused.Message, StringComparison.Ordinal);
        }

        await engine.StartAsync(child, Stage.Start, $"{Id}/seven", 1).Soon();
        await engine.StartAsync(child, Stage.Start, "order-2/7", 1).Soon();
        var tooLong = await Failures.OfAsync(engine.StartAsync(parent, Stage.Start, new string('x', 1010)));
        Assert.Contains("children", tooLong.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("ID", "T3")]
    public async Task A_child_that_is_not_given_what_its_workflow_accepts_fails_its_parent()
    {
        await using var engine = CanoEngine.InMemory();
        var parent = Workflow
            .Bare<Stage>()
            .WithName("parent")
            .RegisterChild(Stage.Start, _family.Child(), Stage.Start, (_, _) => Stage.End)
            .AddExitState(Stage.End);
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, Id).Soon();
        var failure = await Failures.OfAsync(run.Completion().Soon());
        Assert.Equal("configuration", failure.Category);
        Assert.Contains(
            "accepts a `Int32`",
            failure.Message.Replace("int", "Int32"),
            StringComparison.Ordinal
        );
        Assert.Null(await engine.FindAsync("order-1/0"));
    }

    [Fact]
    [Trait("ID", "V1")]
    public async Task Children_are_runs_of_an_engine()
    {
        var parent = _family.ParentOf(_family.Child(), (_, _) => Stage.End);
        var refused = await Failures.OfAsync(parent.OrchestrateAsync(Stage.Start));
        Assert.Equal("configuration", refused.Category);
        Assert.Contains("CanoEngine", refused.Message, StringComparison.Ordinal);
        Assert.Throws<CanoException>(() =>
            Workflow
                .Bare<Stage>()
                .RegisterChild(Stage.Start, Workflow.Bare<Stage>(), Stage.Start, (_, _) => Stage.End)
        );
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "V7"), Trait("ID", "X10")]
    public async Task A_child_works_in_its_parents_place_and_a_body_may_start_runs_of_nobody(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync(new() { MaxRunning = 1 });
        var other = _family.Quick("other");
        var child = _family.Quick();
        var parent = Workflow
            .Bare<Stage>()
            .WithName("parent")
            .Register(
                Stage.Start,
                async (context, token) =>
                {
                    await engine.GetOrStartAsync(other, Stage.Start, context.EffectKey, 3, token);
                    return Stage.Work;
                }
            )
            .RegisterChild(Stage.Work, child, Stage.Start, _ => 21, (_, end) => end.Exit)
            .AddExitState(Stage.End);
        engine.Add(parent).Add(other);
        var runs = new List<WorkflowRun<Stage>>();
        for (var i = 0; i < 5; i++)
            runs.Add(await engine.StartAsync(parent, Stage.Start, $"order-{i}").Soon());
        foreach (var run in runs)
            Assert.Equal(Stage.End, await run.Completion().Soon());
        await foreach (var run in engine.ListAsync())
            if (run.WorkflowName == "other")
            {
                Assert.Null(run.ParentRunId);
                Assert.Equal(Stage.End, await engine.Run(other, run.RunId).Completion().Soon());
            }
    }

    [Theory]
    [MemberData(nameof(Engines.Lasting), MemberType = typeof(Engines))]
    [Trait("ID", "V7"), Trait("ID", "S14")]
    public async Task A_run_that_a_body_started_outlives_the_run_it_was_started_in_and_rests_by_itself(
        string kind
    )
    {
        using var home = Engines.Home(kind);
        var otherId = "";
        Workflow<Stage> StartingIn(CanoEngine engine, Workflow<Stage> other) =>
            Workflow
                .Bare<Stage>()
                .WithName("starter")
                .Register(
                    Stage.Start,
                    async (context, token) =>
                    {
                        otherId = context.EffectKey;
                        await engine.GetOrStartAsync(other, Stage.Start, otherId, 3, token);
                        return Stage.End;
                    }
                )
                .AddExitState(Stage.End);
        await using (var engine = await home.OpenAsync(new() { MaxRunning = 1 }))
        {
            var other = _family.Child("other");
            var starter = StartingIn(engine, other);
            engine.Add(starter).Add(other);
            var run = await engine.StartAsync(starter, Stage.Start, Id).Soon();
            Assert.Equal(Stage.End, await run.Completion().Soon());
            await Family.WaitingAsync(engine, otherId).Soon();
            Assert.True((await engine.SuspendAsync(TimeSpan.FromSeconds(20)).Soon()).Clean);
        }

        await using var next = await home.OpenAsync(new() { MaxRunning = 1 });
        var left = _family.Child("other");
        next.Add(StartingIn(next, left)).Add(left);
        Assert.Empty(await Engines.ResumedAsync(next).Soon());
        await next.SignalAsync(otherId, Family.Finish).Soon();
        Assert.Equal(Stage.End, await next.Run(left, otherId).Completion().Soon());
        Assert.Null((await next.FindAsync(otherId))?.ParentRunId);
    }

    [Fact]
    [Trait("ID", "V2")]
    public async Task Observers_hear_of_the_child_and_of_the_wait_for_it()
    {
        var observer = new RecordingObserver();
        await using var engine = CanoEngine.InMemory(new() { Observers = [observer] });
        var parent = _family.ParentOf(_family.Quick(), (_, _) => Stage.End);
        var run = await engine.Add(parent).StartAsync(parent, Stage.Start, Id).Soon();
        await run.Completion().Soon();
        string[] told = [.. observer.Whole()];
        Assert.Contains($"OnChildStart Work {ChildId}", told);
        Assert.Contains($"OnWaiting Work for child {ChildId}", told);
    }
}
