using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace Cano.Benchmarks.Workloads;

/// <summary>Fan-out over trivial branches that must all succeed.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[Unit("split")]
public class SplitBenchmarks
{
    private readonly Workflow<int> _ten = Of(10);
    private readonly Workflow<int> _hundred = Of(100);
    private readonly Workflow<int> _thousand = Of(1000);

    [BenchmarkCategory("split10")]
    [Benchmark(Description = "split10")]
    public Task Split10() => _ten.OrchestrateAsync(0);

    [BenchmarkCategory("split10")]
    [Benchmark(Description = "floor_split10", Baseline = true)]
    public Task FloorSplit10() => FloorAsync(10);

    [BenchmarkCategory("split100")]
    [Benchmark(Description = "split100")]
    public Task Split100() => _hundred.OrchestrateAsync(0);

    [BenchmarkCategory("split100")]
    [Benchmark(Description = "floor_split100", Baseline = true)]
    public Task FloorSplit100() => FloorAsync(100);

    [BenchmarkCategory("split1000")]
    [Benchmark(Description = "split1000")]
    public Task Split1000() => _thousand.OrchestrateAsync(0);

    [BenchmarkCategory("split1000")]
    [Benchmark(Description = "floor_split1000", Baseline = true)]
    public Task FloorSplit1000() => FloorAsync(1000);

    private static Workflow<int> Of(int branches)
    {
        var tasks = Enumerable
            .Range(0, branches)
            .Select(i => CanoTask.From($"branch{i}", (_, _) => new ValueTask<int>(1), TaskConfig.Minimal));
        return Workflow
            .Bare<int>()
            .RegisterSplit(0, tasks, JoinConfig.Create(JoinStrategy.All, 1))
            .AddExitState(1);
    }

    /// <summary>A task for each branch, and all awaited.</summary>
    private static Task FloorAsync(int branches)
    {
        var tasks = new Task<int>[branches];
        for (var i = 0; i < branches; i++)
            tasks[i] = Task.Run(() => 1);
        return Task.WhenAll(tasks);
    }
}
