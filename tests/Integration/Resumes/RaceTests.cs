using Cano.Testing;

namespace Cano.Integration.Resumes;

public sealed class RaceTests
{
    [Fact]
    [Trait("ID", "F16")]
    public async Task A_fresh_run_over_leftover_rows_conflicts_and_the_run_stays_resumable()
    {
        var trail = new Trail();
        var store = new KeepingStore();
        await Interrupted.AtAsync(Stage.Work, store, "run");
        var workflow = trail
            .Through(Stage.Start, Stage.Work, Stage.Next, Stage.End)
            .WithCheckpointStore(store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains("conflict", error.Message, StringComparison.Ordinal);
        Assert.Empty(trail.Marks);
        Assert.Equal(Stage.End, await workflow.ResumeFromAsync("run"));
    }

    [Fact]
    [Trait("ID", "F17"), Trait("ID", "Y21")]
    public async Task Of_two_runs_of_one_id_one_wins_and_the_other_conflicts()
    {
        var gate = new Gate();
        var store = new KeepingStore();
        var workflow = Interrupted.Held(gate, store);
        var first = workflow.OrchestrateAsync(Stage.Start, "run");
        await gate.Entered;
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("checkpoint_store", error.Category);
        Assert.Contains("conflict", error.Message, StringComparison.Ordinal);
        gate.Open();
        Assert.Equal(Stage.End, await first);
        Assert.Equal(["StateEntered Start", "Finished End"], store.Story);
    }

    [Fact]
    [Trait("ID", "F17")]
    public async Task The_run_that_lost_does_not_unmark_the_one_that_is_live()
    {
        var gate = new Gate();
        var store = new KeepingStore();
        var workflow = Interrupted.Held(gate, store);
        var first = workflow.OrchestrateAsync(Stage.Start, "run");
        await gate.Entered;
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal("workflow", (await Failures.OfAsync(workflow.ResumeFromAsync("run"))).Category);
        gate.Open();
        await first;
    }

    [Fact]
    [Trait("ID", "Y20")]
    public async Task A_resume_elsewhere_shuts_the_older_owner_out()
    {
        var gate = new Gate();
        var inner = new MemoryCheckpointStore();
        // Two stores over one log stand for two processes.
        var here = new CrashingCheckpointStore(inner, int.MaxValue, CrashPoint.BeforeAppend);
        var there = new CrashingCheckpointStore(inner, int.MaxValue, CrashPoint.BeforeAppend);
        var old = Interrupted.Held(gate, here).OrchestrateAsync(Stage.Start, "run");
        await gate.Entered;
        var taken = new Gate();
        var resumed = Interrupted.Held(taken, there).ResumeFromAsync("run");
        await taken.Entered;
        gate.Open();
        Assert.Equal("checkpoint_store", (await Failures.OfAsync(old)).Category);
        taken.Open();
        Assert.Equal(Stage.End, await resumed);
    }

    [Fact]
    [Trait("ID", "F18"), Trait("ID", "T1")]
    public async Task A_run_whose_first_router_failed_is_resumed_there()
    {
        var store = new KeepingStore();
        var trail = new Trail();
        var workflow = trail
            .Through(Stage.Work, Stage.End)
            .RegisterRouter(
                Stage.Start,
                new Router(() => trail.Marks.Count > 0 ? Stage.Work : throw new IOException())
            )
            .WithCheckpointStore(store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(["StateEntered Start", "Failed Start"], store.Story);
        trail.Add("mended");
        Assert.Equal(Stage.End, await workflow.ResumeFromAsync("run"));
    }

    [Fact]
    [Trait("ID", "F19")]
    public async Task A_resume_with_a_cancelled_token_runs_no_task_and_leaves_the_run_resumable()
    {
        using var cancel = new CancellationTokenSource();
        await cancel.CancelAsync();
        var trail = new Trail();
        var store = new KeepingStore();
        await Interrupted.AtAsync(Stage.Work, store, "run");
        var workflow = trail
            .Through(Stage.Start, Stage.Work, Stage.Next, Stage.End)
            .WithCheckpointStore(store);
        var error = await Failures.OfAsync(workflow.ResumeFromAsync("run", cancel.Token));
        Assert.Equal("cancelled", error.Category);
        Assert.Empty(trail.Marks);
        Assert.Equal(Stage.End, await workflow.ResumeFromAsync("run"));
    }

    [Fact]
    [Trait("ID", "F1"), Trait("ID", "F14")]
    public async Task A_setup_that_fails_on_resume_leaves_the_journal_untouched()
    {
        var trail = new Trail();
        var store = new KeepingStore();
        await Interrupted.AtAsync(Stage.Work, store, "run");
        var broken = new Spy("db", trail) { SetupFailure = new IOException("no db") };
        var workflow = trail
            .Through(Stage.Start, Stage.Work, Stage.Next, Stage.End)
            .WithResources(new Resources().Insert("db", broken))
            .WithCheckpointStore(store);
        await Failures.OfAsync(workflow.ResumeFromAsync("run"));
        Assert.Equal(0, store.LoadCount);
        Assert.Equal(2, store.Rows.Count);
        Assert.Equal(["setup db"], trail.Marks);
    }

    [Fact]
    [Trait("ID", "F1")]
    public async Task Resources_are_torn_down_after_a_resume_that_was_refused()
    {
        var trail = new Trail();
        var workflow = trail
            .Through(Stage.Start, Stage.End)
            .WithResources(new Resources().Insert("db", new Spy("db", trail)))
            .WithCheckpointStore(new MemoryCheckpointStore());
        await Failures.OfAsync(workflow.ResumeFromAsync("nobody"));
        Assert.Equal(["setup db", "teardown db"], trail.Marks);
    }

    [Fact]
    [Trait("ID", "F23")]
    public async Task A_run_of_ten_thousand_rows_is_read_once_and_goes_on()
    {
        var store = new KeepingStore();
        int left = 10_000,
            bodies = 0;
        Stage Step()
        {
            bodies++;
            return --left switch
            {
                > 0 => Stage.Start,
                0 => throw new IOException("interrupted"),
                _ => Stage.End,
            };
        }

        var workflow = Workflow
            .Bare<Stage>()
            .Register(Stage.Start, _ => Step(), TaskConfig.Minimal)
            .AddExitState(Stage.End)
            .WithCheckpointStore(store);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(Stage.End, await workflow.ResumeFromAsync("run"));
        Assert.Equal((1, 10_001), (store.LoadCount, bodies));
    }

    /// <summary>Tries once.</summary>
    private sealed class Router(Func<Stage> next) : IRouterTask<Stage>
    {
        public TaskConfig Config => TaskConfig.Minimal;

        public ValueTask<Stage> RouteAsync(TaskContext context, CancellationToken cancellationToken) =>
            new(next());
    }
}
