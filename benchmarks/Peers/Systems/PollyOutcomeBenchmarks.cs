using System.Runtime.CompilerServices;
using BenchmarkDotNet.Attributes;
using Polly;

namespace Cano.Benchmarks.Peers.Systems;

/// <summary>The same retries where what fails is given back and not thrown, as Polly's pages tell those who
/// look for speed.</summary>
[Peer("Polly with outcomes", typeof(ResiliencePipeline))]
public class PollyOutcomeBenchmarks
{
    private readonly ResiliencePipeline _retry = PollyBenchmarks.Retrying();

    [Unit("attempt")]
    [Benchmark(
        Description = "retry3_10k",
        OperationsPerInvoke = PollyBenchmarks.Runs * PollyBenchmarks.Attempts
    )]
    public Task Retry() => PollyBenchmarks.AtOnceAsync(RunAsync);

    private async Task<int> RunAsync()
    {
        var context = ResilienceContextPool.Shared.Get();
        var outcome = await _retry.ExecuteOutcomeAsync(
            static (_, attempts) =>
                ++attempts.Value < PollyBenchmarks.Attempts
                    ? Outcome.FromExceptionAsValueTask<int>(new InvalidOperationException("busy"))
                    : Outcome.FromResultAsValueTask(1),
            context,
            new StrongBox<int>()
        );
        ResilienceContextPool.Shared.Return(context);
        return outcome.Result;
    }
}
