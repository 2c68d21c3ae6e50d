using Cano.Testing;

namespace Cano.Integration.Cancellation;

/// <summary>Who is left behind is told by name.</summary>
public sealed class AbandonedTests
{
    private readonly VirtualTime _time = new();
    private readonly KeepingLogger _logger = new();
    private readonly Gate _gate = new();
    private readonly CancellationTokenSource _cancel = new();

    [Fact]
    [Trait("ID", "F34")]
    public Task The_warning_that_a_body_is_left_behind_names_its_task_and_its_state() =>
        AssertNamedAsync(
            "fetch the rates",
            Workflow.Bare<Stage>().Register(Stage.Start, Stubborn("fetch the rates")).AddExitState(Stage.End)
        );

    [Fact]
    [Trait("ID", "F34")]
    public Task Of_a_branch_the_warning_names_the_branch() =>
        AssertNamedAsync(
            "ask the bank",
            Branches.Split(Branches.Joining(JoinStrategy.All), _ => { }, Stubborn("ask the bank"))
        );

    [Fact]
    [Trait("ID", "F34")]
    public async Task So_do_the_error_of_its_attempt_and_the_warning_that_it_failed_later()
    {
        var config = TaskConfig.Minimal.WithAttemptTimeout(TimeSpan.FromSeconds(1));
        var body = new TaskCompletionSource<Stage>();
        var run = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                CanoTask.From("fetch the rates", (_, _) => new ValueTask<Stage>(body.Task), config)
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_time)
            .WithLogger(_logger)
            .OrchestrateAsync(Stage.Start);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _time.WhenWaitingAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        var thrown = await Assert.ThrowsAsync<CanoException>(() => run);
        body.SetException(new IOException("too late"));
        await Scheduling.Flows.UntilAsync(() => _logger.Warnings.Count() == 2);
        Assert.All(
            _logger.Warnings,
            warning =>
                Assert.StartsWith("Task fetch the rates of state Start", warning, StringComparison.Ordinal)
        );
        Assert.Contains(
            "Task 'fetch the rates' of state 'Start' did not stop",
            thrown.ToString(),
            StringComparison.Ordinal
        );
    }

    private ITask<Stage> Stubborn(string name) =>
        CanoTask.From<Stage>(
            name,
            async (_, _) =>
            {
                await _gate.HoldAsync();
                return Stage.End;
            },
            TaskConfig.Minimal
        );

    private async Task AssertNamedAsync(string task, Workflow<Stage> workflow)
    {
        var run = workflow
            .WithTimeProvider(_time)
            .WithLogger(_logger)
            .OrchestrateAsync(Stage.Start, _cancel.Token);
        await LeaveBehindAsync(run);
        Assert.StartsWith(
            $"Task {task} of state Start (",
            Assert.Single(_logger.Warnings),
            StringComparison.Ordinal
        );
    }

    private async Task LeaveBehindAsync(Task<Stage> run)
    {
        await _gate.Entered;
        await _cancel.CancelAsync();
        await _time.WhenWaitingAsync();
        _time.Advance(TimeSpan.FromSeconds(5));
        await Failures.OfAsync(run);
        _gate.Open();
    }
}
