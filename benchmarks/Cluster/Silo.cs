using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Cano.Benchmarks.Cluster;

/// <summary>A silo on a store of its own, as a process would have it.</summary>
internal sealed class Silo(IHost host, PostgresCheckpointStore store) : IAsyncDisposable
{
    public PostgresCheckpointStore Store => store;

    public IGrainFactory Grains => host.Services.GetRequiredService<IGrainFactory>();

    public SiloAddress Address => host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    public static async Task<Silo> StartAsync(Server server, string schema)
    {
        var store = await server.OpenAsync(schema);
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo =>
            silo.Configure<EndpointOptions>(endpoints =>
                {
                    endpoints.AdvertisedIPAddress = IPAddress.Loopback;
                    endpoints.SiloPort = FreePort();
                    endpoints.GatewayPort = FreePort();
                })
                .UseCano(store)
        );
        var host = builder.Build();
        await host.StartAsync();
        return new(host, store);
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
        await store.DisposeAsync();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
