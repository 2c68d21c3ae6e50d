namespace Cano;

/// <summary>How well a resource is, from best to worst.</summary>
public enum HealthLevel
{
    /// <summary>All is well.</summary>
    Healthy,

    /// <summary>It works, but not as it should.</summary>
    Degraded,

    /// <summary>It does not work.</summary>
    Unhealthy,
}

/// <summary>A resource's health and, when it is not well, why.</summary>
public sealed record ResourceHealth
{
    private ResourceHealth(HealthLevel level, string? reason)
    {
        Level = level;
        Reason = reason;
    }

    /// <summary>How well it is.</summary>
    public HealthLevel Level { get; }

    /// <summary>Why it is not well; null when it is.</summary>
    public string? Reason { get; }

    /// <summary>All is well.</summary>
    public static ResourceHealth Healthy { get; } = new(HealthLevel.Healthy, null);

    /// <summary>It works, but not as it should.</summary>
    public static ResourceHealth Degraded(string reason) => new(HealthLevel.Degraded, reason);

    /// <summary>It does not work.</summary>
    public static ResourceHealth Unhealthy(string reason) => new(HealthLevel.Unhealthy, reason);

    /// <summary>The level, and why it is not well: "Degraded: slow".</summary>
    public override string ToString() => Reason is null ? $"{Level}" : $"{Level}: {Reason}";
}
