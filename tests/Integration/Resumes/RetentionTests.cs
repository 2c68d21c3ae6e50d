using Cano.Testing;

namespace Cano.Integration.Resumes;

/// <summary>How long the rows of ended runs stay.</summary>
public sealed class RetentionTests
{
    private readonly VirtualTime _time = new();
    private readonly MemoryCheckpointStore _store = new();

    [Fact]
    [Trait("ID", "D16")]
    public async Task An_ended_run_is_forgotten_at_once_unless_asked_otherwise()
    {
        await RunAsync(Plain(), "a");
        Assert.Empty(await IdsAsync());
    }

    [Fact]
    [Trait("ID", "D16")]
    public async Task Ended_runs_are_kept_until_somebody_clears_them()
    {
        var workflow = Plain().WithRetention(Retention.Keep);
        await RunAsync(workflow, "a", "b");
        _time.Advance(TimeSpan.FromDays(10_000));
        await RunAsync(workflow, "c");
        Assert.Equal(["a", "b", "c"], await IdsAsync());
        // An ended run answers a resume, and stays.
        Assert.Equal(Stage.End, await workflow.ResumeFromAsync("a"));
        Assert.Equal(["a", "b", "c"], await IdsAsync());
    }

    [Fact]
    [Trait("ID", "D16")]
    public async Task The_newest_ended_runs_are_kept_by_count()
    {
        var workflow = Plain().WithRetention(Retention.KeepLast(2));
        await RunAsync(workflow, "a", "b", "c");
        Assert.Equal(["b", "c"], await IdsAsync());
        await RunAsync(workflow, "d");
        Assert.Equal(["c", "d"], await IdsAsync());
    }

    [Fact]
    [Trait("ID", "D16")]
    public async Task Ended_runs_are_kept_for_a_time()
    {
        var workflow = Plain().WithRetention(Retention.KeepFor(TimeSpan.FromHours(1)));
        await RunAsync(workflow, "a");
        _time.Advance(TimeSpan.FromMinutes(59));
        await RunAsync(workflow, "b");
        Assert.Equal(["a", "b"], await IdsAsync());
        _time.Advance(TimeSpan.FromMinutes(1));
        await RunAsync(workflow, "c");
        Assert.Equal(["b", "c"], await IdsAsync());
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Empty(await workflow.ResumeAllAsync(1));
        Assert.Empty(await IdsAsync());
    }

    [Fact]
    [Trait("ID", "D16")]
    public async Task Runs_of_another_name_and_unfinished_ones_are_not_counted()
    {
        var mine = Plain().WithRetention(Retention.KeepLast(1));
        var other = Plain().WithName("other").WithRetention(Retention.KeepLast(1));
        await RunAsync(other, "theirs");
        await Failures.OfAsync(
            Failing().WithRetention(Retention.KeepLast(1)).OrchestrateAsync(Stage.Start, "open")
        );
        await RunAsync(mine, "a", "b");
        Assert.Equal(["b", "open", "theirs"], await IdsAsync());
    }

    [Fact]
    [Trait("ID", "D16")]
    public async Task An_id_that_is_used_again_is_as_young_as_its_new_run()
    {
        var workflow = Plain().WithRetention(Retention.KeepLast(2));
        await RunAsync(workflow, "a", "b");
        await _store.ClearAsync("a");
        await Failures.OfAsync(
            Failing().WithRetention(Retention.KeepLast(2)).OrchestrateAsync(Stage.Start, "a")
        );
        await RunAsync(workflow, "c", "d");
        // Run a is unfinished: it is not the ended run of that id any more.
        Assert.Equal(["a", "c", "d"], await IdsAsync());
    }

