namespace Cano.Runtime.Checkpoints;

/// <summary>Instants as ticks of UTC, a third of the size; 0 where there is none.</summary>
internal static class UtcTicks
{
    public static long Of(DateTimeOffset? instant) => instant?.UtcTicks ?? 0;

    public static DateTimeOffset? Instant(long ticks) =>
        ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
}
