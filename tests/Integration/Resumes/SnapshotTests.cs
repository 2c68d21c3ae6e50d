using Cano.Testing;

namespace Cano.Integration.Resumes;

/// <summary>A long run's history stays short, and nothing is lost by it.</summary>
public sealed class SnapshotTests
{
    private readonly MemoryCheckpointStore _store = new();

    [Fact]
    [Trait("ID", "Y15")]
    public async Task A_run_of_many_steps_keeps_no_more_rows_than_lie_between_two_snapshots()
    {
        var most = 0;
        var workflow = Counting(
                10_000,
                async _ => most = Math.Max(most, (await _store.LoadRunAsync("run")).Count)
            )
            .WithCheckpointStore(_store);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start, "run"));
        // The snapshot itself, and the rows until the next one is due.
        Assert.Equal(256, most);
    }

    public static TheoryData<int, int> EveryCrash
    {
        get
        {
            var crashes = new TheoryData<int, int>();
            foreach (var every in new[] { 1, 2, 3, 7 })
                for (var append = 1; append <= 26; append++)
                    crashes.Add(every, append);
            return crashes;
        }
    }

    [Theory]
    [Trait("ID", "Y15")]
    [MemberData(nameof(EveryCrash))]
    public async Task A_run_that_died_at_any_append_sees_all_its_data_again(int every, int append)
    {
        Workflow<Stage> Workflow(ICheckpointStore store) =>
            Counting(20, _ => ValueTask.CompletedTask).WithSnapshotEvery(every).WithCheckpointStore(store);

        foreach (var point in Enum.GetValues<CrashPoint>())
        {
            var store = new MemoryCheckpointStore();
            var crashing = new CrashingCheckpointStore(store, append, point);
            var first = await Workflow(crashing).TryOrchestrateAsync(Stage.Start, "run");
            if (!first.IsLeft)
                continue;
            var isStarted = (await store.LoadRunAsync("run")).Count > 0;
            var end = isStarted
                ? await Workflow(store).ResumeFromAsync("run")
                : await Workflow(store).OrchestrateAsync(Stage.Start, "run");
            Assert.Equal(Stage.End, end);
        }
    }

    [Fact]
    [Trait("ID", "Y15")]
    public async Task A_snapshot_holds_the_whole_durable_data_and_the_workflow_s_name()
    {
        var keeping = new KeepingStore();
        var workflow = Counting(20, _ => ValueTask.CompletedTask)
            .WithName("counting")
            .WithSnapshotEvery(8)
            .WithCheckpointStore(keeping);
        await workflow.OrchestrateAsync(Stage.Start, "run");
        var snapshots = keeping.Rows.Where(row => row.Kind == RowKind.Snapshot).ToList();
        Assert.Equal(2, snapshots.Count);
        Assert.All(snapshots, row => Assert.Equal("counting", row.WorkflowName));
        // The second says no less than both: an item weighs at least two bytes.
        Assert.True(snapshots[1].Data!.Value.Length >= snapshots[0].Data!.Value.Length + 16);
    }

    [Fact]
    [Trait("ID", "Y15")]
    public async Task The_path_of_a_resumed_run_has_its_newest_64_states()
    {
        var fails = true;
        Workflow<string> Loop() =>
            Workflow
                .Bare<string>()
                .Register("even", ctx => Next(ctx, "odd"))
                .Register("odd", ctx => Next(ctx, "even"))
                .Register("last", _ => fails ? throw new IOException("not yet") : "done", TaskConfig.Minimal)
                .AddExitState("done")
                .WithResources(new Resources().Insert("store", MemoryStore.Durable()))
                .WithSnapshotEvery(16)
                .WithCheckpointStore(_store);

        static string Next(TaskContext context, string next)
        {
            var count = context.Store.GetOr("count", 0) + 1;
            context.Store.Put("count", count);
            return count < 500 ? next : "last";
        }

        var live = await Failures.OfAsync(Loop().OrchestrateAsync("even", "run"));
        var resumed = await Failures.OfAsync(Loop().ResumeFromAsync("run"));
        Assert.Equal(64, live.Path.Count);
        Assert.Equal(live.Path, resumed.Path);
        fails = false;
        Assert.Equal("done", await Loop().ResumeFromAsync("run"));
    }

    [Fact]
    [Trait("ID", "F5"), Trait("ID", "Y15")]
    public async Task A_run_of_another_name_is_refused_though_only_its_snapshot_is_left()
    {
        var dying = new CrashingCheckpointStore(_store, append: 12, CrashPoint.BeforeAppend);
        await Failures.OfAsync(
            Counting(20, _ => ValueTask.CompletedTask)
                .WithName("mine")
                .WithSnapshotEvery(4)
                .WithCheckpointStore(dying)
                .OrchestrateAsync(Stage.Start, "run")
        );
        Assert.Equal(RowKind.Snapshot, (await _store.LoadRunAsync("run"))[0].Kind);
        var other = Counting(20, _ => ValueTask.CompletedTask).WithName("other").WithCheckpointStore(_store);
        var error = await Failures.OfAsync(other.ResumeFromAsync("run"));
        Assert.Equal("workflow", error.Category);
        Assert.Contains("'mine'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_snapshot_cannot_be_written_more_often_than_every_row(int rows) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Workflow.Bare<Stage>().WithSnapshotEvery(rows));

    /// <summary>Counts to a number in journaled steps, keeps every number in a list, and checks the list at
    /// the end.</summary>
    private static Workflow<Stage> Counting(int limit, Func<int, ValueTask> step) =>
        Workflow
            .Bare<Stage>()
            .RegisterStepped<int>(
                Stage.Start,
                async (context, cursor, _) =>
                {
                    var number = cursor.Or(0);
                    await step(number);
                    if (number == limit)
                        return StepOutcome.Done(Stage.Work);
                    // A step that runs again after a crash finds its number there.
                    if (context.Store.GetOr("sum", 0) < number)
                        context.Store.Put("sum", number);
                    if (limit < 100)
                        AddOnce(context.Store, number);
                    return StepOutcome.More(number + 1);
                }
            )
            .Register(
                Stage.Work,
                context =>
                {
                    Assert.Equal(limit - 1, context.Store.Get<int>("sum"));
                    if (limit < 100)
                        Assert.Equal(Enumerable.Range(0, limit), context.Store.Get<int[]>("numbers"));
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End)
            .WithResources(new Resources().Insert("store", MemoryStore.Durable()));

    private static void AddOnce(MemoryStore store, int number)
    {
        if (!store.GetOr("numbers", Array.Empty<int>()).Contains(number))
            store.Append("numbers", number);
    }
}