    [Fact]
    [Trait("ID", "D16")]
    public async Task An_ended_run_whose_id_was_tried_again_is_forgotten_in_its_turn_all_the_same()
    {
        var workflow = Plain().WithRetention(Retention.KeepLast(2));
        await RunAsync(workflow, "a", "b");
        var again = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "a"));
        Assert.Contains("conflict", again.Message, StringComparison.Ordinal);
        await RunAsync(workflow, "c", "d");
        Assert.Equal(["c", "d"], await IdsAsync());
    }

    [Fact]
    [Trait("ID", "D16")]
    public async Task A_run_that_undid_everything_is_kept_as_long_as_one_that_finished()
    {
        var saga = Saga(undo: () => { }).WithRetention(Retention.KeepLast(1));
        await Failures.OfAsync(saga.OrchestrateAsync(Stage.Start, "a"));
        await Failures.OfAsync(saga.OrchestrateAsync(Stage.Start, "b"));
        Assert.Equal(["b"], await IdsAsync());
    }

    [Fact]
    [Trait("ID", "G5")]
    public async Task A_run_that_could_not_undo_everything_is_kept_whatever_was_asked()
    {
        var saga = Saga(undo: () => throw new IOException("stuck"));
        await Failures.OfAsync(saga.OrchestrateAsync(Stage.Start, "a"));
        await RunAsync(Plain().WithRetention(Retention.KeepLast(1)), "b", "c");
        Assert.Equal(["a", "c"], await IdsAsync());
    }

    [Fact]
    public void A_retention_that_keeps_nothing_is_asked_for_as_Clear()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Retention.KeepLast(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Retention.KeepFor(TimeSpan.Zero));
    }

    [Fact]
    [Trait("ID", "S15")]
    public async Task Failures_stay_unless_the_retention_names_them()
    {
        var saga = Saga(undo: () => throw new IOException("stuck"));
        foreach (var retention in new[] { Retention.Clear, Retention.KeepLast(1) })
        {
            await Failures.OfAsync(
                Failing().WithRetention(retention).OrchestrateAsync(Stage.Start, $"failed {retention}")
            );
            await Failures.OfAsync(
                saga.WithRetention(retention).OrchestrateAsync(Stage.Start, $"stuck {retention}")
            );
        }

        Assert.Equal(4, (await IdsAsync()).Count);
        var both = Retention.KeepLast(1).FailuresToo();
        _time.Advance(TimeSpan.FromMinutes(1));
        await Failures.OfAsync(Failing().WithRetention(both).OrchestrateAsync(Stage.Start, "newest"));
        Assert.Equal(["newest"], await IdsAsync());
        _time.Advance(TimeSpan.FromMinutes(1));
        await Failures.OfAsync(saga.WithRetention(both).OrchestrateAsync(Stage.Start, "still newer"));
        Assert.Equal(["still newer"], await IdsAsync());
        await Failures.OfAsync(
            Failing().WithRetention(Retention.Clear.FailuresToo()).OrchestrateAsync(Stage.Start, "gone")
        );
        Assert.Equal(["still newer"], await IdsAsync());
    }

    [Fact]
    [Trait("ID", "S15")]
    public async Task A_failure_that_is_gone_on_with_is_not_forgotten_as_one()
    {
        var both = Retention.KeepLast(1).FailuresToo();
        await Failures.OfAsync(Failing().WithRetention(both).OrchestrateAsync(Stage.Start, "again"));
        var gate = new Gate();
        var again = With(Workflow.Bare<Stage>().Register(Stage.Start, (_, token) => GateAsync(gate, token)))
            .WithRetention(both)
            .ResumeFromAsync("again");
        await gate.Entered.Soon();
        _time.Advance(TimeSpan.FromMinutes(1));
        await RunAsync(Plain().WithRetention(both), "b");
        Assert.Equal(["again", "b"], await IdsAsync());
        gate.Open();
        Assert.Equal(Stage.End, await again.Soon());
    }

    private static async ValueTask<Stage> GateAsync(Gate gate, CancellationToken token)
    {
        await gate.PassAsync(token);
        return Stage.End;
    }

    private Workflow<Stage> Plain() => Of((_, _) => new ValueTask<Stage>(Stage.End));

    private Workflow<Stage> Failing() => Of((_, _) => throw new IOException("down"));

    private Workflow<Stage> Of(Func<TaskContext, CancellationToken, ValueTask<Stage>> body) =>
        With(Workflow.Bare<Stage>().Register(Stage.Start, body, TaskConfig.Minimal));

    private Workflow<Stage> Saga(Action undo) =>
        With(
            Workflow
                .Bare<Stage>()
                .RegisterWithCompensation<int>(
                    Stage.Start,
                    (_, _) => new((Stage.Work, 1)),
                    (_, _, _) =>
                    {
                        undo();
                        return default;
                    },
                    TaskConfig.Minimal
                )
                .Register(Stage.Work, (_, _) => throw new IOException("down"), TaskConfig.Minimal)
        );

    private Workflow<Stage> With(Workflow<Stage> workflow) =>
        workflow.AddExitState(Stage.End).WithName("mine").WithTimeProvider(_time).WithCheckpointStore(_store);

    private static async Task RunAsync(Workflow<Stage> workflow, params string[] ids)
    {
        foreach (var id in ids)
            Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start, id));
    }

    private async Task<List<string>> IdsAsync()
    {
        var ids = new List<string>();
        await foreach (var run in _store.ListRunsAsync(RunFilter.All))
            ids.Add(run.RunId);
        ids.Sort(StringComparer.Ordinal);
        return ids;
    }
}
