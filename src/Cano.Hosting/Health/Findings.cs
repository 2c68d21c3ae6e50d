using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Cano.Hosting.Health;

/// <summary>What a check has found; the worst of it counts, and all of it is told.</summary>
internal sealed class Findings
{
    private readonly List<string> _texts = [];
    private HealthStatus _worst = HealthStatus.Healthy;

    /// <summary>For who reads more than a text.</summary>
    public Dictionary<string, object> Data { get; } = [];

    public HealthCheckResult Result =>
        new(_worst, _texts.Count == 0 ? null : string.Join("; ", _texts), data: Data);

    public Findings Add(HealthStatus status, string text)
    {
        // A worse status is a smaller number.
        if (status < _worst)
            _worst = status;
        _texts.Add(text);
        return this;
    }

    /// <summary>Adds how many runs somebody must look at.</summary>
    public void Count(HealthStatus status, string what, long count)
    {
        Data[what] = count;
        Add(status, $"{what}: {count} runs");
    }

    public void Add(IReadOnlyDictionary<string, ResourceHealth> resources)
    {
        foreach (var (key, health) in resources)
        {
            Data[key] = health.ToString();
            if (health.Level != HealthLevel.Healthy)
                Add(StatusOf(health.Level), $"resource '{key}' is {health}");
        }
    }

    private static HealthStatus StatusOf(HealthLevel level) =>
        level == HealthLevel.Unhealthy ? HealthStatus.Unhealthy : HealthStatus.Degraded;
}
