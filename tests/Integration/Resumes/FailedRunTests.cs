using Cano.Testing;

namespace Cano.Integration.Resumes;

/// <summary>A failure with nothing to undo is a fact among the run's rows, and an end until somebody asks
/// for more.</summary>
public sealed class FailedRunTests
{
    private readonly VirtualTime _time = new();
    private readonly KeepingStore _store = new();

    [Fact]
    [Trait("ID", "S7"), Trait("ID", "G6")]
    public async Task A_failure_with_nothing_to_undo_is_a_row_with_its_error()
    {
        var error = await FailAsync();
        Assert.Equal(["StateEntered Start", "StateEntered Work", "Failed Work"], _store.Story);
        var row = _store.Rows[^1];
        Assert.Equal((RowStatus.Failed, "task_execution"), (row.Status, row.Category));
        Assert.Equal(error.Message, CanoErrorOf(row).Message);
        var listed = Assert.Single(await _store.List(RunFilter.All));
        Assert.Equal(("run", "Work", 2L), (listed.RunId, listed.State, listed.LastSequence));
        Assert.Empty(await _store.List(RunFilter.Unfinished));
    }

    [Fact]
    [Trait("ID", "S7"), Trait("ID", "F22")]
    public async Task A_failed_run_that_is_resumed_goes_on_in_the_same_visit_from_its_first_attempt()
    {
        await FailAsync(TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.Zero));
        var attempts = new List<int>();
        var mended = Flow(context =>
        {
            attempts.Add(context.Attempt);
            return attempts.Count < 3 ? throw new IOException("down") : Stage.End;
        });
        var error = await Failures.OfAsync(mended.ResumeFromAsync("run"));
        Assert.Equal((1, "Work"), (error.Attempt, error.State));
        await Failures.OfAsync(mended.ResumeFromAsync("run"));
        Assert.Equal(Stage.End, await mended.ResumeFromAsync("run"));
        Assert.Equal([1, 1, 1], attempts);
        Assert.Equal(
            [
                "StateEntered Start",
                "StateEntered Work",
                "Failed Work",
                "StateEntered Work",
                "Failed Work",
                "StateEntered Work",
                "Failed Work",
                "StateEntered Work",
                "Finished End",
            ],
            _store.Story
        );
        Assert.Equal([0, 1, 1, 1, 1, 1, 1, 1, 2], _store.Rows.Select(row => row.Visit));
        Assert.Empty(await _store.LoadRunAsync("run"));
    }

    [Theory]
    [Trait("ID", "S7")]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_resume_of_all_leaves_a_failed_run_alone_however_often_it_was_claimed(int claims)
    {
        await FailAsync();
        await _store.ClaimMany("run", claims);
        Assert.Empty(await Flow(_ => Stage.End).ResumeAllAsync(1));
        Assert.Equal(3, (await _store.LoadRunAsync("run")).Count);
    }

    [Fact]
    [Trait("ID", "S7")]
    public async Task The_total_time_of_a_failed_run_that_is_resumed_begins_anew()
    {
        var limit = TimeSpan.FromSeconds(10);
        var late = Flow(Slowly(failing: true)).WithTotalTimeout(limit);
        Assert.Equal("task_execution", (await FailureAsync(late)).Category);
        var mended = Flow(Slowly(failing: false)).WithTotalTimeout(limit);
        Assert.Equal(Stage.End, await mended.ResumeFromAsync("run"));

        // Nine of the ten seconds, each time.
        Func<TaskContext, Stage> Slowly(bool failing) =>
            _ =>
            {
                _time.Advance(TimeSpan.FromSeconds(9));
                return failing ? throw new IOException("down") : Stage.End;
            };
    }

    [Fact]
    [Trait("ID", "S7")]
    public async Task A_run_that_was_out_of_time_with_nothing_to_undo_has_failed()
    {
        var gate = new Gate();
        var workflow = OneState
            .Awaiting(gate.PassAsync)
            .WithTotalTimeout(TimeSpan.FromSeconds(1))
            .WithTimeProvider(_time)
            .WithCheckpointStore(_store);
        var run = workflow.OrchestrateAsync(Stage.Start, "run");
        await gate.Entered;
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("workflow_timeout", (await Failures.OfAsync(run)).Category);
        Assert.Equal(["StateEntered Start", "Failed Start"], _store.Story);
        gate.Open();
        Assert.Equal(Stage.End, await workflow.ResumeFromAsync("run"));
    }

    private static CanoError CanoErrorOf(CheckpointRow row) =>
        Kernel.ErrorFormat.OfBytes(row.Payload!.Value.ToArray())!;

    private Task<CanoError> FailAsync(TaskConfig? config = null) =>
        FailureAsync(Flow(_ => throw new IOException("down"), config));

    private static Task<CanoError> FailureAsync(Workflow<Stage> workflow) =>
        Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));

    /// <summary>Start, then Work, which does this.</summary>
    private Workflow<Stage> Flow(Func<TaskContext, Stage> work, TaskConfig? config = null) =>
        Workflow
            .Bare<Stage>()
            .Register(Stage.Start, _ => Stage.Work)
            .Register(Stage.Work, work, config ?? TaskConfig.Minimal)
            .AddExitState(Stage.End)
            .WithName("mine")
            .WithTimeProvider(_time)
            .WithCheckpointStore(_store);
}
