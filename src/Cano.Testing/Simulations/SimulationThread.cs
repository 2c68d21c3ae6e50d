using System.Diagnostics;

namespace Cano.Testing.Simulations;

/// <summary>A thread without a synchronization context, on which whatever completes goes on at once; and a
/// watch over it from outside.</summary>
internal sealed class SimulationThread
{
    // Continuations nest; only when the stack ends would they leave for the thread pool.
    private const int StackBytes = 64 << 20;

    // After so many limits without a step, a thread that runs is in a loop without end.
    private const int LoopWindows = 12;

    private readonly TimeSpan _limit;
    private long _seedCount;
    private volatile SimulatedWorld? _world;

    public SimulationThread(TimeSpan limit) => _limit = limit;

    /// <summary>A seed has begun.</summary>
    public void Begin(SimulatedWorld world)
    {
        _world = world;
        Interlocked.Increment(ref _seedCount);
    }

    /// <summary>Runs work there. Gives up when a body blocks the thread for longer than the limit.</summary>
    public async Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Finish(work, done), StackBytes)
        {
            IsBackground = true,
            Name = "simulation",
        };
        thread.Start();
        for (var idle = 0; ; )
        {
            var before = Progress;
            Task waited = done.Task.WaitAsync(_limit + _limit);
            await waited.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (done.Task.IsCompleted)
                return await done.Task.ConfigureAwait(false);
            idle = Progress == before && !Debugger.IsAttached ? idle + 1 : 0;
            // A machine under load may not get to run a thread for long; one that waits is told from one that
            // is not run.
            var waits =
                thread.ThreadState.HasFlag(System.Threading.ThreadState.WaitSleepJoin)
                && _world is not { IsStalling: true };
            if (idle >= (waits ? 1 : LoopWindows))
                throw new SimulationException(Blocked());
        }
    }

    private (long Seeds, long Steps) Progress => (Interlocked.Read(ref _seedCount), _world?.StepCount ?? 0);

    private static void Finish<T>(Func<T> work, TaskCompletionSource<T> done)
    {
        try
        {
            done.SetResult(work());
        }
        catch (Exception thrown)
        {
            done.SetException(thrown);
        }
    }

    private SimulatedRun Blocked()
    {
        var state = _world?.Process?.OpenStates.LastOrDefault() is { } open
            ? $"the task of state '{open}'"
            : "something";
        return new SimulatedRun
        {
            Seed = _world?.Seed ?? 0,
            Timeline = new Timeline(),
            Breaches = [$"{state} blocks its thread: Thread.Sleep, .Result, Wait() or a loop without end"],
        };
    }
}
