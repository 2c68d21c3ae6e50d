using Cano.Cluster.Stores;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Cano.Cluster.Silos;

/// <summary>A process that is no silo, with a store of its own.</summary>
internal sealed class ClientHost : IAsyncDisposable
{
    private readonly IHost _host;

    private ClientHost(IHost host, PostgresCheckpointStore store) => (_host, Store) = (host, store);

    public PostgresCheckpointStore Store { get; }

    public static async Task<ClientHost> StartAsync(PostgresSchema schema)
    {
        var store = await schema.OpenAsync(new() { SignalPoll = TimeSpan.FromHours(1) });
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleansClient(client =>
            client.Configure<ClusterOptions>(cluster => cluster.ClusterId = schema.Name).UseCano(store)
        );
        var host = builder.Build();
        await host.StartAsync();
        return new(host, store);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await Store.DisposeAsync();
    }
}
