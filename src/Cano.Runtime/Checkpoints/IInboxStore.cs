namespace Cano;

/// <summary>Keeps what is sent to runs until they take it. A run's rows have one writer, so whatever comes
/// from elsewhere is first durable here.</summary>
/// <remarks>An appended row takes entries by what it says, with no further call: see
/// <see cref="InboxTaking"/>. Entries are no runs: no list or count holds them. They are forgotten with their
/// run.</remarks>
public interface IInboxStore
{
    /// <summary>Makes an entry durable; when this returns it survives a crash.</summary>
    /// <param name="runId">The run it is for.</param>
    /// <param name="item">The entry; its number and its instant are given by the store.</param>
    /// <param name="cancellationToken">Gives up waiting; the entry may have been accepted.</param>
    /// <returns>False when there is nothing to keep: its id is one of the newest 10,000 that the run has
    /// seen, or it is a cancel, and one waits already or the run has failed. What says so is durable
    /// then.</returns>
    /// <exception cref="CanoException">`run_not_found`: there is no run of that id. `run_ended`: it has come
    /// to an end, and not by failing with nothing undone. `checkpoint_store`: the run is damaged, or an I/O
    /// failure.</exception>
    ValueTask<bool> AcceptAsync(string runId, InboxItem item, CancellationToken cancellationToken = default);

    /// <summary>What the run has not taken, oldest first; empty for an unknown run.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the run or an entry is damaged.</exception>
    ValueTask<IReadOnlyList<InboxItem>> ReadInboxAsync(
        string runId,
        CancellationToken cancellationToken = default
    );

    /// <summary>The oldest entry of its kind that the run has not taken; null when there is none. A run asks
    /// it for each signal that it takes, so that a store should read no more than it must: unless it does
    /// better, everything is read.</summary>
    /// <param name="runId">The run; an unknown one has none.</param>
    /// <param name="kind">The entry's.</param>
    /// <param name="names">One of them is the entry's name; null: it may be any.</param>
    /// <param name="before">It was accepted before this instant, and not at it; null: at any.</param>
    /// <param name="cancellationToken">Gives up reading.</param>
    /// <exception cref="CanoException">`checkpoint_store`: the run or an entry is damaged.</exception>
    async ValueTask<InboxItem?> FindOldestAsync(
        string runId,
        InboxKind kind,
        IReadOnlyCollection<string>? names = null,
        DateTimeOffset? before = null,
        CancellationToken cancellationToken = default
    ) =>
        (await ReadInboxAsync(runId, cancellationToken).ConfigureAwait(false)).FirstOrDefault(item =>
            InboxTaking.IsWanted(item, kind, names, before)
        );

    /// <summary>How many signals the run was sent that it has not taken: those that lie in its inbox, and
    /// those that its end took. A store that keeps no count says 0.</summary>
    /// <param name="runId">The run; an unknown one was sent none.</param>
    /// <param name="cancellationToken">Gives up asking.</param>
    ValueTask<int> CountLeftAsync(string runId, CancellationToken cancellationToken = default) => new(0);

    /// <summary>Rings whenever an entry was accepted for the run in this process, until the watch is given
    /// up; perhaps once more just then. Whoever reads after the ring finds the entry.</summary>
    /// <param name="runId">The run; it need not be there yet.</param>
    /// <param name="ring">Short, and throws nothing.</param>
    IDisposable WatchInbox(string runId, Action ring);

    /// <summary>As <see cref="WatchInbox"/>, for all runs.</summary>
    /// <param name="ring">Is given the run's id. Short, and throws nothing.</param>
    IDisposable WatchInboxes(Action<string> ring);
}
