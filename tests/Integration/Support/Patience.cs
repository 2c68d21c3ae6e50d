namespace Cano.Integration;

/// <summary>How long a test waits for what other threads do.</summary>
internal static class Patience
{
    /// <summary>A test that would hang fails instead.</summary>
    public static Task Soon(this Task task) => task.WaitAsync(TimeSpan.FromSeconds(30));

    /// <inheritdoc cref="Soon(Task)"/>
    public static Task<T> Soon<T>(this Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(30));
}
