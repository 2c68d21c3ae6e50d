using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace Cano.Benchmarks.Workloads;

/// <summary>Workflows of many states, from the first registration to a definition that was checked.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[Unit("state")]
public class BuildBenchmarks
{
    [BenchmarkCategory("states_1k")]
    [Benchmark(Description = "states_1k", OperationsPerInvoke = 1_000)]
    public void States1K() => Rows.Of(1_000).Validate();

    [BenchmarkCategory("states_1k")]
    [Benchmark(Description = "floor_states_1k", OperationsPerInvoke = 1_000, Baseline = true)]
    public void FloorStates1K() => Floor(1_000);

    [BenchmarkCategory("states_10k")]
    [Benchmark(Description = "states_10k", OperationsPerInvoke = 10_000)]
    public void States10K() => Rows.Of(10_000).Validate();

    [BenchmarkCategory("states_10k")]
    [Benchmark(Description = "floor_states_10k", OperationsPerInvoke = 10_000, Baseline = true)]
    public void FloorStates10K() => Floor(10_000);

    /// <summary>A delegate for each in a dictionary.</summary>
    private static void Floor(int states)
    {
        if (Rows.Floor(states).Count != states)
            throw new InvalidOperationException("A state is missing.");
    }
}
