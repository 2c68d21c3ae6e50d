using Cano.Testing;

namespace Cano.Integration.Simulations;

/// <summary>A virtual clock that drives a run by itself.</summary>
public sealed class DrivenTimeTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    private readonly VirtualTime _time = new();
    private readonly DateTimeOffset _start = new VirtualTime().GetUtcNow();

    [Fact]
    [Trait("ID", "F27")]
    public async Task The_clock_does_not_run_past_branches_that_have_not_begun()
    {
        for (var round = 0; round < 50; round++)
        {
            var time = new VirtualTime();
            var branches = Enumerable
                .Range(1, 8)
                .Select(i =>
                    CanoTask.From<Stage>(
                        $"branch {i}",
                        async (_, token) =>
                        {
                            await Task.Delay(s_second * i, time, token);
                            await Task.Delay(s_second, time, token);
                            return Stage.End;
                        },
                        TaskConfig.Minimal
                    )
                );
            var join = JoinConfig.Create(JoinStrategy.All, Stage.End).WithTimeout(s_second * 10);
            var workflow = Workflow
                .Bare<Stage>()
                .RegisterSplit(Stage.Start, branches, join)
                .AddExitState(Stage.End)
                .WithTotalTimeout(TimeSpan.FromHours(1))
                .WithTimeProvider(time);
            Assert.Equal(Stage.End, await time.RunAsync(workflow.OrchestrateAsync(Stage.Start)));
            Assert.Equal(_start + (s_second * 9), time.GetUtcNow());
        }
    }

    [Fact]
    [Trait("ID", "F27")]
    public async Task What_a_decided_join_stops_ends_before_the_clock_moves_on()
    {
        for (var round = 0; round < 50; round++)
        {
            var time = new VirtualTime();
            var logger = new KeepingLogger();
            ITask<Stage> Waiting(int seconds) =>
                CanoTask.From<Stage>(
                    $"{seconds} s",
                    async (_, token) =>
                    {
                        // A cancelled delay goes on in the pool.
                        await Task.Delay(s_second * seconds, time, token);
                        return Stage.End;
                    },
                    TaskConfig.Minimal
                );
            var workflow = Workflow
                .Bare<Stage>()
                .RegisterSplit(
                    Stage.Start,
                    [Waiting(3), Waiting(1), Waiting(60)],
                    JoinConfig.Create(JoinStrategy.Any, Stage.End)
                )
                .AddExitState(Stage.End)
                .WithLogger(logger)
                .WithTimeProvider(time);
            Assert.Equal(Stage.End, await time.RunAsync(workflow.OrchestrateAsync(Stage.Start)));
            Assert.Equal(_start + s_second, time.GetUtcNow());
            Assert.Empty(logger.Warnings);
        }
    }

    [Fact]
    [Trait("ID", "F27")]
    public async Task Attempts_that_are_out_of_time_and_their_delays_take_the_time_they_take()
    {
        var attempts = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    await Task.Yield();
                    await Task.Delay(++attempts < 3 ? s_second * 30 : s_second, _time, token);
                    return Stage.End;
                },
                TaskConfig.Minimal.WithFixedRetry(3, s_second * 5).WithAttemptTimeout(s_second * 10)
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(_time);
        Assert.Equal(Stage.End, await _time.RunAsync(workflow.OrchestrateAsync(Stage.Start)));
        Assert.Equal(_start + (s_second * 31), _time.GetUtcNow());
    }

    [Fact]
    [Trait("ID", "F27")]
    public async Task What_a_journal_on_disk_is_asked_comes_before_the_clock_moves_on()
    {
        using var directory = new TempDirectory();
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterTimer(Stage.Start, s_second, Stage.Work)
            .Register(Stage.Work, _ => Stage.End)
            .AddExitState(Stage.End)
            .WithTotalTimeout(s_second * 10)
            .WithCheckpoints(directory.Path)
            .WithTimeProvider(_time);
        Assert.Equal(Stage.End, await _time.RunAsync(workflow.OrchestrateAsync(Stage.Start, "run")));
        Assert.Equal(_start + s_second, _time.GetUtcNow());
        await FasterCheckpointStore.CloseAsync(directory.Path);
    }

    [Fact]
    [Trait("ID", "F27")]
    public async Task A_body_that_waits_for_something_real_ends_it_with_the_states_name()
    {
        var gate = new Gate();
        var run = OneState.Awaiting(gate.PassAsync).WithTimeProvider(_time).OrchestrateAsync(Stage.Start);
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => _time.RunAsync(run));
        Assert.StartsWith("the task of state 'Start' waits", refusal.Message, StringComparison.Ordinal);
        gate.Open();
        Assert.Equal(Stage.End, await run);
    }

    [Fact]
    [Trait("ID", "F27")]
    public async Task What_the_run_threw_is_thrown_and_a_token_gives_the_driving_up()
    {
        var failing = OneState.Awaiting(_ => throw new IOException("down")).WithTimeProvider(_time);
        var failed = failing.OrchestrateAsync(Stage.Start);
        Assert.Equal("task_execution", (await Failures.OfAsync(_time.RunAsync(failed))).Category);
        var sleepy = OneState
            .Awaiting(token => Task.Delay(s_second, _time, token))
            .WithTimeProvider(_time)
            .OrchestrateAsync(Stage.Start);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _time.RunAsync(sleepy, new CancellationToken(true))
        );
        Assert.False(sleepy.IsCompleted);
        Assert.Equal(Stage.End, await _time.RunAsync(sleepy));
    }
}
