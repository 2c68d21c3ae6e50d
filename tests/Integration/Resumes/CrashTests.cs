using Cano.Testing;

namespace Cano.Integration.Resumes;

/// <summary>A small run with durable data dies at each of its appends, and a resume makes it whole.</summary>
public sealed class CrashTests
{
    private const int AppendCount = 5;

    public static TheoryData<int, CrashPoint> EveryPoint => CrashPoints.Of(1, AppendCount);

    [Theory]
    [Trait("ID", "F2"), Trait("ID", "Y20")]
    [MemberData(nameof(EveryPoint))]
    public async Task A_run_that_died_at_any_append_ends_as_if_it_had_not(int append, CrashPoint point)
    {
        var trail = new Trail();
        var inner = new MemoryCheckpointStore();
        var crashing = new CrashingCheckpointStore(inner, append, point);
        var died = await Failures.OfAsync(Shopping(trail, crashing).OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("checkpoint_store", died.Category);
        Assert.True(crashing.HasCrashed);

        Assert.Equal(Stage.End, await GoOnAsync(Shopping(trail, inner), inner));
        Assert.Equal(
            "list: Start, Work, Last; sum: 3; branches: a, b",
            trail.Marks.Last(mark => mark.StartsWith("list", StringComparison.Ordinal))
        );
        Assert.Empty(await inner.LoadRunAsync("run"));
    }

    [Theory]
    [Trait("ID", "F2")]
    [MemberData(nameof(EveryPoint))]
    public async Task At_most_the_task_before_the_crash_runs_again_and_none_is_skipped(
        int append,
        CrashPoint point
    )
    {
        var trail = new Trail();
        var inner = new MemoryCheckpointStore();
        var crashing = new CrashingCheckpointStore(inner, append, point);
        await Failures.OfAsync(Shopping(trail, crashing).OrchestrateAsync(Stage.Start, "run"));
        await GoOnAsync(Shopping(trail, inner), inner);

        // The state whose task ran before append n is state n - 1; before the append its row is the last one.
        string[] states = ["Start", "Work", "a", "Last"];
        var again = append == 1 || point == CrashPoint.AfterAppend ? null : states[append - 2];
        foreach (var state in states)
            Assert.Equal(state == again ? 2 : 1, trail.CountOf(state));
    }

    [Theory]
    [Trait("ID", "F2")]
    [MemberData(nameof(EveryPoint))]
    public async Task A_resume_that_dies_too_is_resumed_again(int append, CrashPoint point)
    {
        var trail = new Trail();
        var inner = new MemoryCheckpointStore();
        await Failures.OfAsync(
            Shopping(trail, new CrashingCheckpointStore(inner, 3, point)).OrchestrateAsync(Stage.Start, "run")
        );
        var again = new CrashingCheckpointStore(inner, append, point);
        var second = await Shopping(trail, again).TryResumeFromAsync("run");
        Assert.Equal(again.HasCrashed, second.IsLeft);
        if (second.IsLeft)
            await GoOnAsync(Shopping(trail, inner), inner);
        Assert.Equal(
            "list: Start, Work, Last; sum: 3; branches: a, b",
            trail.Marks.Last(mark => mark.StartsWith("list", StringComparison.Ordinal))
        );
    }

    [Fact]
    [Trait("ID", "F6"), Trait("ID", "Y27")]
    public async Task A_run_whose_finished_row_is_durable_answers_a_resume_with_its_exit()
    {
        var trail = new Trail();
        var inner = new MemoryCheckpointStore();
        var crashing = new CrashingCheckpointStore(inner, AppendCount, CrashPoint.AfterAppend);
        await Failures.OfAsync(Shopping(trail, crashing).OrchestrateAsync(Stage.Start, "run"));
        var before = trail.Marks.Count;
        var counting = new CrashingCheckpointStore(inner, int.MaxValue, CrashPoint.BeforeAppend);
        Assert.Equal(Stage.End, await Shopping(trail, counting).ResumeFromAsync("run"));
        Assert.Equal(before, trail.Marks.Count);
        Assert.Equal(0, counting.AppendCount);
        Assert.Empty(await inner.LoadRunAsync("run"));
    }

    [Fact]
    [Trait("ID", "F2"), Trait("ID", "D1")]
    public async Task A_run_with_durable_data_goes_on_from_a_store_that_keeps_rows_as_bytes()
    {
        var trail = new Trail();
        var store = new KeepingStore { KeepsBytes = true };
        store.Appending = row => _ = row.State == "Next" ? throw new IOException("power") : row;
        await Failures.OfAsync(Shopping(trail, store).OrchestrateAsync(Stage.Start, "run"));
        store.Appending = null;
        Assert.Equal(Stage.End, await Shopping(trail, store).ResumeFromAsync("run"));
        Assert.Contains("list: Start, Work, Last; sum: 3; branches: a, b", trail.Marks);
    }

    /// <summary>Resumes the run; one that died before its first row starts afresh.</summary>
    private static async Task<Stage> GoOnAsync(Workflow<Stage> workflow, ICheckpointStore store) =>
        (await store.LoadRunAsync("run")).Count > 0
            ? await workflow.ResumeFromAsync("run")
            : await workflow.OrchestrateAsync(Stage.Start, "run");

    /// <summary>Start, Work, a split, Last: each adds to a list and a sum, each branch sets a key.</summary>
    private static Workflow<Stage> Shopping(Trail trail, ICheckpointStore store) =>
        Workflow
            .Create<Stage>(new Resources().Insert("store", MemoryStore.Durable()))
            .Register(Stage.Start, context => Add(trail, context, Stage.Work))
            .Register(Stage.Work, context => Add(trail, context, Stage.Next))
            .RegisterSplit(
                Stage.Next,
                [Setting("a", trail), Setting("b", trail)],
                JoinConfig.Create(JoinStrategy.All, Stage.Last)
            )
            .Register(
                Stage.Last,
                context =>
                {
                    var next = Add(trail, context, Stage.End);
                    trail.Add(Told(context.Store));
                    return next;
                }
            )
            .AddExitState(Stage.End)
            .WithCheckpointStore(store);

    private static Stage Add(Trail trail, TaskContext context, Stage next)
    {
        trail.Add(context.State);
        context.Store.Append("list", context.State);
        context.Store.Put("sum", context.Store.GetOr("sum", 0) + 1);
        return next;
    }

    private static ITask<Stage> Setting(string name, Trail trail) =>
        CanoTask.From<Stage>(
            name,
            (context, _) =>
            {
                trail.Add(name);
                context.Store.Put($"branch {name}", name);
                return new(Stage.End);
            }
        );

    private static string Told(MemoryStore store)
    {
        var branches = store
            .Keys.Where(key => key.StartsWith("branch", StringComparison.Ordinal))
            .Order()
            .Select(store.Get<string>);
        var list = string.Join(", ", store.Get<List<string>>("list"));
        return $"list: {list}; sum: {store.Get<int>("sum")}; branches: {string.Join(", ", branches)}";
    }
}
