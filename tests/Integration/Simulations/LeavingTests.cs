using System.Runtime.CompilerServices;
using Cano.Testing;

namespace Cano.Integration.Simulations;

/// <summary>Work that leaves simulated time is told of, never waited for without end.</summary>
public sealed class LeavingTests
{
    private static readonly SimulationOptions s_calm = new()
    {
        Faults = SimulationFaults.None,
        RealTimeLimit = TimeSpan.FromSeconds(1),
    };

    [Fact]
    public async Task A_body_that_never_answers_is_named()
    {
        var never = new TaskCompletionSource<Stage>();
        var run = await RunAsync((_, _) => new(never.Task), s_calm);
        var breach = Assert.Single(run.Breaches);
        Assert.Contains("nothing is left to run", breach, StringComparison.Ordinal);
        Assert.Contains("'Work'", breach, StringComparison.Ordinal);
        Assert.Contains("Task.Run", breach, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_goes_on_elsewhere_is_named()
    {
        var patient = s_calm with { RealTimeLimit = TimeSpan.FromMinutes(1) };
        var run = await RunAsync(
            async (_, _) =>
            {
                await new ElsewhereAwaitable();
                return Stage.End;
            },
            patient
        );
        var breach = Assert.Single(run.Breaches);
        Assert.StartsWith(
            "the task of state 'Work' went on outside simulated time",
            breach,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_body_that_blocks_is_named()
    {
        using var held = new ManualResetEventSlim();
        var found = await Assert.ThrowsAsync<SimulationException>(() =>
            RunAsync(
                (_, _) =>
                {
                    held.Wait(CancellationToken.None);
                    return new(Stage.End);
                },
                s_calm
            )
        );
        held.Set();
        Assert.Contains(
            "the task of state 'Work' blocks its thread",
            found.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_run_without_end_is_ended()
    {
        var run = await RunAsync(
            async (context, cancel) =>
            {
                await Task.Delay(TimeSpan.FromDays(1), context.TimeProvider, cancel);
                return Stage.Work;
            },
            s_calm with
            {
                StepsMax = 100,
                RealTimeLimit = TimeSpan.FromMinutes(1),
            }
        );
        Assert.Contains(
            "did not end within 100 steps",
            Assert.Single(run.Breaches),
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("ID", "R14")]
    public async Task A_compensation_that_waits_on_the_contexts_clock_stays_inside()
    {
        var undone = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterWithCompensation<int>(
                Stage.Start,
                (_, _) => new((Stage.Work, 1)),
                async (context, _, cancel) =>
                {
                    await Task.Delay(TimeSpan.FromSeconds(1), context.TimeProvider, cancel);
                    undone++;
                },
                TaskConfig.Minimal
            )
            .Register(Stage.Work, _ => throw new IOException(), TaskConfig.Minimal)
            .AddExitState(Stage.End);
        var run = await Simulate.ReplayAsync(workflow, Stage.Start, seed: 1, s_calm);
        Assert.Empty(run.Breaches);
        Assert.Equal(1, undone);
    }

    [Fact]
    public async Task Yields_semaphores_and_cancelled_delays_stay_inside()
    {
        using var turn = new SemaphoreSlim(0);
        var stopped = 0;
        var workflow = Workflow
            .Bare<Stage>()
            .RegisterSplit(
                Stage.Start,
                [Waiting("a"), Waiting("b"), Branch("c", ReleaseAsync)],
                JoinConfig.Create(JoinStrategy.Any, Stage.End)
            )
            .AddExitState(Stage.End);
        var run = await Simulate.ReplayAsync(
            workflow,
            Stage.Start,
            seed: 5,
            s_calm with
            {
                RealTimeLimit = TimeSpan.FromMinutes(1),
            }
        );
        Assert.Empty(run.Breaches);
        Assert.True(run.EndedIn(Stage.End));
        Assert.Equal(1, stopped);

        ITask<Stage> Waiting(string name) =>
            Branch(
                name,
                async (context, cancel) =>
                {
                    await turn.WaitAsync(CancellationToken.None);
                    if (name == "a")
                        return;
                    try
                    {
                        await Task.Delay(TimeSpan.FromDays(1), context.TimeProvider, cancel);
                    }
                    catch (OperationCanceledException)
                    {
                        stopped++;
                        throw;
                    }
                }
            );

        async Task ReleaseAsync(TaskContext context, CancellationToken cancel)
        {
            await Task.Yield();
            turn.Release(2);
            await Task.Delay(TimeSpan.FromDays(2), context.TimeProvider, cancel);
        }
    }

    private static ITask<Stage> Branch(string name, Func<TaskContext, CancellationToken, Task> body) =>
        CanoTask.From<Stage>(
            name,
            async (context, cancel) =>
            {
                await body(context, cancel);
                return Stage.End;
            },
            TaskConfig.Minimal
        );

    private static Task<SimulatedRun> RunAsync(
        Func<TaskContext, CancellationToken, ValueTask<Stage>> body,
        SimulationOptions options
    ) =>
        Simulate.ReplayAsync(
            Workflow.Bare<Stage>().Register(Stage.Work, body, TaskConfig.Minimal).AddExitState(Stage.End),
            Stage.Work,
            seed: 1,
            options
        );

    /// <summary>Goes on in the thread pool, whatever the context.</summary>
    private readonly struct ElsewhereAwaitable : INotifyCompletion
    {
        public bool IsCompleted => false;

        public ElsewhereAwaitable GetAwaiter() => this;

        public void GetResult() { }

        public void OnCompleted(Action continuation) => ThreadPool.QueueUserWorkItem(_ => continuation());
    }
}
