namespace Cano.Faster.Commits;

/// <summary>How long frames that nobody waits for wait for company: one span for all that come within
/// it.</summary>
internal sealed class FlushDelay : IDisposable
{
    /// <summary>What a crash may take of a calculation is as long. Long enough that a disk's flush is a
    /// part of it only.</summary>
    private static readonly TimeSpan s_span = TimeSpan.FromMilliseconds(10);

    private readonly ITimer timer;
    private int isAwaited;

    /// <param name="time">The clock.</param>
    /// <param name="isOver">Called when the span has passed; no lock is held.</param>
    public FlushDelay(TimeProvider time, Action isOver) =>
        timer = time.CreateTimer(
            _ =>
            {
                // Whatever comes from here on has a span of its own.
                Volatile.Write(ref isAwaited, 0);
                isOver();
            },
            null,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );

    /// <summary>A frame waits from now on.</summary>
    public void Begin()
    {
        if (Interlocked.Exchange(ref isAwaited, 1) == 0)
            timer.Change(s_span, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => timer.Dispose();
}
