using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace Cano.Benchmarks.Workloads;

/// <summary>Ten thousand runs at once: what a run costs beside others.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
public class RunBenchmarks
{
    private const int Runs = 10_000;
    private const int Attempts = 3;
    private const int States = 10;

    private readonly Workflow<int> _retried = Workflow
        .Bare<int>()
        .Register(
            0,
            (context, _) => Answer(context.Attempt),
            TaskConfig.Minimal.WithFixedRetry(Attempts - 1, TimeSpan.Zero)
        )
        .AddExitState(1);

    private readonly ConcurrentWorkflow<int> _many = new ConcurrentWorkflow<int>(
        ConcurrentStrategy.WaitForever
    ).AddInstances(Enumerable.Range(0, Runs).Select(run => $"run-{run}"), Rows.Of(States), 0);

    private readonly Dictionary<int, Func<CancellationToken, ValueTask<int>>> _floorBodies = Rows.Floor(
        States
    );

    [Unit("attempt")]
    [BenchmarkCategory("retry3_10k")]
    [Benchmark(Description = "retry3_10k", OperationsPerInvoke = Runs * Attempts)]
    public Task Retry() => AtOnceAsync(() => _retried.OrchestrateAsync(0));

    /// <summary>A loop around a try, as one writes it by hand.</summary>
    [Unit("attempt")]
    [BenchmarkCategory("retry3_10k")]
    [Benchmark(Description = "floor_retry3_10k", OperationsPerInvoke = Runs * Attempts, Baseline = true)]
    public Task FloorRetry()
    {
        return AtOnceAsync(RetryAsync);

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

    [Unit("run")]
    [BenchmarkCategory("concurrent10k")]
    [Benchmark(Description = "concurrent10k", OperationsPerInvoke = Runs)]
    public async Task Concurrent()
    {
        var results = await _many.OrchestrateAsync();
        if (results.Completed != Runs)
            throw new InvalidOperationException($"{results.Completed} completed.");
    }

    /// <summary>As many tasks on the thread pool, each a loop over delegates.</summary>
    [Unit("run")]
    [BenchmarkCategory("concurrent10k")]
    [Benchmark(Description = "floor_concurrent10k", OperationsPerInvoke = Runs, Baseline = true)]
    public Task FloorConcurrent()
    {
        return AtOnceAsync(WalkAsync);

        async Task<int> WalkAsync()
        {
            var state = 0;
            while (state != States)
                state = await _floorBodies[state](CancellationToken.None);
            return state;
        }
    }

    // A fresh error each time: a shared one would collect the stack traces of all attempts.
    private static ValueTask<int> Answer(int attempt) =>
        attempt < Attempts
            ? ValueTask.FromException<int>(new InvalidOperationException("busy"))
            : new ValueTask<int>(1);

    /// <summary>Starts every run on the thread pool and awaits all.</summary>
    private static Task AtOnceAsync(Func<Task<int>> run)
    {
        var runs = new Task<int>[Runs];
        for (var i = 0; i < Runs; i++)
            runs[i] = Task.Run(run);
        return Task.WhenAll(runs);
    }
}
