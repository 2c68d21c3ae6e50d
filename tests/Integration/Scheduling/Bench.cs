using Cano.Testing;

namespace Cano.Integration.Scheduling;

/// <summary>A scheduler on virtual time whose flows count what they do.</summary>
internal sealed class Bench
{
    public VirtualTime Time { get; } = new(new DateTimeOffset(2026, 3, 1, 0, 0, 30, TimeSpan.Zero));

    public Trail Trail { get; } = new();

    /// <summary>What the next runs of failing flows do: throw this, unless null.</summary>
    public Exception? Failure { get; set; }

    public Scheduler Scheduler => new(Time);

    /// <summary>A workflow of one state that leaves a mark.</summary>
    public Workflow<Stage> Marking(string mark = "run") =>
        Workflow
            .Bare<Stage>()
            .Register(Stage.Start, _ => Mark(mark), TaskConfig.Minimal)
            .AddExitState(Stage.End)
            .WithTimeProvider(Time);

    /// <summary>A workflow that waits at a gate; it stops when it is told to.</summary>
    public Workflow<Stage> Waiting(Gate gate) =>
        Workflow
            .Bare<Stage>()
            .Register(
                Stage.Start,
                async (_, token) =>
                {
                    Trail.Add("run");
                    await gate.PassAsync(token);
                    return Stage.End;
                },
                TaskConfig.Minimal
            )
            .AddExitState(Stage.End)
            .WithTimeProvider(Time);

    /// <summary>A policy that doubles from 10 s, without jitter.</summary>
    public static BackoffPolicy Doubling { get; } = new() { Initial = TimeSpan.FromSeconds(10), Jitter = 0 };

    private Stage Mark(string mark)
    {
        Trail.Add(mark);
        return Failure is { } failure ? throw failure : Stage.End;
    }
}

/// <summary>Waiting for what a scheduler does on threads of its own.</summary>
internal static class Flows
{
    /// <summary>Waits until something holds, which it must after finitely many steps of other
    /// threads.</summary>
    public static async Task UntilAsync(Func<bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (!holds())
        {
            Assert.False(limit.IsCancellationRequested, "It never came about.");
            await Task.Yield();
        }
    }

    /// <summary>Waits until a flow has had so many runs and rests; gives what it is then.</summary>
    public static async Task<FlowInfo> RestAsync(this RunningScheduler running, string id, long runs)
    {
        await UntilAsync(() =>
            running.Status(id) is { } info && info.RunCount >= runs && info.Status != FlowStatus.Running
        );
        return running.Status(id)!;
    }

    /// <summary>Triggers a flow and waits until the run has ended.</summary>
    public static async Task<FlowInfo> RunAsync(this RunningScheduler running, string id)
    {
        var before = running.Status(id)!.RunCount;
        await running.TriggerAsync(id);
        return await running.RestAsync(id, before + 1);
    }
}
