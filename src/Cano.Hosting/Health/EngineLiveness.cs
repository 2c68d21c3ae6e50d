using Cano.Hosting.Engines;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cano.Hosting.Health;

/// <summary>Whether there is an engine. What else is wrong a restart does not mend, and tells nothing
/// here.</summary>
internal sealed class EngineLiveness(EngineSource source) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    ) =>
        Task.FromResult(
            source.Phase is EnginePhase.Open or EnginePhase.Running
                ? HealthCheckResult.Healthy()
                : HealthCheckResult.Unhealthy(Words.Of(source.Phase))
        );
}
