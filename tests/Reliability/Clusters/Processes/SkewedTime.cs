namespace Cano.Reliability.Clusters.Processes;

/// <summary>The clock of a machine that is wrong by a span; its timers run as others do.</summary>
internal sealed class SkewedTime(TimeSpan ahead) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
}
