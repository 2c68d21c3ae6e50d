namespace Cano.Runtime.Steps.Splits;

/// <summary>When a split goes on, and how its branches run.</summary>
/// <param name="Strategy">When the join is met.</param>
/// <param name="Timeout">The longest the branches may take together; null for no limit.</param>
/// <param name="Bulkhead">How many run at once; all when null.</param>
/// <param name="WaitsForAll">Whether every branch ends before the join is judged.</param>
internal sealed record SplitRules(JoinStrategy Strategy, TimeSpan? Timeout, int? Bulkhead, bool WaitsForAll)
{
    /// <summary>Whether its items, and what each branch came to, are rows.</summary>
    public bool Journaled { get; init; }

    /// <param name="next">The name of the state that follows; null when what branches give chooses
    /// it.</param>
    /// <param name="names">The branches' names; null when they are listed while the workflow runs.</param>
    public SplitDefinition Define(string? next, string[]? names) =>
        new(Strategy, next, names, Timeout, Bulkhead, WaitsForAll, Journaled);
}
