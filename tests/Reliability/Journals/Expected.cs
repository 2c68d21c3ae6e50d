namespace Cano.Reliability.Journals;

/// <summary>What each run may be, the least first. A run that is not named is unknown.</summary>
internal sealed record Expected(IReadOnlyDictionary<string, IReadOnlyList<RunState>> Runs)
{
    /// <summary>Only the states in which a run has the rows that were recovered. They may differ in the
    /// fence.</summary>
    public Expected Narrowed(Recovered recovered) =>
        new(
            Runs.ToDictionary(
                run => run.Key,
                run => (IReadOnlyList<RunState>)[.. run.Value.Where(state => recovered.Is(run.Key, state))]
            )
        );

    public IReadOnlyList<RunState> Of(string run) => Runs.GetValueOrDefault(run, [RunState.Unknown]);
}
