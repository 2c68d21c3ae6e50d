using Cano.Hosting.Engines;
using Cano.Hosting.Lifetime;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cano.Hosting.Health;

/// <summary>Whether the engine can take work, and whether a person must look at it.</summary>
/// <param name="source">The engine.</param>
/// <param name="resources">Those of the host.</param>
/// <param name="backlogMax">How many runs may wait for a place; null for any number.</param>
internal sealed class EngineReadiness(EngineSource source, HostResources resources, int? backlogMax)
    : IHealthCheck
{
    private static readonly RunQuery s_looked = new()
    {
        Statuses = [.. RunQuery.NeedsAttention.Statuses!, RunStatus.Suspended],
    };

    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        var found = new Findings();
        if (source.Phase is not EnginePhase.Running)
            return found.Add(HealthStatus.Unhealthy, Words.Of(source.Phase)).Result;
        try
        {
            await LookAsync(source.Engine, found, cancellationToken).ConfigureAwait(false);
        }
        catch (CanoException failure)
        {
            found.Add(context.Registration.FailureStatus, failure.Error.Message);
        }
        catch (ObjectDisposedException)
        {
            found.Add(HealthStatus.Unhealthy, Words.Of(EnginePhase.Stopping));
        }

        return found.Result;
    }

    private async Task LookAsync(CanoEngine engine, Findings found, CancellationToken cancel)
    {
        if (engine.IsInMemory)
            found.Add(HealthStatus.Degraded, "no journal is given: runs live as long as the process");
        else
            await engine.ProbeAsync(cancel).ConfigureAwait(false);
        await AddRunsAsync(engine, found, cancel).ConfigureAwait(false);
        foreach (var flow in source.Schedules?.List() ?? [])
            if (flow.Status == FlowStatus.Tripped)
                found.Add(HealthStatus.Degraded, $"flow '{flow.Id}' has tripped: {flow.LastError?.Message}");
        found.Add(await engine.CheckResourcesAsync(cancel).ConfigureAwait(false));
        found.Add(await resources.All.CheckAllHealthAsync(cancel).ConfigureAwait(false));
    }

    private async Task AddRunsAsync(CanoEngine engine, Findings found, CancellationToken cancel)
    {
        var counts = new SortedDictionary<RunStatus, long>();
        var backlog = 0L;
        await foreach (var run in engine.ListAsync(s_looked, cancel).ConfigureAwait(false))
            if (run.Status != RunStatus.Suspended)
                counts[run.Status] = counts.GetValueOrDefault(run.Status) + 1;
            else if (run.Held is null)
                backlog++;
        foreach (var (status, count) in counts)
            found.Count(HealthStatus.Degraded, $"{status}", count);
        if (engine.HeldCount is > 0 and var held)
            found.Count(HealthStatus.Degraded, "Held", held);
        found.Data["backlog"] = backlog;
        if (backlog > backlogMax)
            found.Add(HealthStatus.Degraded, $"{backlog} runs wait for a place, more than {backlogMax}");
    }
}
