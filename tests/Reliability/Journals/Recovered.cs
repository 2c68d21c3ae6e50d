namespace Cano.Reliability.Journals;

/// <summary>What a store says of a run.</summary>
/// <param name="Rows">Its rows; empty when it is damaged.</param>
/// <param name="Inbox">What its inbox has; empty when it is damaged.</param>
/// <param name="Damage">What is wrong with it, else null.</param>
internal sealed record RecoveredRun(
    IReadOnlyList<CheckpointRow> Rows,
    IReadOnlyList<InboxItem> Inbox,
    string? Damage
);

/// <summary>Everything that an open store says of its runs.</summary>
internal sealed record Recovered(IReadOnlyDictionary<string, RecoveredRun> Runs)
{
    public IEnumerable<string> Damaged =>
        Runs.Where(run => run.Value.Damage is not null).Select(run => run.Key);

    /// <summary>Reads all runs that the store lists, and sees that listing and loading agree.</summary>
    public static async Task<Recovered> ReadAsync(ICheckpointStore store)
    {
        var runs = new Dictionary<string, RecoveredRun>();
        await foreach (var run in store.ListRunsAsync(RunFilter.All))
        {
            var id = run.RunId;
            if (run.Damage is { } damage)
            {
                Broken.Unless(run.Status == RunStatus.Damaged, $"'{id}' has damage and status {run.Status}");
                var refusal = await Refusals.OfAsync(async () => await store.LoadRunAsync(id));
                Broken.Unless(
                    refusal == damage,
                    $"'{id}' is listed with '{damage}', loading it says '{refusal}'"
                );
                runs[id] = new([], [], damage);
                continue;
            }

            var rows = await store.LoadRunAsync(id);
            Broken.Unless(
                rows.Count > 0 && rows[^1].Sequence == run.LastSequence && rows[^1].State == run.State,
                $"'{id}' is listed up to sequence {run.LastSequence}, but has {rows.Count} rows"
            );
            runs[id] = new(rows, await store.Inbox!.ReadInboxAsync(id), Damage: null);
        }

        return new Recovered(runs);
    }

    /// <summary>Only the runs of which something is left.</summary>
    public Recovered WithoutUnknownRuns() =>
        new(
            Runs.Where(run => !Invariants.IsUnknownRun(run.Key))
                .ToDictionary(run => run.Key, run => run.Value)
        );

    /// <summary>Whether the store has exactly these rows and these entries of the run. Fences do not show
    /// before a claim.</summary>
    public bool Is(string run, RunState state) =>
        Runs.TryGetValue(run, out var found)
            ? found.Damage is null && state.HasRows(found.Rows) && state.HasInbox(found.Inbox)
            : state.Rows.IsEmpty;
}
