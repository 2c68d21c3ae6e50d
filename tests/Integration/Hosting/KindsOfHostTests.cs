using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cano.Integration.Hosting;

/// <summary>The same engine in a web application and in a worker under systemd; the plain host is that of all
/// other tests.</summary>
public sealed class KindsOfHostTests : IDisposable
{
    private readonly TempDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    [Trait("ID", "X21")]
    public async Task A_web_application_has_engine_and_workflow_in_its_endpoints_and_health_by_tag()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Configuration["Cano:Journal"] = _folder.Path;
        builder.Services.AddCano().AddWorkflow<Stage>("orders", OneState).AddHealthCheck();
        await using var app = builder.Build();
        app.MapPost(
            "/orders/{id}",
            async (string id, CanoEngine engine, Workflow<Stage> orders, CancellationToken aborted) =>
            {
                var run = await engine.StartAsync(orders, Stage.Start, id, aborted);
                return await run.Completion(aborted);
            }
        );
        app.MapGet(
            "/orders/{id}",
            async (string id, CanoEngine engine, [FromKeyedServices("orders")] Workflow<Stage> orders) =>
                $"{(await engine.Run(orders, id).DescribeAsync()).Status}"
        );
        foreach (var tag in new[] { CanoBuilder.LiveTag, CanoBuilder.ReadyTag })
            app.MapHealthChecks(
                $"/health/{tag}",
                new HealthCheckOptions { Predicate = check => check.Tags.Contains(tag) }
            );
        await app.StartAsync().Soon();
        var client = app.GetTestClient();
        var started = await client.PostAsync(new Uri("/orders/a", UriKind.Relative), null).Soon();
        Assert.Equal((int)Stage.End, await started.Content.ReadFromJsonAsync<int>());
        Assert.Equal("Completed", await client.GetStringAsync(new Uri("/orders/a", UriKind.Relative)).Soon());
        Assert.Equal(
            "Healthy",
            await client.GetStringAsync(new Uri("/health/live", UriKind.Relative)).Soon()
        );
        Assert.Equal(
            "Healthy",
            await client.GetStringAsync(new Uri("/health/ready", UriKind.Relative)).Soon()
        );
        await app.StopAsync().Soon();
    }

    [Fact]
    [Trait("ID", "X21")]
    public async Task A_worker_tells_systemd_that_it_is_ready_when_its_engine_is_open_and_that_it_stops()
    {
        var path = _folder.File("notify");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(path));
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddCano().UseFasterCheckpoints(_folder.File("journal"));
        // What AddSystemd adds where the service manager has started the process.
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", path);
        builder.Services.AddSingleton<
            Microsoft.Extensions.Hosting.Systemd.ISystemdNotifier,
            Microsoft.Extensions.Hosting.Systemd.SystemdNotifier
        >();
        builder.Services.AddSingleton<IHostLifetime, Microsoft.Extensions.Hosting.Systemd.SystemdLifetime>();
        builder.Services.AddSingleton<ILoggerFactory>(new OneLogger(new KeepingLogger()));
        using var host = builder.Build();
        _ = host.Services.GetRequiredService<IHostLifetime>();
        Environment.SetEnvironmentVariable("NOTIFY_SOCKET", null);
        await host.StartAsync().Soon();
        Assert.Equal("READY=1", await HeardAsync(socket));
        Assert.NotNull(host.Services.GetRequiredService<CanoEngine>());
        await host.StopAsync().Soon();
        Assert.Equal("STOPPING=1", await HeardAsync(socket));
    }

    private static async Task<string> HeardAsync(Socket socket)
    {
        var bytes = new byte[256];
        var count = await socket.ReceiveAsync(bytes, SocketFlags.None).Soon();
        return Encoding.UTF8.GetString(bytes, 0, count);
    }

    private static Workflow<Stage> OneState(Workflow<Stage> workflow) =>
        workflow.Register(Stage.Start, _ => Stage.End).AddExitState(Stage.End);
}
