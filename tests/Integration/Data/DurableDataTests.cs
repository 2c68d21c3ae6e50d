namespace Cano.Integration.Data;

/// <summary>What a run writes to its durable store survives with the run's rows.</summary>
public sealed class DurableDataTests
{
    private readonly KeepingStore _store = new();
    private bool _broken = true;

    [Fact]
    public async Task Data_of_every_kind_of_write_is_there_after_a_resume()
    {
        string? told = null;
        await ResumedAsync(
            store =>
            {
                store.Put("removed", 1);
                store.Put("kept", "text");
                store.Append("list", 1);
                store.Append("list", 2);
            },
            store =>
            {
                store.Remove("removed");
                store.Append("list", 3);
            },
            store =>
                told =
                    $"{store.Get<string>("kept")} {store.Get<int[]>("list").Length} {store.Contains("removed")}"
        );
        Assert.Equal("text 3 False", told);
    }

    [Fact]
    public async Task A_clear_is_restored_with_what_was_written_after_it()
    {
        string? told = null;
        await ResumedAsync(
            store => store.Put("before", 1),
            store =>
            {
                store.Clear();
                store.Put("after", 2);
            },
            store => told = string.Join(",", store.Keys)
        );
        Assert.Equal("after", told);
    }

    [Fact]
    public async Task A_list_that_is_made_anew_after_a_removal_does_not_keep_its_old_items()
    {
        int[]? told = null;
        await ResumedAsync(
            store => store.Append("list", 1),
            store =>
            {
                store.Remove("list");
                store.Append("list", 2);
            },
            store => told = store.Get<int[]>("list")
        );
        Assert.Equal([2], told!);
    }

    [Fact]
    public async Task A_template_that_changed_meanwhile_does_not_mix_into_a_resumed_run()
    {
        var template = MemoryStore.Durable();
        template.Put("price", 10);
        var told = 0;
        var workflow = Three(template, _ => { }, _ => { }, store => told = store.Get<int>("price"));
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        template.Put("price", 99);
        _broken = false;
        await workflow.ResumeFromAsync("run");
        Assert.Equal(10, told);
    }

    [Fact]
    public async Task A_list_of_deeply_nested_items_is_restored_and_goes_on_growing()
    {
        var deep = Enumerable
            .Range(0, 100)
            .Aggregate(new Nested(0, null), (inner, depth) => new Nested(depth, inner));
        var told = 0;
        await ResumedAsync(
            store => store.Append("list", deep),
            store => store.Append("list", deep),
            store =>
            {
                store.Append("list", deep);
                told = store.Get<Nested[]>("list").Length;
            }
        );
        Assert.Equal(3, told);
    }

    [Fact]
    public async Task Data_of_a_durable_store_that_is_made_for_each_run_is_there_after_a_resume_too()
    {
        string? told = null;
        var workflow = Three(
                MemoryStore.Durable(),
                store => store.Put("kept", "text"),
                _ => { },
                store => told = store.GetOr("kept", "lost")
            )
            .WithResources(new Resources().InsertPerRun("store", MemoryStore.Durable));
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        _broken = false;
        await workflow.ResumeFromAsync("run");
        Assert.Equal("text", told);
    }

    [Fact]
    public async Task A_failed_attempts_writes_stay_and_go_with_the_next_row()
    {
        _broken = false;
        var count = 0;
        var workflow = Three(MemoryStore.Durable(), store => Attempted(store, ref count), _ => { }, _ => { });
        await workflow.OrchestrateAsync(Stage.Start, "run");
        Assert.Equal(2, count);
        Assert.Equal([false, true, false, false], _store.Rows.Select(row => row.Data is not null));
    }

    [Fact]
    public async Task Without_a_journal_a_durable_store_is_simply_a_runs_own()
    {
        _broken = false;
        var told = 0;
        var plain = Workflow
            .Create<Stage>(new Resources().Insert("store", MemoryStore.Durable()))
            .Register(Stage.Start, context => Did(context, store => store.Put("n", 5), Stage.Work))
            .Register(Stage.Work, context => Did(context, store => told = store.Get<int>("n"), Stage.End))
            .AddExitState(Stage.End);
        await plain.OrchestrateAsync(Stage.Start);
        Assert.Equal(5, told);
    }

    private static void Attempted(MemoryStore store, ref int count)
    {
        store.Append("attempts", ++count);
        if (count < 2)
            throw new IOException("once more");
    }

    private static Stage Did(TaskContext context, Action<MemoryStore> act, Stage next)
    {
        act(context.Store);
        return next;
    }

    /// <summary>Runs to the third state, which fails, and resumes the run there.</summary>
    private async Task ResumedAsync(
        Action<MemoryStore> first,
        Action<MemoryStore> second,
        Action<MemoryStore> third
    )
    {
        var workflow = Three(MemoryStore.Durable(), first, second, third);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        _broken = false;
        Assert.Equal(Stage.End, await workflow.ResumeFromAsync("run"));
    }

    private Workflow<Stage> Three(
        MemoryStore template,
        Action<MemoryStore> first,
        Action<MemoryStore> second,
        Action<MemoryStore> third
    )
    {
        var config = TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero);
        return Workflow
            .Create<Stage>(new Resources().Insert("store", template))
            .Register(Stage.Start, context => Did(context, first, Stage.Work), config)
            .Register(Stage.Work, context => Did(context, second, Stage.Next), config)
            .Register(
                Stage.Next,
                context => _broken ? throw new IOException() : Did(context, third, Stage.End),
                config
            )
            .AddExitState(Stage.End)
            .WithCheckpointStore(_store);
    }

    private sealed record Nested(int Depth, Nested? Inner);
}
