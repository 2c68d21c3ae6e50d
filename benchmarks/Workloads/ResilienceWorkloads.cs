using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using Cano.Benchmarks.Quick;

namespace Cano.Benchmarks.Workloads;

/// <summary>What a task pays for protection and for its resources, one call at a time.</summary>
public static class ResilienceWorkloads
{
    public static (string, Func<Workload>)[] All =>
        [
            ("breaker", Breaker),
            ("floor_breaker", FloorBreaker),
            ("limiter", Limiter),
            ("floor_limiter", FloorLimiter),
            ("resource_get", ResourceGet),
            ("floor_resource_get", FloorResourceGet),
        ];

    private const int Calls = 10_000;

    // Never refuses: a refused call would cost something else.
    private const int Plenty = int.MaxValue;

    private static Workload Breaker()
    {
        var breaker = new CircuitBreaker();
        return Repeat("breaker", () =>
        {
            for (var i = 0; i < Calls; i++) Call(breaker);
        });

        // As in a program, where calls are not made in one tight loop: there the permit stays on the stack.
        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Call(CircuitBreaker breaker)
        {
            using var permit = breaker.Acquire();
            permit.Success();
        }
    }

    /// <summary>A breaker written by hand: a count of failures under a lock.</summary>
    private static Workload FloorBreaker()
    {
        var gate = new Lock();
        var failures = 0;
        return Repeat("floor_breaker", () =>
        {
            for (var i = 0; i < Calls; i++)
            {
                lock (gate)
                    if (failures >= 5) throw new InvalidOperationException("The breaker opened.");
                lock (gate) failures = 0;
            }
        });
    }

    private static Workload Limiter()
    {
        var limiter = new RateLimiter(Plenty, TimeSpan.FromMilliseconds(1));
        return Repeat("limiter", () =>
        {
            for (var i = 0; i < Calls; i++)
                if (!limiter.TryAcquire()) throw new InvalidOperationException("The bucket ran dry.");
        });
    }

    /// <summary>A token bucket written by hand: a float under a lock.</summary>
    private static Workload FloorLimiter()
    {
        var gate = new Lock();
        var tokens = (double)Plenty;
        var at = Stopwatch.GetTimestamp();
        return Repeat("floor_limiter", () =>
        {
            for (var i = 0; i < Calls; i++)
                lock (gate)
                {
                    var now = Stopwatch.GetTimestamp();
                    tokens = Math.Min(Plenty, tokens + (now - at) * (double)Plenty) - 1;
                    at = now;
                    if (tokens < 0) throw new InvalidOperationException("The bucket ran dry.");
                }
        });
    }

    private static Workload ResourceGet()
    {
        var store = new MemoryStore();
        store.Put("value", "kept");
        var resources = new Resources().Insert("store", store);
        return Repeat("resource_get", () =>
        {
            for (var i = 0; i < Calls; i++)
                if (resources.Get<MemoryStore>("store").Get<string>("value").Length != 4)
                    throw new InvalidOperationException("The store lost a value.");
        });
    }

    private static Workload FloorResourceGet()
    {
        var store = new ConcurrentDictionary<string, object> { ["value"] = "kept" };
        var resources = new Dictionary<string, object> { ["store"] = store };
        return Repeat("floor_resource_get", () =>
        {
            for (var i = 0; i < Calls; i++)
                if (((string)((ConcurrentDictionary<string, object>)resources["store"])["value"]).Length != 4)
                    throw new InvalidOperationException("The store lost a value.");
        });
    }

    private static Workload Repeat(string name, Action calls) =>
        new(
            name,
            "call",
            Calls,
            () =>
            {
                calls();
                return Task.CompletedTask;
            }
        );
}
