namespace Cano.Integration.Data;

/// <summary>What a run keeps has a limit, which is told where it is exceeded: no run comes to a place from
/// which it cannot go on.</summary>
public sealed class DataLimitTests : LargeRuns
{
    [Fact]
    [Trait("ID", "F44")]
    public async Task A_run_that_puts_a_mebibyte_in_each_of_90_visits_hears_at_the_put_that_goes_too_far_and_can_go_on()
    {
        var isGreedy = true;
        var workflow = Journaled(
            Workflow
                .Bare<string>()
                .Register("put", context => Put(context), TaskConfig.Minimal)
                .AddExitState("done")
                // The second snapshot would be of more than a row takes.
                .WithSnapshotEvery(40)
        );

        var error = await Failures.OfAsync(workflow.OrchestrateAsync("put", "run"));

        Assert.Equal("store", error.Category);
        Assert.Contains("Key 'value-63' was not written", error.Message, StringComparison.Ordinal);
        Assert.Contains("keeps at most 67108864", error.Message, StringComparison.Ordinal);
        isGreedy = false;
        Assert.Equal("done", await workflow.ResumeFromAsync("run"));

        string Put(TaskContext context)
        {
            var count = context.Store.GetOr("count", 0);
            if (!isGreedy)
                return "done";
            context.Store.Put($"value-{count}", new string('x', Mebibyte));
            context.Store.Put("count", count + 1);
            return count < 90 ? "put" : "done";
        }
    }

    [Fact]
    [Trait("ID", "F44")]
    public async Task A_list_that_grows_too_long_is_refused_at_the_item_that_goes_too_far_and_keeps_the_others()
    {
        var told = 0;
        var workflow = Journaled(
            Workflow
                .Bare<string>()
                .Register(
                    "grow",
                    context =>
                    {
                        try
                        {
                            for (var i = 0; i < 90; i++)
                                context.Store.Append("list", new string('x', Mebibyte));
                        }
                        catch (CanoException refused) when (refused.Error.Category == "store")
                        {
                            told = context.Store.Get<List<string>>("list").Count;
                        }

                        return "done";
                    },
                    TaskConfig.Minimal
                )
                .AddExitState("done")
        );

        Assert.Equal("done", await workflow.OrchestrateAsync("grow", "run"));
        Assert.Equal(63, told);
    }

    [Fact]
    [Trait("ID", "F44")]
    public async Task A_body_that_puts_65_MiB_fails_as_a_body_does_and_what_was_done_before_it_is_undone()
    {
        var workflow = Journaled(
            Step(Workflow.Bare<string>(), "pay", "put", 10)
                .Register(
                    "put",
                    context =>
                    {
                        context.Store.Put("large", new string('x', 65 * Mebibyte));
                        return "done";
                    },
                    TaskConfig.Minimal
                )
                .AddExitState("done")
        );

        var error = await Failures.OfAsync(workflow.OrchestrateAsync("pay", "run"));

        Assert.Equal("store", error.Category);
        Assert.Equal(["undo pay"], Undone);
        Assert.Empty(await Store.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "F44")]
    public async Task Millions_of_removed_keys_make_no_row_too_large()
    {
        var workflow = Journaled(
            Workflow
                .Bare<string>()
                .Register(
                    "churn",
                    context =>
                    {
                        var tail = new string('k', 4_000);
                        for (var i = 0; i < 35_000; i++)
                        {
                            context.Store.Put($"{i} {tail}", i);
                            context.Store.Remove($"{i} {tail}");
                        }

                        return "done";
                    },
                    TaskConfig.Minimal
                )
                .AddExitState("done")
        );

        Assert.Equal("done", await workflow.OrchestrateAsync("churn", "run"));
    }

    [Fact]
    [Trait("ID", "F44")]
    public async Task A_cursor_of_65_MiB_fails_its_step_and_what_was_done_before_it_is_undone()
    {
        var workflow = Journaled(
            Step(Workflow.Bare<string>(), "pay", "read", 10)
                .RegisterStepped<string>(
                    "read",
                    async (_, _, _) =>
                    {
                        await ValueTask.CompletedTask;
                        return StepOutcome.More(new string('x', 65 * Mebibyte));
                    }
                )
                .AddExitState("done")
        );

        var error = await Failures.OfAsync(workflow.OrchestrateAsync("pay", "run"));

        Assert.Contains("67108864", error.Message, StringComparison.Ordinal);
        Assert.Equal(["undo pay"], Undone);
        Assert.Empty(await Store.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "F44")]
    public async Task A_run_whose_snapshot_would_be_too_large_goes_on_without_it()
    {
        // A snapshot holds the newest row and the cursor: twice as much.
        var workflow = Journaled(
            Workflow
                .Bare<string>()
                .RegisterStepped<string>(
                    "read",
                    async (_, cursor, _) =>
                    {
                        await ValueTask.CompletedTask;
                        var read = cursor.Or("").Length;
                        if (read > (36 * Mebibyte) + 5)
                            return StepOutcome.Done("done");
                        return StepOutcome.More(new string('x', Math.Max(36 * Mebibyte, read + 1)));
                    }
                )
                .AddExitState("done")
                .WithSnapshotEvery(2)
        );

        Assert.Equal("done", await workflow.OrchestrateAsync("read", "run"));
    }

    [Fact]
    [Trait("ID", "F51")]
    public async Task Data_that_claims_more_bytes_than_there_are_is_damage_and_takes_no_memory_for_them()
    {
        var store = new MemoryCheckpointStore();
        // A version, a put, a key, and a value of so many bytes, of which none is there.
        byte[] data = [1, 2, 1, (byte)'k', 0xFF, 0xFF, 0xFF, 0xFF, 0x03];
        await store.AppendAsync("run", Rows.Entered(0, "S") with { Data = data }, fence: 1);
        var workflow = Workflow
            .Bare<string>()
            .Register("S", _ => "done")
            .AddExitState("done")
            .WithName("orders")
            .WithWorkflowVersion(3)
            .WithResources(new Resources().Insert("store", MemoryStore.Durable()))
            .WithCheckpointStore(store);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var resuming = workflow.ResumeFromAsync("run");
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;

        var error = await Failures.OfAsync(resuming);
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains("run_id=run sequence=0", error.Message, StringComparison.Ordinal);
        Assert.True(taken < 1 << 20, $"{data.Length} bytes of data took {taken} bytes of memory");
    }

    private Workflow<string> Journaled(Workflow<string> workflow) =>
        workflow
            .WithResources(new Resources().Insert("store", MemoryStore.Durable()))
            .WithCheckpointStore(Store);
}
