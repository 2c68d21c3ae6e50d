using Cano.Testing;

namespace Cano.Integration.Simulations;

/// <summary>The small helpers for users' tests.</summary>
public sealed class KitTests
{
    [Fact]
    [Trait("ID", "R14")]
    public async Task FailingTask_fails_on_the_attempts_named_and_on_no_other()
    {
        var task = FailingTask.OnAttempts(
            [1, 2],
            Stage.End,
            TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.Zero)
        );
        Assert.Equal(Stage.End, await With(task).OrchestrateAsync(Stage.Start));
        Assert.Equal(3, task.CallCount);
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task FailingTask_throws_what_it_is_given()
    {
        var task = FailingTask.OnAttempts([1], Stage.End, failure: () => new TimeoutException("late"));
        var error = await Failures.OfAsync(With(task).OrchestrateAsync(Stage.Start));
        Assert.Equal("TimeoutException: late", error.Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => FailingTask.OnAttempts([0], Stage.End));
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task TestResources_tell_what_was_set_up_and_torn_down()
    {
        var resources = new TestResources("db", "queue");
        var workflow = With(FailingTask.OnAttempts<Stage>([], Stage.End)).WithResources(resources.Resources);
        await workflow.OrchestrateAsync(Stage.Start);
        Assert.Equal(["db", "queue"], resources.SetUp);
        Assert.Equal(["queue", "db"], resources.TornDown);
        resources.AssertTornDown();
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task TestResources_fail_where_they_are_told_to()
    {
        var resources = new TestResources("db", "queue") { FailingKey = "queue" };
        var task = FailingTask.OnAttempts<Stage>([], Stage.End);
        await Failures.OfAsync(With(task).WithResources(resources.Resources).OrchestrateAsync(Stage.Start));
        Assert.Equal(0, task.CallCount);
        Assert.Equal(["db"], resources.SetUp);
        resources.AssertTornDown();
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task TestResources_say_what_was_left()
    {
        var resources = new TestResources("db");
        var held = new Gate();
        var workflow = Workflow
            .Create<Stage>(resources.Resources)
            .Register(
                Stage.Start,
                async (_, cancel) =>
                {
                    await held.PassAsync(cancel);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        var run = workflow.OrchestrateAsync(Stage.Start);
        await held.Entered;
        Assert.Equal(
            "Set up were [db]; torn down were [].",
            Assert.Throws<ObservationException>(resources.AssertTornDown).Message
        );
        held.Open();
        await run;
        resources.AssertTornDown();
    }

    [Fact]
    [Trait("ID", "R14")]
    public void CompensationLedger_takes_each_key_once_and_knows_what_stands()
    {
        var ledger = new CompensationLedger();
        Assert.True(ledger.Do("reserve", "run/0"));
        Assert.False(ledger.Do("reserve", "run/0"));
        ledger.Do("charge", "run/1");
        Assert.True(ledger.Undo("charge", "run/1"));
        Assert.False(ledger.Undo("charge", "run/1"));
        Assert.Equal(["reserve", "charge"], ledger.Done);
        ledger.AssertUndone("charge");
        ledger.AssertLeft("reserve");
        Assert.Equal(
            "Expected [] to stand; what stands is [reserve].",
            Assert.Throws<CompensationException>(ledger.AssertZero).Message
        );
    }

    [Fact]
    [Trait("ID", "R14")]
    public void CompensationLedger_tells_a_mismatch_of_order()
    {
        var ledger = new CompensationLedger();
        foreach (var step in (string[])["a", "b"])
            ledger.Do(step, step);
        foreach (var step in (string[])["a", "b"])
            ledger.Undo(step, step);
        ledger.AssertZero();
        Assert.Equal(
            "compensation order mismatch: expected [b, a]; compensated were [a, b].",
            Assert.Throws<CompensationException>(ledger.AssertReversed).Message
        );
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task CompensationLedger_knows_an_effect_and_its_compensation_by_their_contexts()
    {
        var ledger = new CompensationLedger();
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterWithCompensation<int>(Stage.Start, (context, _) => Do(context, Stage.Work), Undo)
            .RegisterWithCompensation<int>(Stage.Work, (context, _) => Do(context, Stage.Next), Undo)
            .Register(Stage.Next, FailingTask.OnAttempts([1], Stage.End))
            .AddExitState(Stage.End);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(["Start", "Work"], ledger.Done);
        ledger.AssertReversed();
        ledger.AssertZero();

        ValueTask<(Stage, int)> Do(TaskContext context, Stage next)
        {
            ledger.Do(context);
            return new((next, 0));
        }

        ValueTask Undo(TaskContext context, int output, CancellationToken cancel)
        {
            ledger.Undo(context);
            return default;
        }
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task CrashingCheckpointStore_dies_on_command_and_what_was_durable_is_resumed()
    {
        var disk = new MemoryCheckpointStore();
        var store = new CrashingCheckpointStore(disk);
        var crashes = true;
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                _ =>
                {
                    if (crashes)
                        store.Crash();
                    return Stage.Work;
                }
            )
            .Register(Stage.Work, FailingTask.OnAttempts<Stage>([], Stage.End))
            .AddExitState(Stage.End);
        var error = await Failures.OfAsync(
            workflow.WithCheckpointStore(store).OrchestrateAsync(Stage.Start, "run")
        );
        Assert.Equal("checkpoint_store", error.Category);
        Assert.True(store.HasCrashed);
        crashes = false;
        Assert.Equal(Stage.End, await workflow.WithCheckpointStore(disk).ResumeFromAsync("run"));
    }

    private static Workflow<Stage> With(ITask<Stage> task) =>
        Workflow.Bare<Stage>().Register(Stage.Start, task).AddExitState(Stage.End);
}
