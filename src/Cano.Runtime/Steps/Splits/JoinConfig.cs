using Cano.Kernel;

namespace Cano;

/// <summary>Makes join configurations with the state type inferred.</summary>
public static class JoinConfig
{
    /// <summary>Goes on to `next` when the strategy is met.</summary>
    public static JoinConfig<TState> Create<TState>(JoinStrategy strategy, TState next)
        where TState : notnull
    {
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentNullException.ThrowIfNull(next);
        return new(strategy, next);
    }
}

/// <summary>When a split goes on, where to, and how its branches run.</summary>
/// <param name="Strategy">When the join is met.</param>
/// <param name="Next">The state that follows.</param>
public sealed record JoinConfig<TState>(JoinStrategy Strategy, TState Next)
    where TState : notnull
{
    /// <summary>The longest the branches may take together, queueing under the bulkhead included; no limit
    /// when null, which is the default.</summary>
    public TimeSpan? Timeout { get; private init; }

    /// <summary>How many branches run at once; all when null, which is the default.</summary>
    public int? Bulkhead { get; private init; }

    /// <summary>Whether the result is put into the store under `split_results`; not unless asked
    /// for.</summary>
    public bool StoresPartialResults { get; private init; }

    /// <summary>Whether every branch ends before the join is judged; not unless asked for.</summary>
    public bool WaitsForAll { get; private init; }

    /// <summary>Judges the join after this span, above zero, by the branches that have ended; what still runs
    /// is cancelled.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The span is not above zero.</exception>
    public JoinConfig<TState> WithTimeout(TimeSpan span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(span, TimeSpan.Zero);
        return this with { Timeout = span };
    }

    /// <summary>Runs at most n branches at once, at least 1; a branch keeps its place across its
    /// retries.</summary>
    /// <exception cref="ArgumentOutOfRangeException">n is below 1.</exception>
    public JoinConfig<TState> WithBulkhead(int n)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return this with { Bulkhead = n };
    }

    /// <summary>Puts the <see cref="SplitResult"/> into the <see cref="MemoryStore"/> under
    /// `split_results`.</summary>
    public JoinConfig<TState> WithStorePartialResults() => this with { StoresPartialResults = true };

    /// <summary>Lets every branch end by itself before the join is judged.</summary>
    public JoinConfig<TState> WaitForAll() => this with { WaitsForAll = true };

    /// <summary>The strategy, what follows, and what else was asked for: "Quorum(2) to Pick, timeout 5
    /// s".</summary>
    public override string ToString()
    {
        var text = $"{Strategy} to {Next}";
        if (Timeout is { } timeout)
            text += $", timeout {Words.Span(timeout)}";
        if (Bulkhead is { } bulkhead)
            text += $", bulkhead {bulkhead}";
        if (StoresPartialResults)
            text += ", stores partial results";
        if (WaitsForAll)
            text += ", waits for all";
        return text;
    }
}
