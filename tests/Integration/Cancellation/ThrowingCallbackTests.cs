using Cano.Integration.Scheduling;
using Cano.Testing;

namespace Cano.Integration.Cancellation;

/// <summary>A body leaves a callback on its token, and the callback throws when the token is
/// signalled.</summary>
public sealed class ThrowingCallbackTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly VirtualTime _time = new();
    private readonly KeepingLogger _logger = new();
    private readonly Gate _gate = new();

    [Fact]
    [Trait("ID", "Y1")]
    public async Task A_callback_that_throws_at_the_verdict_is_logged_and_the_split_goes_on()
    {
        var quick = new Gate();
        SplitResult? result = null;
        var workflow = Branches.Split(
            Branches.Joining(JoinStrategy.Any),
            seen => result = seen,
            CanoTask.From<Stage>("odd", OddAsync, TaskConfig.Minimal),
            Branches.Waiting("quick", quick)
        );
        var run = Watched(workflow).OrchestrateAsync(Stage.Start);
        await _gate.Entered;
        quick.Open();
        Assert.Equal(Stage.End, await run);
        Assert.Equal(["odd"], result!.Cancelled.Select(branch => branch.Name));
        await LoggedAsync();
    }

    [Fact]
    [Trait("ID", "J10")]
    public async Task A_callback_that_throws_at_an_attempts_timeout_is_logged_and_the_attempt_has_timed_out()
    {
        var run = Odd(TaskConfig.Minimal.WithAttemptTimeout(s_second)).OrchestrateAsync(Stage.Start);
        await _gate.Entered;
        _time.Advance(s_second);
        Assert.Equal("timeout", (await Failures.OfAsync(run)).Category);
        await LoggedAsync();
    }

    [Fact]
    [Trait("ID", "H1")]
    public async Task A_callback_that_throws_at_the_total_timeout_is_logged_and_the_run_has_timed_out()
    {
        var run = Odd(TaskConfig.Minimal).WithTotalTimeout(s_second).OrchestrateAsync(Stage.Start);
        await _gate.Entered;
        _time.Advance(s_second);
        Assert.Equal("workflow_timeout", (await Failures.OfAsync(run)).Category);
        await LoggedAsync();
    }

    [Fact]
    [Trait("ID", "G3")]
    public async Task A_callback_that_throws_at_the_end_of_a_rollbacks_time_is_logged_and_the_rollback_ends()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) => new((Stage.Work, 1)),
                async (context, _, token) => await OddAsync(context, token)
            )
            .Register(Stage.Work, _ => throw new IOException("broken"), TaskConfig.Minimal)
            .AddExitState(Stage.End)
            .WithCompensationTimeout(s_second);
        var run = Watched(workflow).OrchestrateAsync(Stage.Start);
        await _gate.Entered;
        _time.Advance(s_second);
        Assert.Equal("compensation_failed", (await Failures.OfAsync(run)).Category);
        await LoggedAsync();
    }

    /// <summary>Callbacks run beside the run, which may have ended before their failure is told.</summary>
    private Task LoggedAsync() =>
        Flows.UntilAsync(() =>
            _logger.Warnings.Any(warning => warning.Contains("callback", StringComparison.Ordinal))
        );

    private Workflow<Stage> Odd(TaskConfig config) =>
        Watched(Workflow.Bare<Stage>().Register(Stage.Start, OddAsync, config).AddExitState(Stage.End));

    private Workflow<Stage> Watched(Workflow<Stage> workflow) =>
        workflow.WithTimeProvider(_time).WithLogger(_logger);

    private async ValueTask<Stage> OddAsync(TaskContext context, CancellationToken token)
    {
        await _gate.PassOddlyAsync(token);
        return Stage.End;
    }
}
