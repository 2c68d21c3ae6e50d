using System.Globalization;
using Cano.Kernel;
using Cano.Runtime.Steps.Splits;

namespace Cano;

/// <summary>How the branches of a split for items run.</summary>
public sealed record SplitConfig
{
    /// <summary>The longest the branches may take together, above zero, queueing under the bulkhead included:
    /// the join is judged then by those that have ended. No limit when null, which is the default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The span is not above zero.</exception>
    public TimeSpan? Timeout
    {
        get;
        init
        {
            if (value is { } span)
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero, nameof(Timeout));
            field = value;
        }
    }

    /// <summary>How many branches run at once, at least 1; all when null, which is the default.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is below 1.</exception>
    public int? Bulkhead
    {
        get;
        init
        {
            if (value is { } count)
                ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(Bulkhead));
            field = value;
        }
    }

    /// <summary>Whether every branch ends before the join is judged; not unless asked for.</summary>
    public bool WaitForAll { get; init; }

    /// <summary>Whether the items are journaled when the branches begin, and each branch when it has ended:
    /// what it gave, with what it wrote into the run's durable data. A resume lists no items, and runs only
    /// the branches that had not ended. Each branch sees that data as it stood when they began, and its own
    /// writes; they become the run's when it ends, so that the later of two branches that write the same key
    /// wins, and lists grow by what each appended. Not unless asked for. Children need none of
    /// it.</summary>
    public bool Journaled { get; init; }

    /// <summary>How each branch is tried; as <see cref="TaskConfig.Default"/> when null.</summary>
    public TaskConfig? Branch { get; init; }

    /// <summary>What was asked for: "timeout 5 s, bulkhead 4, waits for all, journaled".</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        if (Timeout is { } timeout)
            parts.Add($"timeout {Words.Span(timeout)}");
        if (Bulkhead is { } bulkhead)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"bulkhead {bulkhead}"));
        if (WaitForAll)
            parts.Add("waits for all");
        if (Journaled)
            parts.Add("journaled");
        if (Branch is { } branch)
            parts.Add($"each branch {branch}");
        return parts.Count == 0 ? "no limits" : string.Join(", ", parts);
    }

    internal SplitRules Rules(JoinStrategy join) =>
        new(join, Timeout, Bulkhead, WaitForAll) { Journaled = Journaled };
}
