using System.Collections.Concurrent;
using Cano.Testing;

namespace Cano.Integration.Observers;

/// <summary>What bodies say of how far they are, and how often observers hear of it.</summary>
public sealed class ProgressTests
{
    private readonly VirtualTime _time = new();
    private readonly RecordingObserver _observer = new();
    private readonly ConcurrentQueue<(TimeSpan At, string Said)> _heard = new();

    [Fact]
    [Trait("ID", "W4")]
    public async Task Of_a_hundred_reports_seven_are_told_in_seven_tenths_and_the_last_when_its_body_ends()
    {
        await RunAsync(
            async (context, token) =>
            {
                for (var done = 1; done < 100; done++)
                {
                    context.ReportProgress(done, 100, "files");
                    await Task.Delay(TimeSpan.FromMilliseconds(7), context.TimeProvider, token);
                }

                context.ReportProgress(100, 100, "files");
                return Stage.End;
            }
        );
        (int, int)[] told =
        [
            (0, 1),
            (100, 15),
            (200, 29),
            (300, 43),
            (400, 58),
            (500, 72),
            (600, 86),
            (693, 100),
        ];
        Assert.Equal(
            told.Select(one => (TimeSpan.FromMilliseconds(one.Item1), $"{one.Item2} of 100 files")),
            _heard
        );
    }

    [Fact]
    [Trait("ID", "W4")]
    public async Task The_last_report_of_a_window_is_told_when_the_window_ends_although_no_other_follows()
    {
        await RunAsync(
            async (context, token) =>
            {
                context.ReportProgress(0.25);
                context.ReportProgress(0.5);
                context.ReportProgress(0.75);
                await Task.Delay(TimeSpan.FromHours(1), context.TimeProvider, token);
                return Stage.End;
            }
        );
        // What the three of one instant open is told with the newest of them, or with the first.
        Assert.Equal("75 %", _heard.Last().Said);
        Assert.True(_heard.Last().At <= TimeSpan.FromMilliseconds(100));
        Assert.True(_heard.Count <= 2);
    }

    [Fact]
    [Trait("ID", "W4")]
    public async Task A_report_says_its_run_state_and_attempt_and_comes_before_the_end_of_its_body()
    {
        var workflow = At((context, _) => context.Attempt == 1 ? throw Failing(context) : Done(context))
            .WithRunId("run-1");
        await _time.RunAsync(workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal(
            [
                "OnStateEnter Start",
                "OnTaskStart Start",
                "OnProgress Start 10 %",
                "OnRetry Start 1: 00:00:00",
                "OnProgress Start 2 of 2",
                "OnTaskSuccess Start",
                "OnStateEnter End",
            ],
            _observer.Story()
        );
        Assert.Equal(
            [1, 2],
            _observer.Events.Where(seen => seen.Hook == "OnProgress").Select(seen => seen.At.Attempt)
        );
        Assert.All(_observer.Events, seen => Assert.Equal("run-1", seen.At.RunId));
    }

    [Fact]
    [Trait("ID", "W4")]
    public async Task The_report_of_a_branch_names_the_branch_and_comes_before_the_branch_s_end()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .WithTimeProvider(_time)
            .WithObserver(_observer)
            .RegisterSplit(
                Stage.Start,
                [Reporting("a", 1), Reporting("b", 2)],
                JoinConfig.Create(JoinStrategy.All, Stage.End).WithBulkhead(1)
            )
            .AddExitState(Stage.End);
        await _time.RunAsync(workflow.OrchestrateAsync(Stage.Start));
        foreach (var branch in new[] { "a[0]", "b[1]" })
        {
            var hooks = _observer.Events.Where(seen => seen.At.Task == branch).Select(seen => seen.Hook);
            Assert.Equal(["OnTaskStart", "OnProgress", "OnTaskSuccess"], hooks);
        }
    }

    [Fact]
    [Trait("ID", "W4"), Trait("ID", "X4")]
    public async Task An_observer_that_throws_and_a_clock_that_throws_change_nothing()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .WithObserver(new Throwing())
            .WithObserver(_observer)
            .WithTimeProvider(new NoClock())
            .Register(
                Stage.Start,
                context =>
                {
                    context.ReportProgress(0.5);
                    context.ReportProgress(1);
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        Assert.Equal(Stage.End, await workflow.OrchestrateAsync(Stage.Start));
        Assert.Equal("100 %", _observer.Events.Last(seen => seen.Hook == "OnProgress").Detail);
    }

    [Fact]
    [Trait("ID", "W4")]
    public async Task A_body_is_not_held_up_by_an_observer_that_blocks_in_its_report()
    {
        using var open = new ManualResetEventSlim();
        var returned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var workflow = Workflow
            .Bare<Stage>()
            .WithObserver(new Blocking(open))
            .Register(
                Stage.Start,
                context =>
                {
                    context.ReportProgress(1);
                    returned.SetResult();
                    return Stage.End;
                }
            )
            .AddExitState(Stage.End);
        var run = Task.Run(() => workflow.OrchestrateAsync(Stage.Start));
        await returned.Task.Soon();
        open.Set();
        Assert.Equal(Stage.End, await run.Soon());
    }

    [Fact]
    [Trait("ID", "W4")]
    public void Progress_reads_as_a_share_or_as_a_count()
    {
        Assert.Equal("40 %", new RunProgress(0.4, null, null).ToString());
        Assert.Equal("3 of 8", new RunProgress(3, 8, null).ToString());
        Assert.Equal("3 of 8 files", new RunProgress(3, 8, "files").ToString());
        Assert.Equal("3 files", new RunProgress(3, null, "files").ToString());
    }

    private static ITask<Stage> Reporting(string name, int done) =>
        CanoTask.From<Stage>(
            name,
            (context, _) =>
            {
                context.ReportProgress(done);
                return new(Stage.End);
            }
        );

    private static IOException Failing(TaskContext context)
    {
        context.ReportProgress(0.1);
        return new IOException();
    }

    private static ValueTask<Stage> Done(TaskContext context)
    {
        context.ReportProgress(2, 2);
        return new(Stage.End);
    }

    private Workflow<Stage> At(Func<TaskContext, CancellationToken, ValueTask<Stage>> body) =>
        Workflow
            .Bare<Stage>()
            .WithTimeProvider(_time)
            .WithObserver(_observer)
            .WithObserver(new Hearing(this))
            .Register(Stage.Start, body, TaskConfig.Minimal.WithFixedRetry(1, TimeSpan.Zero))
            .AddExitState(Stage.End);

    private async Task RunAsync(Func<TaskContext, CancellationToken, ValueTask<Stage>> body)
    {
        var started = _time.GetTimestamp();
        _start = started;
        await _time.RunAsync(At(body).OrchestrateAsync(Stage.Start));
    }

    private long _start;

    private sealed class Hearing(ProgressTests test) : IWorkflowObserver
    {
        public void OnProgress(RunPoint at, RunProgress progress) =>
            test._heard.Enqueue((test._time.GetElapsedTime(test._start), progress.ToString()));
    }

    private sealed class Throwing : IWorkflowObserver
    {
        public void OnProgress(RunPoint at, RunProgress progress) => throw new IOException("no");
    }

    private sealed class Blocking(ManualResetEventSlim open) : IWorkflowObserver
    {
        public void OnProgress(RunPoint at, RunProgress progress) => open.Wait();
    }

    private sealed class NoClock : TimeProvider
    {
        public override long GetTimestamp() => throw new IOException("no");
    }
}
