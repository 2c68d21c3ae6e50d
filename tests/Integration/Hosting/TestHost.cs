using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Cano.Integration.Hosting;

/// <summary>A generic host with nothing but what a test gives it; its container refuses scoped services where
/// no scope is.</summary>
internal sealed class TestHost : IAsyncDisposable
{
    private readonly IHost _host;
    private Task? _stopped;

    /// <param name="build">Adds services.</param>
    /// <param name="settings">The configuration.</param>
    /// <param name="time">The container's clock; the system's unless given.</param>
    public TestHost(
        Action<IServiceCollection> build,
        IReadOnlyDictionary<string, string?>? settings = null,
        TimeProvider? time = null
    )
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
        builder.ConfigureContainer(
            new DefaultServiceProviderFactory(
                new ServiceProviderOptions { ValidateScopes = true, ValidateOnBuild = true }
            )
        );
        builder.Services.AddSingleton<ILoggerFactory>(new OneLogger(Logger));
        if (time is not null)
            builder.Services.AddSingleton(time);
        build(builder.Services);
        _host = builder.Build();
    }

    public KeepingLogger Logger { get; } = new();

    public IServiceProvider Services => _host.Services;

    public CanoEngine Engine => Services.GetRequiredService<CanoEngine>();

    public Workflow<Stage> Workflow => Services.GetRequiredService<Workflow<Stage>>();

    public async Task<TestHost> StartedAsync()
    {
        await _host.StartAsync().Soon();
        return this;
    }

    /// <summary>Stops it, once.</summary>
    public Task StopAsync() => _stopped ??= _host.StopAsync().Soon();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
    }
}
