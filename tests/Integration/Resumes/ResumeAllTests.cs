using Cano.Testing;
using LanguageExt;

namespace Cano.Integration.Resumes;

/// <summary>A process that begins goes on with what an earlier one left.</summary>
public sealed class ResumeAllTests
{
    private readonly VirtualTime _time = new();
    private readonly KeepingStore _store = new();

    [Fact]
    public async Task Every_unfinished_run_of_the_name_is_resumed_and_told_of_by_its_id()
    {
        await LeaveAsync("a", "b");
        await LeaveAsync(Named("other"), "theirs");
        await Named("mine").Register(Stage.Start, _ => Stage.End).OrchestrateAsync(Stage.Start, "ended");
        var outcomes = await Named("mine").Register(Stage.Start, _ => Stage.End).ResumeAllAsync(4);
        Assert.Equal(["a", "b"], outcomes.Keys.Order());
        Assert.All(outcomes.Values, outcome => Assert.Equal(Stage.End, outcome));
    }

    [Fact]
    public async Task A_workflow_without_a_name_or_a_store_cannot_resume_all()
    {
        Workflow<Stage>[] unable =
        [
            Workflow.Bare<Stage>().WithName("mine"),
            Workflow.Bare<Stage>().WithCheckpointStore(_store),
        ];
        foreach (var workflow in unable)
        {
            var error = await Failures.OfAsync(
                workflow.Register(Stage.Start, _ => Stage.End).AddExitState(Stage.End).ResumeAllAsync(1)
            );
            Assert.Equal("configuration", error.Category);
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Named("mine").ResumeAllAsync(0));
    }

    [Fact]
    public async Task No_more_runs_work_at_once_than_asked_for()
    {
        string[] ids = [.. Enumerable.Range(0, 20).Select(i => $"run{i:00}")];
        await LeaveAsync(ids);
        int working = 0,
            most = 0;
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var workflow = Named("mine")
            .Register(
                Stage.Start,
                async (_, _) =>
                {
                    var now = Interlocked.Increment(ref working);
                    lock (ids)
                        most = Math.Max(most, now);
                    if (now == 3)
                        full.TrySetResult();
                    // The first three wait for each other, so that the limit is reached for certain.
                    await full.Task;
                    Interlocked.Decrement(ref working);
                    return Stage.End;
                }
            );
        Assert.Equal(20, (await workflow.ResumeAllAsync(3)).Count);
        Assert.Equal(3, most);
    }

    [Fact]
    [Trait("ID", "S13")]
    public async Task It_answers_when_all_wait_says_for_what_and_they_go_on_by_themselves()
    {
        var woken = new Tally();
        var sleepy = Named("mine")
            .Register(Stage.Start, _ => Stage.Work)
            .RegisterTimer(Stage.Work, TimeSpan.FromHours(1), Stage.Next)
            .Register(Stage.Next, _ => Counted(woken));
        await LeaveAsync(sleepy, "a", "b", "c");
        // One place, and yet all three come to their waits.
        var outcomes = await sleepy.ResumeAllAsync(1).Soon();
        Assert.Equal(["a", "b", "c"], outcomes.Keys.Order());
        Assert.All(
            outcomes,
            outcome =>
                Assert.Equal(
                    (
                        "suspended",
                        $"run '{outcome.Key}' waits in state 'Work' until 2000-01-01 01:00:00Z; it goes on by itself then"
                    ),
                    (Error(outcome.Value).Category, Error(outcome.Value).Message)
                )
        );
        await _time.WhenWaitingAsync(3);
        _time.Advance(TimeSpan.FromHours(1));
        await woken.WaitAsync(3).Soon();
        Assert.Empty(await sleepy.ResumeAllAsync(1).Soon());
    }

    [Fact]
    [Trait("ID", "S13")]
    public async Task One_that_woke_while_others_worked_is_awaited()
    {
        var gate = new Gate();
        var woken = new Tally();
        var sleepy = Named("mine")
            .Register(
                Stage.Start,
                async (context, token) =>
                {
                    if (context.RunId == "works")
                        await gate.PassAsync(token);
                    return context.RunId == "works" ? Stage.End : Stage.Work;
                }
            )
            .RegisterTimer(Stage.Work, TimeSpan.FromHours(1), Stage.Next)
            .Register(Stage.Next, _ => Counted(woken));
        await LeaveAsync(sleepy, "sleeps", "works");
        var all = sleepy.ResumeAllAsync(2);
        await gate.Entered.Soon();
        await _time.WhenWaitingAsync();
        _time.Advance(TimeSpan.FromHours(1));
        await woken.WaitAsync(1).Soon();
        gate.Open();
        Assert.All((await all.Soon()).Values, outcome => Assert.Equal(Stage.End, outcome));
        Assert.Equal(2, (await all).Count);
    }

