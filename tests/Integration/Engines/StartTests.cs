using System.Diagnostics;

namespace Cano.Integration.Engines;

public sealed class StartTests
{
    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "T7")]
    public async Task A_start_returns_when_the_run_is_durable_and_the_run_goes_on_by_itself(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var gate = new Gate();
        var workflow = Gated(gate);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        await gate.Entered.Soon();
        var info = await run.DescribeAsync();
        Assert.Equal((RunStatus.Running, "Start", "orders"), (info.Status, info.State, info.WorkflowName));
        gate.Open();
        Assert.Equal(Stage.End, await run.Completion().Soon());
        info = await run.DescribeAsync();
        Assert.Equal((RunStatus.Completed, "End"), (info.Status, info.State));
        Assert.Equal(["Start", "End"], info.Path);
        Assert.True(info.StartedAt <= info.EndedAt);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "X2")]
    public async Task A_second_start_of_an_id_is_refused_with_the_id_and_the_workflow_s_name(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var gate = new Gate();
        var workflow = Gated(gate);
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1").Soon();
        var underWay = await Failures.OfAsync(engine.StartAsync(workflow, Stage.Start, "order-1"));
        gate.Open();
        await run.Completion().Soon();
        var ended = await Failures.OfAsync(engine.StartAsync(workflow, Stage.Start, "order-1"));
        foreach (var error in new[] { underWay, ended })
        {
            Assert.Equal("workflow", error.Category);
            Assert.Contains("'order-1'", error.Message, StringComparison.Ordinal);
            Assert.Contains("'orders'", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "T8")]
    public async Task Of_a_hundred_who_get_or_start_one_run_all_have_the_same(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var trail = new Trail();
        var workflow = trail.Through(Stage.Start, Stage.End).WithName("orders");
        engine.Add(workflow);
        var runs = await Task.WhenAll(
                Enumerable
                    .Range(0, 100)
                    .Select(_ => Task.Run(() => engine.GetOrStartAsync(workflow, Stage.Start, "order-1", 7)))
            )
            .Soon();
        foreach (var run in runs)
            Assert.Equal(Stage.End, await run.Completion().Soon());
        Assert.Equal(1, trail.CountOf(Stage.Start));
        var other = await Failures.OfAsync(engine.GetOrStartAsync(workflow, Stage.Start, "order-1", 8));
        Assert.Equal("workflow", other.Category);
        Assert.Contains("input", other.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "T1"), Trait("ID", "T6")]
    public async Task A_run_has_its_input_and_gives_its_output(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(
                Stage.Start,
                context =>
                {
                    context.SetOutput(context.Input<Order>().Cents * 2);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End)
            .Accepts<Order>()
            .Returns<int>();
        engine.Add(workflow);
        var run = await engine.StartAsync(workflow, Stage.Start, "order-1", new Order("ada", 21)).Soon();
        Assert.Equal(42, await run.OutputAsync<int>().Soon());
        var info = await run.DescribeAsync();
        Assert.Equal("""{"Customer":"ada","Cents":21}""", info.InputJson);
        Assert.Equal("42", info.OutputJson);
        var refused = await Failures.OfAsync(engine.StartAsync(workflow, Stage.Start, "order-2"));
        Assert.Equal("configuration", refused.Category);
        Assert.Null(await engine.FindAsync("order-2"));
    }

    [Fact]
    [Trait("ID", "X3")]
    public void A_workflow_of_an_engine_has_a_name_and_no_store_of_its_own()
    {
        var engine = CanoEngine.InMemory();
        var workflow = new Trail().Through(Stage.Start, Stage.End);
        Assert.Contains(
            "WithName",
            Failures.Of(() => engine.Add(workflow)).Message,
            StringComparison.Ordinal
        );
        var named = workflow.WithName("orders");
        engine.Add(named).Add(named);
        Assert.Equal(["orders"], engine.WorkflowNames);
        Assert.Equal("configuration", Failures.Of(() => engine.Add(workflow.WithName("orders"))).Category);
        engine.Add(workflow.WithName("orders").WithWorkflowVersion(2));
        var stored = workflow.WithName("stored").WithCheckpointStore(new MemoryCheckpointStore());
        Assert.Contains("store", Failures.Of(() => engine.Add(stored)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Engines.All), MemberType = typeof(Engines))]
    [Trait("ID", "X11"), Trait("ID", "X5")]
    public async Task The_trace_of_the_start_is_journaled_and_no_body_runs_in_it(string kind)
    {
        using var home = Engines.Home(kind);
        await using var engine = await home.OpenAsync();
        var seen = new List<Activity?>();
        var workflow = Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(
                Stage.Start,
                _ =>
                {
                    seen.Add(Activity.Current);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        engine.Add(workflow);
        using var request = new Activity("request") { TraceStateString = "vendor=1" };
        request.SetIdFormat(ActivityIdFormat.W3C).Start();
        var traced = await engine.StartAsync(workflow, Stage.Start, "traced").Soon();
        request.Stop();
        var plain = await engine.StartAsync(workflow, Stage.Start, "plain").Soon();
        await Task.WhenAll(traced.Completion(), plain.Completion()).Soon();
        Assert.Equal([null, null], seen);
        var trace = (await engine.HistoryAsync("traced"))[0].Start!.Trace!;
        Assert.Equal((request.Id, "vendor=1"), (trace.Parent, trace.State));
        Assert.Null((await engine.HistoryAsync("plain"))[0].Start!.Trace);
    }

    [Fact]
    [Trait("ID", "X11")]
    public async Task Tags_are_in_every_list_and_can_be_asked_for()
    {
        await using var engine = CanoEngine.InMemory();
        var workflow = new Trail().Through(Stage.Start, Stage.End).WithName("orders");
        engine.Add(workflow);
        var tags = new Dictionary<string, string> { ["customer"] = "ada", ["area"] = "north" };
        var run = await engine.StartAsync(workflow, Stage.Start, "a", new StartOptions { Tags = tags });
        await (await engine.StartAsync(workflow, Stage.Start, "b")).Completion().Soon();
        await run.Completion().Soon();
        var found = await ListAsync(
            engine,
            new RunQuery { Tags = new Dictionary<string, string> { ["customer"] = "ada" } }
        );
        Assert.Equal("north", Assert.Single(found).Tags["area"]);
        var many = Enumerable.Range(0, 33).ToDictionary(i => $"tag{i}", _ => "x");
        var refused = await Failures.OfAsync(
            engine.StartAsync(workflow, Stage.Start, "c", new StartOptions { Tags = many })
        );
        Assert.Contains("32 tags", refused.Message, StringComparison.Ordinal);
        Assert.Null(await engine.FindAsync("c"));
    }

    [Fact]
    [Trait("ID", "X10")]
    public async Task A_start_beyond_MaxRunning_is_durable_and_begins_in_its_turn()
    {
        await using var engine = CanoEngine.InMemory(new CanoEngineOptions { MaxRunning = 1 });
        var gate = new Gate();
        var workflow = Gated(gate);
        engine.Add(workflow);
        var first = await engine.StartAsync(workflow, Stage.Start, "a").Soon();
        await gate.Entered.Soon();
        var second = await engine.StartAsync(workflow, Stage.Start, "b").Soon();
        var waiting = await second.DescribeAsync();
        Assert.Equal((RunStatus.Suspended, null), (waiting.Status, waiting.Held));
        gate.Open();
        await first.Completion().Soon();
        Assert.Equal(Stage.End, await second.Completion().Soon());
    }

    [Fact]
    [Trait("ID", "X10")]
    public async Task Starts_beyond_MaxRunning_all_come_to_their_ends()
    {
        await using var engine = CanoEngine.InMemory(new CanoEngineOptions { MaxRunning = 1 });
        var workflow = new Trail().Through(Stage.Start, Stage.Work, Stage.End).WithName("orders");
        engine.Add(workflow);
        var runs = await Task.WhenAll(
                Enumerable.Range(0, 200).Select(i => engine.StartAsync(workflow, Stage.Start, $"order-{i}"))
            )
            .Soon();
        foreach (var run in runs)
            Assert.Equal(Stage.End, await run.Completion().Soon());
    }

    internal static Workflow<Stage> Gated(Gate gate) =>
        Workflow
            .Bare<Stage>()
            .WithName("orders")
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    await gate.PassAsync(token);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);

    internal static async Task<List<RunInfo>> ListAsync(CanoEngine engine, RunQuery? query = null)
    {
        var runs = new List<RunInfo>();
        await foreach (var run in engine.ListAsync(query))
            runs.Add(run);
        return runs;
    }

    internal sealed record Order(string Customer, int Cents);
}
