using Cano.Testing;

namespace Cano.Reliability.Golden;

/// <summary>The clocks of golden journals, so that they are the same on every day.</summary>
internal static class GoldenClock
{
    /// <summary>A journal is written in January 2026: nothing sleeps.</summary>
    public static VirtualTime Writing() => new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    /// <summary>It is read ten years later: all that it waits for is over.</summary>
    public static VirtualTime Reading() => new(new DateTimeOffset(2036, 1, 2, 3, 4, 5, TimeSpan.Zero));

    /// <summary>Once more, when all is over that was begun when it was read.</summary>
    public static VirtualTime ReadingAgain() => new(new DateTimeOffset(2046, 1, 2, 3, 4, 5, TimeSpan.Zero));
}
