using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Cano.Benchmarks.Peers.Systems;

/// <summary>A pipeline of one strategy, built once and called as its pages show it: what fails
/// throws.</summary>
[Peer("Polly", typeof(ResiliencePipeline))]
public class PollyBenchmarks
{
    internal const int Runs = 10_000;
    internal const int Attempts = 3;
    private const int Calls = 10_000;

    private readonly ResiliencePipeline _retry = Retrying();
    private readonly ResiliencePipeline _breaker = new ResiliencePipelineBuilder()
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions())
        .Build();

    // Never refuses, as Cano's.
    private readonly ResiliencePipeline _limiter = new ResiliencePipelineBuilder()
        .AddRateLimiter(RateLimitingBenchmarks.Plenty())
        .Build();

    [Unit("attempt")]
    [Benchmark(Description = "retry3_10k", OperationsPerInvoke = Runs * Attempts)]
    public Task Retry()
    {
        return AtOnceAsync(async () =>
            await _retry.ExecuteAsync(
                static (attempts, _) =>
                    ++attempts.Value < Attempts
                        ? ValueTask.FromException<int>(new InvalidOperationException("busy"))
                        : new ValueTask<int>(1),
                new StrongBox<int>()
            )
        );
    }

    [Unit("call")]
    [Benchmark(Description = "breaker", OperationsPerInvoke = Calls)]
    public void Breaker()
    {
        for (var i = 0; i < Calls; i++)
            _breaker.Execute(static () => { });
    }

    [Unit("call")]
    [Benchmark(Description = "limiter", OperationsPerInvoke = Calls)]
    public void Limiter()
    {
        for (var i = 0; i < Calls; i++)
            _limiter.Execute(static () => { });
    }

    internal static ResiliencePipeline Retrying() =>
        new ResiliencePipelineBuilder()
            .AddRetry(
                new RetryStrategyOptions
                {
                    ShouldHandle = new PredicateBuilder().Handle<InvalidOperationException>(),
                    MaxRetryAttempts = Attempts - 1,
                    Delay = TimeSpan.Zero,
                }
            )
            .Build();

    internal static Task AtOnceAsync(Func<Task<int>> run)
    {
        var runs = new Task<int>[Runs];
        for (var i = 0; i < Runs; i++)
            runs[i] = Task.Run(run);
        return Task.WhenAll(runs);
    }
}