    [Fact]
    [Trait("ID", "Y14")]
    public async Task A_damaged_run_is_reported_and_stops_no_other()
    {
        await LeaveAsync("sound", "worn");
        var damaging = new KeepingStore();
        foreach (var id in new[] { "sound", "worn" })
        foreach (var row in _store.RowsOf(id))
            await damaging.AppendAsync(id, id == "worn" ? row with { WorkflowVersion = 9 } : row, 1);
        var outcomes = await Named("mine")
            .Register(Stage.Start, _ => Stage.End)
            .WithCheckpointStore(damaging)
            .ResumeAllAsync(2);
        Assert.Equal(Stage.End, outcomes["sound"]);
        Assert.Equal("workflow_version_mismatch", Error(outcomes["worn"]).Category);
    }

    [Fact]
    [Trait("ID", "F17")]
    public async Task Runs_that_are_under_way_here_are_left_alone()
    {
        await LeaveAsync("a");
        var gate = new Gate();
        var held = Named("mine")
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    await gate.PassAsync(token);
                    return Stage.End;
                }
            );
        var live = held.OrchestrateAsync(Stage.Start, "live");
        await gate.Entered;
        var outcomes = await Named("mine").Register(Stage.Start, _ => Stage.End).ResumeAllAsync(2);
        Assert.Equal(["a"], outcomes.Keys);
        gate.Open();
        Assert.Equal(Stage.End, await live);
    }

    [Fact]
    public async Task A_caller_that_gives_up_leaves_the_runs_that_had_not_begun_as_they_were()
    {
        await LeaveAsync("a", "b", "c");
        using var giveUp = new CancellationTokenSource();
        var workflow = Named("mine")
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    await giveUp.CancelAsync();
                    token.ThrowIfCancellationRequested();
                    return Stage.End;
                }
            );
        var outcomes = await workflow.ResumeAllAsync(1, giveUp.Token);
        Assert.Equal("cancelled", Error(Assert.Single(outcomes).Value).Category);
        Assert.Equal(3, (await Named("mine").Register(Stage.Start, _ => Stage.End).ResumeAllAsync(1)).Count);
    }

    [Fact]
    [Trait("ID", "Y10")]
    public async Task The_runs_of_a_scheduler_are_left_to_it()
    {
        await LeaveAsync(
            "night/2026-03-29T01:00:00.0000000Z",
            "night/2026-03-29T01:00:00.0000000Z/north",
            "night/2026-03-29"
        );
        var outcomes = await Named("mine").Register(Stage.Start, _ => Stage.End).ResumeAllAsync(1);
        Assert.Equal(["night/2026-03-29"], outcomes.Keys);
    }

    [Fact]
    [Trait("ID", "Y27")]
    public async Task An_ended_run_whose_clearing_a_crash_undid_is_forgotten()
    {
        await Named("mine").Register(Stage.Start, _ => Stage.End).OrchestrateAsync(Stage.Start, "ended");
        var reopened = new KeepingStore();
        foreach (var row in _store.RowsOf("ended"))
            await reopened.AppendAsync("ended", row, 1);
        Assert.Empty(
            await Named("mine")
                .Register(Stage.Start, _ => Stage.End)
                .WithCheckpointStore(reopened)
                .ResumeAllAsync(1)
        );
        Assert.Empty(await reopened.LoadRunAsync("ended"));
    }

    private static Stage Counted(Tally tally)
    {
        tally.Add();
        return Stage.End;
    }

    private static CanoError Error(Either<CanoError, Stage> outcome) =>
        outcome.Match(Right: _ => throw new InvalidOperationException("it succeeded"), Left: error => error);

    private Task LeaveAsync(params string[] ids) => LeaveAsync(Named("mine"), ids);

    private static async Task LeaveAsync(Workflow<Stage> workflow, params string[] ids)
    {
        foreach (var id in ids)
            await Interrupted.AtStartAsync(workflow, id);
    }

    private Workflow<Stage> Named(string name) =>
        Workflow
            .Bare<Stage>()
            .AddExitState(Stage.End)
            .WithName(name)
            .WithTimeProvider(_time)
            .WithCheckpointStore(_store);
}
