using Cano.Runtime.Time;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Cano.Hosting.Lifetime;

/// <summary>What the host says of a start and a stop.</summary>
internal sealed class HostSettings(
    IOptions<CanoHostOptions> options,
    IOptions<HostOptions> host,
    IServiceProvider services,
    ILogger<CanoEngine> logger
)
{
    public CanoHostOptions Options => options.Value;

    public TimeSpan ShutdownTimeout => host.Value.ShutdownTimeout;

    /// <summary>As the engine has it; one that throws keeps no stop up.</summary>
    public TimeProvider Time =>
        field ??= GuardedClock.Around(
            Options.Engine?.TimeProvider ?? services.GetService<TimeProvider>() ?? TimeProvider.System,
            logger
        );

    public ILogger Logger => logger;
}
