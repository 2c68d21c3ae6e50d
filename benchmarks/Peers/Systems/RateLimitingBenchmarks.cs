using System.Threading.RateLimiting;
using BenchmarkDotNet.Attributes;

namespace Cano.Benchmarks.Peers.Systems;

/// <summary>The token bucket of .NET itself, on which Polly's stands.</summary>
[Peer("System.Threading.RateLimiting", typeof(TokenBucketRateLimiter))]
public class RateLimitingBenchmarks
{
    private const int Calls = 10_000;

    private readonly TokenBucketRateLimiter _limiter = Plenty();

    // A timer fills this bucket; Cano's and the one by hand fill up with each call and read the clock.
    [Unit("call")]
    [Benchmark(Description = "limiter", OperationsPerInvoke = Calls)]
    public void Limiter()
    {
        for (var i = 0; i < Calls; i++)
            using (var lease = _limiter.AttemptAcquire())
                if (!lease.IsAcquired)
                    throw new InvalidOperationException("The bucket ran dry.");
    }

    internal static TokenBucketRateLimiter Plenty() =>
        new(
            new TokenBucketRateLimiterOptions
            {
                TokenLimit = int.MaxValue,
                TokensPerPeriod = int.MaxValue,
                ReplenishmentPeriod = TimeSpan.FromMilliseconds(1),
                QueueLimit = 0,
            }
        );
}
