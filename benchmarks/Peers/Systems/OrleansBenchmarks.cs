using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cano.Benchmarks.Peers.Systems;

/// <summary>A silo in this process: a state is a call of a grain, a branch a call of one of its
/// own.</summary>
[Peer("Orleans", typeof(IGrainFactory))]
public class OrleansBenchmarks
{
    private const int States = 10;
    private const int Runs = 10_000;

    private IHost? _host;
    private IStepGrain[] _grains = [];

    [GlobalSetup]
    public async Task Open()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo.UseLocalhostClustering());
        _host = builder.Build();
        await _host.StartAsync();
        var grains = _host.Services.GetRequiredService<IGrainFactory>();
        _grains = [.. Enumerable.Range(0, Runs).Select(it => grains.GetGrain<IStepGrain>(it))];
        await Task.WhenAll(_grains.Select(it => it.StepAsync(0)));
    }

    [GlobalCleanup]
    public async Task Close()
    {
        await _host!.StopAsync();
        _host.Dispose();
    }

    [Unit("transition")]
    [Benchmark(Description = "linear10", OperationsPerInvoke = States)]
    public Task Linear10() => WalkAsync(_grains[0]);

    [Unit("split")]
    [Benchmark(Description = "split10")]
    public Task Split10() => Task.WhenAll(_grains.Take(10).Select(it => it.StepAsync(0)));

    [Unit("split")]
    [Benchmark(Description = "split100")]
    public Task Split100() => Task.WhenAll(_grains.Take(100).Select(it => it.StepAsync(0)));

    // A run is one call here, and ten states in Cano's: a grain that called itself ten times would pay for
    // what nobody writes.
    [Unit("run")]
    [Benchmark(Description = "concurrent10k", OperationsPerInvoke = Runs)]
    public Task Concurrent() => Task.WhenAll(_grains.Select(it => it.StepAsync(0)));

    private static async Task WalkAsync(IStepGrain grain)
    {
        var state = 0;
        while (state != States)
            state = await grain.StepAsync(state);
    }
}

public interface IStepGrain : IGrainWithIntegerKey
{
    Task<int> StepAsync(int state);
}

public sealed class StepGrain : Grain, IStepGrain
{
    public Task<int> StepAsync(int state) => Task.FromResult(state + 1);
}
