using System.Net;
using System.Net.Sockets;
using Cano.Cluster.Stores;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Cano.Cluster.Silos;

/// <summary>A silo as a process has it: a store of its own, and what a test opens on that.</summary>
internal sealed class SiloHost : IAsyncDisposable
{
    private static readonly TimeSpan s_never = TimeSpan.FromHours(1);

    private readonly IHost _host;

    private SiloHost(IHost host, PostgresCheckpointStore store) => (_host, Store) = (host, store);

    public PostgresCheckpointStore Store { get; }

    public IServiceProvider Services => _host.Services;

    /// <summary>Starts one in the cluster of a schema.</summary>
    /// <param name="schema">Where the store is.</param>
    /// <param name="poll">How often it looks for what others have sent; never, unless given.</param>
    /// <param name="time">The clock of its machine.</param>
    public static async Task<SiloHost> StartAsync(
        PostgresSchema schema,
        TimeSpan? poll = null,
        TimeProvider? time = null
    )
    {
        var store = await schema.OpenAsync(new() { SignalPoll = poll ?? s_never });
        try
        {
            var builder = Host.CreateApplicationBuilder();
            builder.Logging.ClearProviders();
            if (time is not null)
                builder.Services.AddSingleton(time);
            builder.UseOrleans(silo =>
                silo.Configure<ClusterOptions>(cluster => cluster.ClusterId = schema.Name)
                    .Configure<EndpointOptions>(SetEndpoints)
                    .UseCano(store)
            );
            var host = builder.Build();
            await host.StartAsync();
            return new(host, store);
        }
        catch (Exception)
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>The silo leaves; the store stays open.</summary>
    public Task StopAsync() => _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        await Store.DisposeAsync();
    }

    /// <summary>Ports that nobody has.</summary>
    public static void SetEndpoints(EndpointOptions endpoints)
    {
        endpoints.AdvertisedIPAddress = IPAddress.Loopback;
        endpoints.SiloPort = FreePort();
        endpoints.GatewayPort = FreePort();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
