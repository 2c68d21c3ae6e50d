using System.Diagnostics;

namespace Cano.Integration.Telemetry;

/// <summary>Which span is current where: a body has its own, and nobody else has it.</summary>
[Collection(Listens.Name)]
public sealed class SpanFlowTests
{
    public static TheoryData<string> Kinds => [.. EveryKind.Names];

    [Theory]
    [MemberData(nameof(Kinds))]
    [Trait("ID", "R11")]
    public async Task A_body_of_every_kind_is_within_a_span_of_its_run(string kind)
    {
        using var traced = new Traced();
        Activity? seen = null;
        var workflow = Named()
            .RegisterKind(
                kind,
                (Stage.Start, Stage.End),
                (_, _) =>
                {
                    seen = Activity.Current;
                    return Task.CompletedTask;
                }
            )
            .AddExitState(Stage.End)
            .WithCheckpointStore(new KeepingStore());
        await workflow.AllowAsync(kind);
        await workflow.OrchestrateAsync(Stage.Start, Steps.Waits.Waiters.RunId).Soon();
        Assert.Contains(seen?.OperationName, (string[])["attempt Start", "branch Start", "state Start"]);
        Assert.Contains(seen, traced.Ended);
        Assert.Empty(traced.Open);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Trait("ID", "R11")]
    public async Task What_a_body_makes_current_is_neither_the_next_ones_nor_its_callers(bool isAtOnce)
    {
        using var traced = new Traced();
        using var own = new Activity("of the body").Start();
        Activity.Current = null;
        string? next = null;
        var workflow = Named()
            .Register(
                Stage.Start,
                (_, _) =>
                {
                    Activity.Current = own;
                    return isAtOnce ? new(Stage.Work) : new(LaterAsync());
                }
            )
            .Register(
                Stage.Work,
                (_, _) =>
                {
                    next = Activity.Current?.OperationName;
                    return new(Stage.End);
                }
            )
            .AddExitState(Stage.End);
        var run = workflow.OrchestrateAsync(Stage.Start);
        Assert.Null(Activity.Current);
        await run;
        Assert.Null(Activity.Current);
        Assert.Equal("attempt Work", next);

        static async Task<Stage> LaterAsync()
        {
            await Task.Yield();
            return Stage.Work;
        }
    }

    [Fact]
    [Trait("ID", "R11")]
    public async Task A_run_is_a_part_of_what_its_caller_does()
    {
        using var traced = new Traced();
        using var caller = new Activity("caller").Start();
        await Plain().OrchestrateAsync(Stage.Start);
        Assert.Same(caller, Activity.Current);
        Assert.Equal(caller.SpanId, traced.Of("run").Single().ParentSpanId);
    }

    [Fact]
    [Trait("ID", "R11"), Trait("ID", "X11")]
    public async Task A_run_of_an_engine_is_a_part_of_what_started_it()
    {
        using var traced = new Traced();
        await using var engine = CanoEngine.InMemory();
        var workflow = Plain();
        engine.Add(workflow);
        WorkflowRun<Stage> run;
        string starter;
        using (var caller = new Activity("caller").Start())
        {
            starter = caller.Id!;
            run = await engine.StartAsync(workflow, Stage.Start, "run");
            Assert.Same(caller, Activity.Current);
        }

        await run.Completion().Soon();
        Assert.Equal(starter, traced.Of("run").Single().ParentId);
        Assert.Equal("run", traced.Of("attempt").Single().Of("cano.run.id"));
    }

    [Fact]
    [Trait("ID", "R11")]
    public async Task A_child_begins_within_its_parents_state_and_goes_on_linked_to_that()
    {
        using var traced = new Traced();
        var child = Plain().WithName("child");
        var parent = Named()
            .RegisterChild(Stage.Start, child, Stage.Start, _ => 1, (_, _) => Stage.End)
            .AddExitState(Stage.End);
        await using var engine = CanoEngine.InMemory();
        engine.Add(parent);
        await (await engine.StartAsync(parent, Stage.Start, "family")).Completion().Soon();

        var wait = traced.Of("wait")[0];
        Assert.Equal("wait Start", wait.OperationName);
        var begun = traced.In(wait).Single();
        Assert.Equal(("run child", "suspended"), (begun.OperationName, begun.Of("cano.status")));
        var gone = traced.Of("run").Last(run => run.OperationName == "run child");
        Assert.Equal(
            (wait.SpanId, begun.SpanId),
            (gone.LinkTo("starter")?.SpanId, gone.LinkTo("before")?.SpanId)
        );
        Assert.Equal("run child(state Start(attempt Start), state End)", traced.TreeOf(gone));
    }

    [Theory]
    [InlineData(nameof(ActivityListener.Sample))]
    [InlineData(nameof(ActivityListener.ActivityStarted))]
    [InlineData(nameof(ActivityListener.ActivityStopped))]
    [InlineData(nameof(ActivityListener.ExceptionRecorder))]
    [Trait("ID", "R4"), Trait("ID", "R11")]
    public async Task A_listener_that_throws_changes_nothing_for_the_run(string at)
    {
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == CanoTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) =>
                at == nameof(ActivityListener.Sample)
                    ? throw new IOException()
                    : ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = _ => Throw(nameof(ActivityListener.ActivityStarted)),
            ActivityStopped = _ => Throw(nameof(ActivityListener.ActivityStopped)),
            ExceptionRecorder = (Activity _, Exception _, ref TagList _) =>
                Throw(nameof(ActivityListener.ExceptionRecorder)),
        };
        ActivitySource.AddActivityListener(listener);
        var failures = 1;
        var workflow = Named()
            .Register(
                Stage.Start,
                (_, _) => failures-- > 0 ? throw new TimeoutException() : new(Stage.End),
                TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero)
            )
            .AddExitState(Stage.End);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
        Assert.Null(Activity.Current);

        void Throw(string where)
        {
            if (where == at)
                throw new IOException();
        }
    }

    [Fact]
    [Trait("ID", "R11")]
    public async Task A_listener_that_throws_leaves_no_span_open_and_rows_tell_of_the_run()
    {
        var begun = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == CanoTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) =>
                ActivitySamplingResult.AllDataAndRecorded,
            ActivityStarted = span =>
            {
                begun.Add(span);
                throw new IOException();
            },
            ActivityStopped = _ => throw new IOException(),
        };
        ActivitySource.AddActivityListener(listener);
        var store = new KeepingStore();
        await Plain().WithCheckpointStore(store).OrchestrateAsync(Stage.Start, "order-1");
        Assert.Contains(begun, span => span.OperationName == "run traced");
        Assert.All(begun, span => Assert.True(span.IsStopped, span.OperationName));
        Assert.NotNull(store.Rows[0].Span);
    }

    [Fact]
    [Trait("ID", "R11")]
    public async Task A_run_that_nobody_wants_has_no_span_in_any_part()
    {
        var asked = 0;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == CanoTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) =>
            {
                asked++;
                return ActivitySamplingResult.None;
            },
        };
        ActivitySource.AddActivityListener(listener);
        await Plain().OrchestrateAsync(Stage.Start);
        Assert.Equal(1, asked);
    }

    private static Workflow<Stage> Plain() =>
        Named().Register(Stage.Start, (_, _) => new(Stage.End)).AddExitState(Stage.End);

    private static Workflow<Stage> Named() => Workflow.Bare<Stage>().WithName("traced");
}
