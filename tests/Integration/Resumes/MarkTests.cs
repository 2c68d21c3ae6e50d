using Cano.Reliability.Racing;

namespace Cano.Integration.Resumes;

/// <summary>Who works on a run is known by what a store has accepted, and by nothing else.</summary>
public sealed class MarkTests
{
    private readonly MemoryCheckpointStore _disk = new();
    private readonly SteppedStore _store;

    public MarkTests() => _store = new SteppedStore(_disk);

    [Fact]
    [Trait("ID", "F65")]
    public async Task A_resume_of_all_waits_for_a_start_in_vain_and_takes_the_run_up()
    {
        var trail = new Trail();
        var workflow = trail.Through(Stage.Start, Stage.End).WithName("mine").WithCheckpointStore(_store);
        await Interrupted.AtStartAsync(workflow.WithCheckpointStore(_disk), "run");
        var start = workflow.OrchestrateAsync(Stage.Start, "run");
        var all = workflow.ResumeAllAsync(1);
        // The start has asked and was not answered yet; the list of runs has been read.
        Assert.Equal(["append", "listed"], _store.Waiting);
        _store.Step("listed");
        _store.Flow();
        Assert.Equal("checkpoint_store", (await Failures.OfAsync(start)).Category);
        Assert.Equal(Stage.End, Assert.Single(await all).Value);
        Assert.Equal(["Start"], trail.Marks);
    }

    [Fact]
    [Trait("ID", "F65")]
    public async Task A_run_that_began_since_the_runs_were_listed_is_left_alone()
    {
        var gate = new Gate();
        var workflow = OneState.Awaiting(gate.PassAsync).WithName("mine").WithCheckpointStore(_store);
        var start = workflow.OrchestrateAsync(Stage.Start, "run");
        _store.Step("append");
        // Its first row is durable, and it does not know yet.
        var all = workflow.ResumeAllAsync(1);
        _store.Flow();
        Assert.Empty(await all);
        gate.Open();
        Assert.Equal(Stage.End, await start);
    }

    [Fact]
    [Trait("ID", "F45")]
    public async Task A_start_in_vain_does_not_take_the_mark_of_the_one_that_came_first()
    {
        _store.Flow();
        Gate setup = new(),
            body = new();
        var bodies = 0;
        var isSlow = true;
        var workflow = OneState
            .Awaiting(token =>
            {
                bodies++;
                return body.PassAsync(token);
            })
            .WithName("mine")
            .WithResources(new Resources().InsertPerRun("slow", () => new Slow(isSlow ? setup : null)))
            .WithCheckpointStore(_store);
        var vain = workflow.OrchestrateAsync(Stage.Start, "run");
        await setup.Entered;
        isSlow = false;
        var first = workflow.OrchestrateAsync(Stage.Start, "run");
        await body.Entered;
        setup.Open();
        Assert.Equal("checkpoint_store", (await Failures.OfAsync(vain)).Category);
        var all = workflow.ResumeAllAsync(1);
        await all.Soon();
        Assert.Empty(await all);
        Assert.Equal("workflow", (await Failures.OfAsync(workflow.ResumeFromAsync("run"))).Category);
        Assert.Equal(1, bodies);
        body.Open();
        Assert.Equal(Stage.End, await first);
    }

    [Fact]
    [Trait("ID", "F79")]
    public async Task A_body_that_outlives_its_journal_has_the_run_until_it_ends()
    {
        using var directory = new TempDirectory();
        var gate = new Gate();
        int bodies = 0,
            most = 0,
            working = 0;
        var workflow = OneState
            .Awaiting(async token =>
            {
                bodies++;
                most = Math.Max(most, ++working);
                await gate.PassAsync(token);
                working--;
            })
            .WithName("mine")
            .WithCheckpoints(directory.Path);
        var first = workflow.OrchestrateAsync(Stage.Start, "run");
        await gate.Entered;
        await FasterCheckpointStore.CloseAsync(directory.Path);
        // Another object opens the same journal, by another spelling of its path too.
        var spelled = workflow.WithCheckpoints(directory.Path + Path.DirectorySeparatorChar);
        foreach (var again in new[] { workflow, spelled })
        {
            var all = again.ResumeAllAsync(1);
            await all.Soon();
            Assert.Empty(await all);
            await FasterCheckpointStore.CloseAsync(directory.Path);
            await FasterCheckpointStore.CloseAsync(directory.Path + Path.DirectorySeparatorChar);
        }

        gate.Open();
        Assert.Equal("checkpoint_store", (await Failures.OfAsync(first)).Category);
        Assert.Equal(Stage.End, Assert.Single(await workflow.ResumeAllAsync(1)).Value);
        Assert.Equal((2, 1), (bodies, most));
        await FasterCheckpointStore.CloseAsync(directory.Path);
    }

    private sealed class Slow(Gate? gate) : IResource
    {
        public ValueTask SetupAsync(CancellationToken cancellationToken) =>
            gate is null ? default : new(gate.PassAsync(cancellationToken));
    }
}
