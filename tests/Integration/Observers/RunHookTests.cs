using Cano.Testing;

namespace Cano.Integration.Observers;

/// <summary>A run's begin and end, its waits and what is undone of it are told.</summary>
public sealed class RunHookTests
{
    private readonly RecordingObserver _observer = new();
    private readonly VirtualTime _time = new();
    private readonly KeepingStore _store = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Trait("ID", "R1")]
    public async Task A_run_has_one_start_before_all_and_one_end_behind_all(bool isJournaled)
    {
        var workflow = new Trail().Through(Stage.Start, Stage.End).WithName("mine").WithObserver(_observer);
        await (isJournaled ? workflow.WithCheckpointStore(_store) : workflow).OrchestrateAsync(
            Stage.Start,
            "run"
        );
        var told = _observer.Whole().ToList();
        Assert.Equal(("OnRunStart Start", "OnRunEnd End Completed"), (told[0], told[^1]));
        Assert.Equal(2, told.Count(text => text.StartsWith("OnRun", StringComparison.Ordinal)));
    }

    [Fact]
    [Trait("ID", "R1")]
    public async Task An_end_says_what_the_run_is_and_why()
    {
        var ends = new List<RunEnd>();
        var workflow = Observed
            .Failing(_observer)
            .WithName("mine")
            .WithCheckpointStore(_store)
            .WithObserver(new Ends(ends));
        var error = await Failures.OfAsync(workflow.OrchestrateAsync(Stage.Start, "run"));
        Assert.Equal(new RunEnd("run", "mine", RunStatus.Failed, null, error), Assert.Single(ends));
    }

    [Theory]
    [InlineData(true, "OnCompensationFailure Start generic", "RollbackFailed")]
    [InlineData(false, "OnCompensationSuccess Start", "RolledBack")]
    [Trait("ID", "R1"), Trait("ID", "S8")]
    public async Task Each_step_that_is_undone_has_one_start_and_one_end(
        bool isStuck,
        string end,
        string status
    )
    {
        var saga = Saga(isStuck ? 9 : 1).WithObserver(_observer).WithTimeProvider(_time);
        await Failures.OfAsync(_time.DriveAsync(() => saga.OrchestrateAsync(Stage.Start)));
        var told = _observer.Whole().SkipWhile(text => text != "OnCompensationStart Start");
        Assert.Equal(
            [
                "OnCompensationStart Start",
                "OnRetry Start 1: 00:00:00.2500000",
                .. isStuck ? ["OnRetry Start 2: 00:00:00.2500000"] : Array.Empty<string>(),
                end,
                $"OnRunEnd Work {status}",
            ],
            told
        );
    }

    [Fact]
    [Trait("ID", "R1"), Trait("ID", "S13")]
    public async Task A_wait_is_told_with_its_end_and_again_after_a_resume()
    {
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterTimer(Stage.Start, TimeSpan.FromHours(1), Stage.End)
            .AddExitState(Stage.End)
            .WithObserver(_observer)
            .WithTimeProvider(_time)
            .WithCheckpointStore(_store);
        using var died = new CancellationTokenSource();
        var run = workflow.TryOrchestrateAsync(Stage.Start, "run", died.Token);
        await _time.WhenWaitingAsync();
        await died.CancelAsync();
        Assert.True((await run).IsLeft);
        await _time.DriveAsync(() => workflow.ResumeFromAsync("run"));
        Assert.Equal(
            Enumerable.Repeat("OnWaiting Start until 2000-01-01 01:00:00Z", 2),
            _observer.Whole().Where(text => text.StartsWith("OnWaiting", StringComparison.Ordinal))
        );
        Assert.Equal(
            ["OnRunStart", "OnRunEnd", "OnResume", "OnRunEnd"],
            _observer
                .Events.Select(seen => seen.Hook)
                .Where(hook => hook is "OnRunStart" or "OnResume" or "OnRunEnd")
        );
    }

    /// <summary>A step whose undoing fails so often, with three tries, and one that fails.</summary>
    private static Workflow<Stage> Saga(int failures)
    {
        var left = failures;
        return Workflow
            .Bare<Stage>()
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) => new((Stage.Work, 1)),
                (_, _, _) => --left >= 0 ? throw new CanoException(CanoError.Generic("stuck")) : default,
                undo: TaskConfig.Minimal.WithFixedRetry(2, TimeSpan.FromMilliseconds(250))
            )
            .Register(Stage.Work, _ => throw new IOException("failed"), TaskConfig.Minimal)
            .AddExitState(Stage.End);
    }

    private sealed class Ends(List<RunEnd> ends) : IWorkflowObserver
    {
        public void OnRunEnd(RunPoint at, RunEnd end) => ends.Add(end);
    }
}
