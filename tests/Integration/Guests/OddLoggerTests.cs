using Cano.Integration.Observers;
using Cano.Integration.Scheduling;
using Cano.Integration.Steps.Waits;
using Cano.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Cano.Integration.Guests;

/// <summary>A logger that throws changes nothing: not the rows, not the outcome, not what observers
/// hear.</summary>
public sealed class OddLoggerTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var kind in EveryKind.Names)
            foreach (var end in new[] { "succeeds", "fails", "times out", "is abandoned" })
                cases.Add(kind, end);
            return cases;
        }
    }

    [Theory]
    [Trait("ID", "X4")]
    [MemberData(nameof(Cases))]
    public async Task A_logger_that_throws_changes_nothing_whatever_the_step_and_its_end(
        string kind,
        string end
    )
    {
        var quiet = await OfAsync(NullLogger.Instance);
        Assert.Equal(quiet, await OfAsync(new OddLogger()));
        Assert.Equal(quiet, await OfAsync(new DeafLogger()));

        // Without the test's synchronization context everything goes on where it is woken.
        Task<string> OfAsync(ILogger logger) => Task.Run(() => CourseAsync(kind, end, logger));
    }

    [Fact]
    [Trait("ID", "X4")]
    public async Task A_body_may_log_and_report_to_a_logger_that_throws()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                context =>
                {
                    using (context.Logger.BeginScope("scope"))
                        context.Logger.LogError(new OddException(), "a line");
                    context.Progress.Report(0.5);
                    return Stage.End;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End);
        Assert.Equal(Stage.End, await workflow.WithLogger(new OddLogger()).OrchestrateAsync(Stage.Start));
        Assert.Equal(Stage.End, await workflow.WithLogger(new DeafLogger()).OrchestrateAsync(Stage.Start));
    }

    [Fact]
    [Trait("ID", "X4")]
    public async Task A_flow_that_fails_and_cannot_be_logged_backs_off_and_runs_again()
    {
        var bench = new Bench { Failure = new OddException() };
        await using var running = await bench
            .Scheduler.Every("flow", bench.Marking().WithLogger(new OddLogger()), Stage.Start, s_second)
            .SetBackoff("flow", Bench.Doubling)
            .StartAsync();
        var info = await running.RestAsync("flow", 1).WaitAsync(s_second * 30);
        Assert.Equal(FlowStatus.Backoff, info.Status);
        Assert.Equal("OddException: its Message throws NotSupportedException", info.LastError!.Message);
        bench.Failure = null;
        bench.Time.Advance(s_second * 10);
        Assert.Equal(0, (await running.RestAsync("flow", 2)).FailureStreak);
    }

    [Fact]
    [Trait("ID", "X4")]
    public async Task A_flow_whose_occurrence_is_passed_over_and_cannot_be_logged_goes_on()
    {
        var (bench, gate) = (new Bench(), new Gate());
        await using var running = await bench
            .Scheduler.Cron("flow", bench.Waiting(gate).WithLogger(new OddLogger()), Stage.Start, "* * * * *")
            .StartAsync();
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        await gate.Entered.Soon();
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, running.Status("flow")!.SkippedCount);
        gate.Open();
        await running.RestAsync("flow", 1);
        bench.Time.Advance(TimeSpan.FromMinutes(1));
        await running.RestAsync("flow", 2);
    }

    /// <summary>Everything that anybody sees of a run whose every part has something to be logged.</summary>
    private static async Task<string> CourseAsync(string kind, string end, ILogger logger)
    {
        var (time, store, observer) = (new VirtualTime(), new KeepingStore(), new RecordingObserver());
        var (trail, never, begun) = (new Trail(), new TaskCompletionSource(), new TaskCompletionSource());
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) => new((Stage.Work, 1)),
                (_, _, _) =>
                {
                    trail.Add("undone");
                    return default;
                },
                TaskConfig.Minimal
            )
            .RegisterKind(kind, (Stage.Work, Stage.End), BodyAsync)
            .AddExitState(Stage.End)
            .WithResources(
                new Resources().Insert("spy", new Spy("spy", trail) { TeardownFailure = new OddException() })
            )
            .WithTimeProvider(time)
            .WithLogger(logger)
            .WithObserver(new OddObserver())
            .WithObserver(observer)
            .WithCheckpointStore(store)
            .WithTotalTimeout(s_second * 10)
            .WithStopGrace(s_second);
        await workflow.AllowAsync(kind);
        var run = workflow.TryOrchestrateAsync(Stage.Start, Waiters.RunId);
        if (end is "times out" or "is abandoned")
        {
            await begun.Task.Soon();
            time.Advance(s_second * 10);
            // A compensatable step is never abandoned.
            if (kind == "compensatable")
                never.TrySetResult();
            await time.RunAsync(run).Soon();
        }

        // Nothing else waits for the clock: driving it might pass over a branch that has not begun yet.
        var outcome = await run.Soon();
        if (end == "is abandoned")
            never.TrySetException(new OddException());
        return string.Join('\n', [$"{outcome}", .. store.Story, .. observer.Story(), .. trail.Marks]);

        async Task BodyAsync(TaskContext context, CancellationToken token)
        {
            context.Logger.LogInformation("begun");
            context.Progress.Report(0.1);
            if (end == "fails")
                throw new IOException("broken");
            var work = end switch
            {
                "times out" => time.PauseAsync(s_second * 20, token),
                "is abandoned" => never.Task,
                _ => Task.CompletedTask,
            };
            begun.TrySetResult();
            await work;
        }
    }
}
