namespace Cano.Benchmarks.Cluster;

/// <summary>Waits by the system's clock.</summary>
internal static class Pause
{
    public static Task ForAsync(int milliseconds) =>
        Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);

    public static Task UntilAsync(DateTimeOffset instant) =>
        ForAsync((int)Math.Max(0, (instant - TimeProvider.System.GetUtcNow()).TotalMilliseconds));
}
