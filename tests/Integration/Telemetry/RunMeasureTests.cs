using System.Diagnostics.Metrics;
using Cano.Testing;

namespace Cano.Integration.Telemetry;

/// <summary>What is measured of a run is what it took.</summary>
[Collection(Listens.Name)]
public sealed class RunMeasureTests
{
    private readonly VirtualTime _time = new();

    [Fact]
    [Trait("ID", "R7")]
    public async Task An_attempt_its_state_and_its_run_took_what_the_workflows_clock_says()
    {
        using var heard = new Heard();
        var failures = 1;
        var workflow = Named()
            .Register(
                Stage.Start,
                async (context, token) =>
                {
                    await Task.Delay(TimeSpan.FromSeconds(2), context.TimeProvider, token);
                    return failures-- > 0 ? throw new IOException() : Stage.End;
                },
                TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.FromSeconds(5))
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        await _time.DriveAsync(() => workflow.OrchestrateAsync(Stage.Start));

        Assert.Equal(
            [(2, "failure", "task_execution"), (2, "success", null)],
            heard
                .Of("cano.attempt.duration")
                .Select(attempt => (attempt.Value, attempt.Of("cano.outcome"), attempt.Of("error.type")))
        );
        Assert.Equal(
            [("Start", 9.0), ("End", 0.0)],
            heard.Of("cano.state.duration").Select(state => (state.Of("cano.state")!, state.Value))
        );
        Assert.Equal(9, Assert.Single(heard.Of("cano.run.duration")).Value);
        Assert.Equal("task_execution", Assert.Single(heard.Of("cano.retries")).Of("error.type"));
        Assert.Equal("completed", Assert.Single(heard.Of("cano.runs.ended")).Of("cano.status"));
    }

    [Fact]
    [Trait("ID", "R9")]
    public async Task However_runs_end_or_rest_none_is_left_that_is_worked_on()
    {
        using var heard = new Heard();
        await Scenes.PlayAsync();
        Assert.NotEmpty(heard.Of("cano.runs.active"));
        Assert.Equal(0, heard.Sum("cano.runs.active"));
        Assert.Equal(
            heard.Sum("cano.runs.started") + heard.Sum("cano.runs.resumed"),
            heard.Sum("cano.runs.ended") + heard.Sum("cano.runs.suspended")
        );
    }

    [Fact]
    [Trait("ID", "R9")]
    public async Task A_run_whose_store_fails_is_not_worked_on_any_more()
    {
        using var heard = new Heard();
        var workflow = Named()
            .Register(Stage.Start, (_, _) => new(Stage.Work))
            .Register(Stage.Work, (_, _) => new(Stage.End))
            .AddExitState(Stage.End)
            .WithCheckpointStore(new CrashingCheckpointStore(new KeepingStore(), 2, CrashPoint.BeforeAppend));
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(0, heard.Sum("cano.runs.active"));
        Assert.Equal(
            ("suspended", "checkpoint_store"),
            heard
                .Of("cano.runs.ended")
                .Select(end => (end.Of("cano.status")!, end.Of("error.type")!))
                .Single()
        );
    }

    [Theory]
    [InlineData("cano.runs.active")]
    [InlineData("cano.runs.started")]
    [InlineData("cano.run.duration")]
    [Trait("ID", "R4"), Trait("ID", "R7"), Trait("ID", "R9")]
    public async Task A_listener_that_throws_changes_nothing_for_the_run_or_the_gauge(string at)
    {
        using var heard = new Heard();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, on) =>
        {
            if (instrument.Meter.Name == CanoTelemetry.MeterName && instrument.Name == at)
                on.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new IOException());
        listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new IOException());
        listener.Start();
        var logger = new KeepingLogger();
        var workflow = Named()
            .Register(Stage.Start, (_, _) => new(Stage.End))
            .AddExitState(Stage.End)
            .WithLogger(logger);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
        Assert.NotEmpty(logger.Warnings);
        Assert.Equal([1, -1], heard.Of("cano.runs.active").Select(active => active.Value));
    }

    private static Workflow<Stage> Named() => Workflow.Bare<Stage>().WithName("measured");
}
