using Cano.Benchmarks.Quick;

namespace Cano.Benchmarks.Workloads;

/// <summary>Ten thousand runs at once: what a run costs beside others.</summary>
public static class RunWorkloads
{
    public static (string, Func<Workload>)[] All =>
        [
            ("retry3_10k", Retry),
            ("floor_retry3_10k", FloorRetry),
            ("concurrent10k", Concurrent),
            ("floor_concurrent10k", FloorConcurrent),
        ];

    private const int Runs = 10_000;
    private const int Attempts = 3;
    private const int States = 10;

    private static Workload Retry()
    {
        var workflow = Workflow
            .Bare<int>()
            .Register(
                0,
                (context, _) => Answer(context.Attempt),
                TaskConfig.Minimal.WithFixedRetry(Attempts - 1, TimeSpan.Zero)
            )
            .AddExitState(1);
        return AtOnce("retry3_10k", "attempt", Attempts, () => workflow.OrchestrateAsync(0));
    }

    /// <summary>A loop around a try, as one writes it by hand.</summary>
    private static Workload FloorRetry()
    {
        return AtOnce("floor_retry3_10k", "attempt", Attempts, RetryAsync);

        static async Task<int> RetryAsync()
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await Answer(attempt);
                }
                catch (InvalidOperationException) when (attempt < Attempts) { }
            }
        }
    }

    // A fresh error each time: a shared one would collect the stack traces of all attempts.
    private static ValueTask<int> Answer(int attempt) =>
        attempt < Attempts ? ValueTask.FromException<int>(new InvalidOperationException("busy")) : new ValueTask<int>(1);

    private static Workload Concurrent()
    {
        var many = new ConcurrentWorkflow<int>(ConcurrentStrategy.WaitForever).AddInstances(
            Enumerable.Range(0, Runs).Select(run => $"run-{run}"),
            LinearWorkloads.Row(States),
            0
        );
        return new Workload("concurrent10k", "run", Runs, RunAsync);

        async Task RunAsync()
        {
            var results = await many.OrchestrateAsync();
            if (results.Completed != Runs) throw new InvalidOperationException($"{results.Completed} completed.");
        }
    }

    /// <summary>As many tasks on the thread pool, each a loop over delegates.</summary>
    private static Workload FloorConcurrent()
    {
        var bodies = new Dictionary<int, Func<CancellationToken, ValueTask<int>>>();
        for (var state = 0; state < States; state++)
        {
            var next = state + 1;
            bodies[state] = _ => new ValueTask<int>(next);
        }

        return AtOnce("floor_concurrent10k", "run", 1, LoopAsync);

        async Task<int> LoopAsync()
        {
            var state = 0;
            while (state != States) state = await bodies[state](CancellationToken.None);
            return state;
        }
    }

    /// <summary>Starts every run on the thread pool and awaits all.</summary>
    private static Workload AtOnce(string name, string unit, int unitsPerRun, Func<Task<int>> run)
    {
        return new Workload(name, unit, Runs * unitsPerRun, RunAllAsync);

        Task RunAllAsync()
        {
            var runs = new Task<int>[Runs];
            for (var i = 0; i < Runs; i++) runs[i] = Task.Run(run);
            return Task.WhenAll(runs);
        }
    }
}
