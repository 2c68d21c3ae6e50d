using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;

namespace Cano.Benchmarks.Workloads;

/// <summary>What a task pays for protection and for its resources, one call at a time.</summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkLogicalGroupRule.ByCategory)]
[Unit("call")]
public class ResilienceBenchmarks
{
    private const int Calls = 10_000;

    // Never refuses: a refused call would cost something else.
    private const int Plenty = int.MaxValue;

    private readonly CircuitBreaker _breaker = new();
    private readonly RateLimiter _limiter = new(Plenty, TimeSpan.FromMilliseconds(1));
    private readonly Resources _resources = Kept();
    private readonly Dictionary<string, object> _floorResources = FloorKept();
    private readonly Lock _gate = new();
    private int _failures;
    private double _tokens = Plenty;
    private long _at = Stopwatch.GetTimestamp();

    [BenchmarkCategory("breaker")]
    [Benchmark(Description = "breaker", OperationsPerInvoke = Calls)]
    public void Breaker()
    {
        for (var i = 0; i < Calls; i++)
            Call(_breaker);

        // As in a program, where calls are not made in one tight loop: there the permit stays on the stack.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Call(CircuitBreaker breaker)
        {
            using var permit = breaker.Acquire();
            permit.Success();
        }
    }

    /// <summary>A breaker written by hand: a count of failures under a lock.</summary>
    [BenchmarkCategory("breaker")]
    [Benchmark(Description = "floor_breaker", OperationsPerInvoke = Calls, Baseline = true)]
    public void FloorBreaker()
    {
        for (var i = 0; i < Calls; i++)
        {
            lock (_gate)
                if (_failures >= 5)
                    throw new InvalidOperationException("The breaker opened.");
            lock (_gate)
                _failures = 0;
        }
    }

    [BenchmarkCategory("limiter")]
    [Benchmark(Description = "limiter", OperationsPerInvoke = Calls)]
    public void Limiter()
    {
        for (var i = 0; i < Calls; i++)
            if (!_limiter.TryAcquire())
                throw new InvalidOperationException("The bucket ran dry.");
    }

    /// <summary>A token bucket written by hand: a float under a lock.</summary>
    [BenchmarkCategory("limiter")]
    [Benchmark(Description = "floor_limiter", OperationsPerInvoke = Calls, Baseline = true)]
    public void FloorLimiter()
    {
        for (var i = 0; i < Calls; i++)
            lock (_gate)
            {
                var now = Stopwatch.GetTimestamp();
                _tokens = Math.Min(Plenty, _tokens + (now - _at) * (double)Plenty) - 1;
                _at = now;
                if (_tokens < 0)
                    throw new InvalidOperationException("The bucket ran dry.");
            }
    }

    [BenchmarkCategory("resource_get")]
    [Benchmark(Description = "resource_get", OperationsPerInvoke = Calls)]
    public void ResourceGet()
    {
        for (var i = 0; i < Calls; i++)
            if (_resources.Get<MemoryStore>("store").Get<string>("value").Length != 4)
                throw new InvalidOperationException("The store lost a value.");
    }

    [BenchmarkCategory("resource_get")]
    [Benchmark(Description = "floor_resource_get", OperationsPerInvoke = Calls, Baseline = true)]
    public void FloorResourceGet()
    {
        for (var i = 0; i < Calls; i++)
            if (
                ((string)((ConcurrentDictionary<string, object>)_floorResources["store"])["value"]).Length
                != 4
            )
                throw new InvalidOperationException("The store lost a value.");
    }

    private static Resources Kept()
    {
        var store = new MemoryStore();
        store.Put("value", "kept");
        return new Resources().Insert("store", store);
    }

    private static Dictionary<string, object> FloorKept() =>
        new() { ["store"] = new ConcurrentDictionary<string, object> { ["value"] = "kept" } };
}
