namespace Cano.Integration.InputOutput;

/// <summary>What a run was given is there for every state.</summary>
public sealed class InputTests
{
    private readonly KeepingStore _store = new() { KeepsBytes = true };
    private readonly List<object?> _seen = [];

    [Fact]
    [Trait("ID", "T1")]
    public async Task The_input_stands_in_the_first_row_though_that_is_a_routers_and_is_there_after_a_resume()
    {
        var isMended = false;
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterRouter(
                Stage.Start,
                context => context.Input<Order>().Count > 1 ? Stage.Work : Stage.Stop
            )
            .Register(Stage.Work, context => Next(context, isMended), TaskConfig.Minimal)
            .AddExitStates(Stage.End, Stage.Stop)
            .WithSnapshotEvery(1)
            .WithCheckpointStore(_store);
        await Failures.OfAsync(workflow.StartAsync(Stage.Start, new Order("a", 2)));
        Assert.Equal(("StateEntered Start", 0), (_store.Story[0], _store.Rows[0].Sequence));
        Assert.Equal(
            """{"Name":"a","Count":2}""",
            System.Text.Encoding.UTF8.GetString(_store.Rows[0].Start!.Input!.Json)
        );
        isMended = true;
        Assert.Equal(Stage.End, await workflow.ResumeFromAsync("run"));
        Assert.Equal([new Order("a", 2), new Order("a", 2)], _seen);
        Assert.Contains(_store.Rows, row => row.Kind == RowKind.Snapshot && row.Start?.Input is not null);

        Stage Next(TaskContext context, bool isMended)
        {
            _seen.Add(context.Input<Order>());
            return isMended ? Stage.End : throw new IOException("no");
        }
    }

    [Fact]
    [Trait("ID", "T2")]
    public async Task Without_a_journal_the_same_object_is_handed_on_and_with_one_what_json_gives_back()
    {
        var order = new Order("a", 2);
        await Seeing<Order>().StartAsync(Stage.Start, order);
        await Seeing<Order>().WithCheckpointStore(_store).StartAsync(Stage.Start, order);
        Assert.Equal([order, order, order, order], _seen);
        Assert.Same(order, _seen[0]);
        Assert.Same(order, _seen[1]);
        Assert.NotSame(order, _seen[2]);
        // Every body of the process gets the same.
        Assert.Same(_seen[2], _seen[3]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("ID", "T3")]
    public async Task A_run_without_an_input_says_so(bool isJournaled)
    {
        var workflow = With(isJournaled, Seeing<Order>());
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(("input_missing", 1), (error.Category, error.Attempt));
        Assert.Contains("'run'", error.Message, StringComparison.Ordinal);

        var trying = With(
            isJournaled,
            GivenRuns.Choosing(context => context.TryInput<Order>(out _) ? Stage.Stop : Stage.End)
        );
        Assert.Equal(Stage.End, await trying.OrchestrateAsync(Stage.Start, "other"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("ID", "T9")]
    public async Task An_input_that_cannot_be_read_as_the_type_asked_for_is_a_mismatch_with_both_named(
        bool isJournaled
    )
    {
        var error = await Failures.OfAsync(
            With(isJournaled, Seeing<int>()).StartAsync(Stage.Start, new Order("a", 2))
        );
        Assert.Equal(("input_type_mismatch", 1), (error.Category, error.Attempt));
        Assert.Contains("Order", error.Message, StringComparison.Ordinal);
        Assert.Contains("Int32", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("ID", "T9")]
    public async Task An_input_is_read_as_another_type_that_its_json_fits(bool isJournaled)
    {
        await With(isJournaled, Seeing<Named>()).StartAsync(Stage.Start, new Order("a", 2));
        Assert.Equal([new Named("a"), new Named("a")], _seen);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("ID", "T9")]
    public async Task Who_asks_for_another_type_than_the_workflow_accepts_is_told_though_the_json_fits(
        bool isJournaled
    )
    {
        var workflow = With(isJournaled, Seeing<Named>()).Accepts<Order>();
        var error = await Failures.OfAsync(workflow.StartAsync(Stage.Start, new Order("a", 2)));
        Assert.Equal("input_type_mismatch", error.Category);
        Assert.Contains("accepts a `Order`, not a `Named`", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("ID", "T3")]
    public async Task A_workflow_that_accepts_an_input_refuses_every_start_that_has_none_of_its_type(
        bool isJournaled
    )
    {
        var workflow = With(isJournaled, Seeing<Order>()).WithName("orders").Accepts<Order>();
        await RefusedAsync(workflow.OrchestrateAsync(Stage.Start, "run"), "no input");
        await RefusedAsync(workflow.StartAsync(Stage.Start, new Named("a")), "`Named`");
        await RefusedAsync(workflow.StartAsync<Stage, Order?>(Stage.Start, null), "null");
        Assert.Empty(_store.Rows);
        Assert.Empty(_seen);
        // What it is counts, not what its giver calls it.
        Assert.Equal(Stage.End, await workflow.StartAsync<Stage, object>(Stage.Start, new Order("a", 2)));

        static async Task RefusedAsync(Task<Stage> start, string given)
        {
            var error = await Failures.OfAsync(start);
            Assert.Equal("configuration", error.Category);
            foreach (var named in new[] { "'orders'", "`Order`", given })
                Assert.Contains(named, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    [Trait("ID", "T3")]
    public async Task A_flow_that_gives_no_input_is_refused_where_its_workflow_accepts_one()
    {
        var scheduler = new Scheduler().Manual("nightly", Seeing<Order>().Accepts<Order>(), Stage.Start);
        var error = await Assert.ThrowsAsync<CanoException>(() => scheduler.StartAsync());
        Assert.Equal("configuration", error.Error.Category);
        Assert.Contains("accepts a `Order`", error.Message, StringComparison.Ordinal);
    }

    private Workflow<Stage> With(bool isJournaled, Workflow<Stage> workflow) =>
        isJournaled ? workflow.WithCheckpointStore(_store) : workflow;

    /// <summary>Two states that ask for the input.</summary>
    private Workflow<Stage> Seeing<T>()
    {
        return Workflow
            .Bare<Stage>()
            .Register(Stage.Start, context => Seen(context, Stage.Work))
            .Register(Stage.Work, context => Seen(context, Stage.End))
            .AddExitState(Stage.End);

        Stage Seen(TaskContext context, Stage next)
        {
            _seen.Add(context.Input<T>());
            return next;
        }
    }

    private sealed record Order(string Name, int Count);

    private sealed record Named(string Name);
}
