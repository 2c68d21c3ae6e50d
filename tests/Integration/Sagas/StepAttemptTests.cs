using Cano.Testing;

namespace Cano.Integration.Sagas;

/// <summary>Attempts of steps, and a program made of them.</summary>
public sealed class StepAttemptTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly VirtualTime _time = new();
    private readonly Trail _trail = new();

    [Fact]
    [Trait("ID", "G12")]
    public async Task Every_attempt_of_a_step_has_its_own_timeout_and_is_tried_again_after_it()
    {
        var config = TaskConfig.Minimal.WithAttemptTimeout(s_second).WithFixedRetry(1, TimeSpan.Zero);
        var run = Failures.OfAsync(
            Step(async token => await new Gate().PassAsync(token), config).OrchestrateAsync(Stage.Start)
        );
        await _time.WhenWaitingAsync();
        _time.Advance(s_second);
        await _time.WhenWaitingAsync();
        Assert.False(run.IsCompleted);
        _time.Advance(s_second);
        var error = await run;
        Assert.Equal(("retry_exhausted", "Work", 2), (error.Category, error.State, error.Attempt));
        Assert.Equal("compensatable task `Work` forward run exceeded attempt_timeout", error.Source!.Message);
        Assert.Equal("timeout", error.Source.Category);
        Assert.Equal(["do Start", "attempt 1", "attempt 2", "undo Start"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "Y22")]
    public async Task A_step_that_succeeds_after_its_attempt_timeout_has_succeeded()
    {
        var gate = new Gate();
        var config = TaskConfig.Minimal.WithAttemptTimeout(s_second).WithFixedRetry(3, TimeSpan.Zero);
        var run = Failures.OfAsync(Step(_ => gate.HoldAsync(), config).OrchestrateAsync(Stage.Start));
        await gate.Entered;
        _time.Advance(s_second * 100);
        Assert.False(run.IsCompleted);
        gate.Open();
        Assert.Equal(("task_execution", "Last"), ((await run).Category, (await run).State));
        Assert.Equal(["do Start", "attempt 1", "undo Work", "undo Start"], _trail.Marks);
    }

    [Fact]
    [Trait("ID", "G14")]
    public async Task A_step_that_fails_before_it_succeeds_is_undone_once()
    {
        var config = TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.Zero);
        var left = 2;
        var workflow = Step(_ => left-- > 0 ? throw new IOException("not yet") : Task.CompletedTask, config);
        await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(
            ["do Start", "attempt 1", "attempt 2", "attempt 3", "undo Work", "undo Start"],
            _trail.Marks
        );
    }

    [Fact]
    public async Task The_payment_saga_refunds_then_releases_and_gives_the_original_error()
    {
        var store = new KeepingStore { KeepsBytes = true };
        var workflow = Workflow
            .Bare<string>()
            .RegisterWithCompensation<string>(
                "Reserve",
                (_, _) => new(("Validate", "stock-7")),
                (_, reservation, _) => Marked($"release {reservation}")
            )
            .Register("Validate", _ => "Charge")
            .RegisterWithCompensation<decimal>(
                "Charge",
                (_, _) => new(("Ship", 39.80m)),
                (_, sum, _) => Marked(FormattableString.Invariant($"refund {sum:0.00}"))
            )
            .Register("Ship", Shipped, TaskConfig.Minimal)
            .AddExitState("Complete")
            .WithCheckpointStore(store);
        var error = await Failures.OfAsync(workflow.OrchestrateAsync("Reserve", "order-1"));
        Assert.Equal("InvalidOperationException: no courier", error.Message);
        Assert.Equal(["refund 39.80", "release stock-7"], _trail.Marks);
        Assert.Empty(await store.LoadRunAsync("order-1"));
        // Validate is a plain task: it has an entry, and nothing to undo.
        Assert.Equal(
            ["StateEntered Validate"],
            store.Story.Where(row => row.Contains("Validate", StringComparison.Ordinal))
        );

        static string Shipped(TaskContext context) => throw new InvalidOperationException("no courier");
    }

    private ValueTask Marked(string mark)
    {
        _trail.Add(mark);
        return default;
    }

    /// <summary>Start, then Work, which marks its attempts; Last fails.</summary>
    private Workflow<Stage> Step(Func<CancellationToken, Task> body, TaskConfig config) =>
        Saga.Three(_trail)
            .RegisterWithCompensation<string>(
                Stage.Work,
                async (context, token) =>
                {
                    _trail.Add($"attempt {context.Attempt}");
                    await body(token);
                    return (Stage.Last, "Work");
                },
                (_, output, _) => Marked($"undo {output}"),
                config
            )
            .WithTimeProvider(_time);
}
