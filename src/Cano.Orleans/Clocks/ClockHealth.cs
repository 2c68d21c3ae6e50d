using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cano.Orleans.Clocks;

/// <summary>Whether the clock of this machine is still right.</summary>
internal sealed class ClockHealth(ClockCheck clock) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        try
        {
            return await clock.ProblemAsync(cancellationToken).ConfigureAwait(false) is { } problem
                ? HealthCheckResult.Unhealthy(problem)
                : HealthCheckResult.Healthy();
        }
        catch (CanoException failure)
        {
            return new(context.Registration.FailureStatus, failure.Error.Message, failure);
        }
    }
}
