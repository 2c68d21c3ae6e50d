using Cano.Testing;

namespace Cano.Integration.Context;

/// <summary>The context that a test makes for a task.</summary>
public sealed class TestContextTests
{
    [Fact]
    [Trait("ID", "T1"), Trait("ID", "T5")]
    public async Task The_input_is_given_as_a_journal_gives_it_and_the_output_can_be_asked_for()
    {
        var order = new[] { "a", "b" };
        var context = TestContext.For(input: order);
        Assert.Equal("output_missing", Failures.Of(() => context.Output<int>()).Category);
        await context.RunAsync(
            CanoTask.From<Stage>(
                "count",
                (context, _) =>
                {
                    Assert.NotSame(order, context.Input<string[]>());
                    context.SetOutput(context.Input<string[]>().Length);
                    return new ValueTask<Stage>(Stage.End);
                }
            )
        );
        Assert.Equal(2, context.Output<int>());
        Assert.Equal("input_missing", Failures.Of(() => TestContext.For().Input<int>()).Category);
    }

    [Fact]
    [Trait("ID", "R14")]
    public void The_context_tells_what_it_was_made_with()
    {
        using var stop = new CancellationTokenSource();
        var (time, logger, split) = (
            new VirtualTime(),
            new KeepingLogger(),
            new SplitResult([new(0, "a")], [], [])
        );
        var context = TestContext.For(
            new Resources().Insert("limit", 7),
            runId: "order-1",
            state: "Ship",
            visit: 4,
            attempt: 2,
            split: split,
            time: time,
            logger: logger,
            cancellationToken: stop.Token
        );
        context.Progress.Report(0.5);
        Assert.Equal(7, context.Get<int>("limit"));
        Assert.Equal(("order-1", "Ship", 2), (context.RunId, context.State, context.Attempt));
        Assert.Equal("order-1/contextoftest/4", context.EffectKey);
        Assert.Same(split, context.SplitResult);
        Assert.Same(time, context.TimeProvider);
        Assert.Equal(stop.Token, context.CancellationToken);
        Assert.Single(
            logger.Details,
            text => text.StartsWith("State Ship is at 50", StringComparison.Ordinal)
        );
    }

    [Fact]
    [Trait("ID", "R14")]
    public void A_context_that_is_told_nothing_has_what_a_task_needs()
    {
        var context = TestContext.For();
        context.Store.Put("count", 1);
        context.Progress.Report(0.5);
        Assert.Equal(1, context.Get<MemoryStore>("store").Get<int>("count"));
        Assert.Equal(
            ("run", "State", 1, "run/contextoftest/0"),
            (context.RunId, context.State, context.Attempt, context.EffectKey)
        );
        Assert.Null(context.SplitResult);
        Assert.Same(TimeProvider.System, context.TimeProvider);
        Assert.False(context.CancellationToken.CanBeCanceled);
    }

    [Fact]
    [Trait("ID", "R14")]
    public void The_key_is_the_same_for_every_attempt_and_another_for_another_visit_or_run()
    {
        var key = TestContext.For(runId: "a").EffectKey;
        Assert.Equal(key, TestContext.For(runId: "a", attempt: 3, random: new Random(1)).EffectKey);
        Assert.NotEqual(key, TestContext.For(runId: "a", visit: 1).EffectKey);
        Assert.NotEqual(key, TestContext.For(runId: "b").EffectKey);
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task What_a_task_writes_can_be_read_from_the_context()
    {
        var context = TestContext.For();
        await context.RunAsync(Writing());
        Assert.Equal([1, 2], context.Store.Get<List<int>>("written"));
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_durable_store_is_a_template_for_each_context()
    {
        var template = MemoryStore.Durable();
        template.Put("given", "all");
        var resources = new Resources().Insert("store", template);
        var (first, second) = (TestContext.For(resources), TestContext.For(resources));
        await first.RunAsync(Writing());
        Assert.Equal([1, 2], first.Store.Get<List<int>>("written"));
        Assert.Equal("all", first.Store.Get<string>("given"));
        Assert.Equal(["given"], second.Store.Keys);
        Assert.Equal(["given"], template.Keys);
    }

    [Fact]
    [Trait("ID", "R14")]
    public void A_value_made_for_each_run_is_made_once_for_each_context()
    {
        var made = 0;
        var resources = new Resources().InsertPerRun("number", () => ++made);
        var (first, second) = (TestContext.For(resources), TestContext.For(resources));
        Assert.Equal(
            (1, 2, 1),
            (first.Get<int>("number"), second.Get<int>("number"), first.Get<int>("number"))
        );
    }

    [Fact]
    [Trait("ID", "R14")]
    public void Resources_that_lack_something_lack_it_here_too()
    {
        var context = TestContext.For(new Resources());
        Assert.Equal("resource_not_found", Failures.Of(() => context.Store.Put("count", 1)).Category);
    }

    [Theory]
    [Trait("ID", "R14")]
    [InlineData("", "State", 0, 1, "runId")]
    [InlineData("run", "", 0, 1, "state")]
    [InlineData("run", "State", -1, 1, "visit")]
    [InlineData("run", "State", 0, 0, "attempt")]
    public void What_no_run_can_have_is_refused(
        string runId,
        string state,
        long visit,
        int attempt,
        string named
    )
    {
        var refused = Assert.ThrowsAny<ArgumentException>(() =>
            TestContext.For(null, runId, state, visit, attempt)
        );
        Assert.Equal(named, refused.ParamName);
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task The_context_of_a_run_is_refused()
    {
        Exception? refused = null;
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                async (context, _) =>
                {
                    refused = await Record.ExceptionAsync(() => context.RunAsync(Writing()));
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal("context", Assert.IsType<ArgumentException>(refused).ParamName);
    }

    private static ITask<Stage> Writing() =>
        CanoTask.From<Stage>(
            "writing",
            (context, _) =>
            {
                context.Store.Append("written", 1);
                context.Store.Append("written", 2);
                return new ValueTask<Stage>(Stage.End);
            }
        );
}
