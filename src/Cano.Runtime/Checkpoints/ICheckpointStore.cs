namespace Cano;

/// <summary>Remembers the rows of runs. One writer a run: sequence and fence keep every other one
/// out.</summary>
/// <remarks>A store may throw anything; what it throws reaches the caller as category
/// `checkpoint_store`.</remarks>
public interface ICheckpointStore : IAsyncDisposable
{
    /// <summary>Where signals and cancel requests lie until runs take them; null: the store keeps no inbox,
    /// and they are refused. As it stands here the store itself, when it is one.</summary>
    IInboxStore? Inbox => this as IInboxStore;

    /// <summary>Finds and lists runs by itself; null: who asks filters and sorts all that is listed. As it
    /// stands here the store itself, when it does.</summary>
    IRunIndex? Index => this as IRunIndex;

    /// <summary>What lets several nodes share the store; null: it serves one. As it stands here the store
    /// itself, when it can.</summary>
    ISharedStore? Shared => this as ISharedStore;

    /// <summary>Takes rows that need not be durable at once; null: every row is. As it stands here the store
    /// itself, when it can.</summary>
    IDeferringStore? Deferring => this as IDeferringStore;

    /// <summary>Makes a row durable; when this returns it survives a crash.</summary>
    /// <remarks>Takes exactly the run's last sequence + 1 (0 for an unknown run) under a fence that is not
    /// older than the newest claimed one.</remarks>
    /// <exception cref="CanoException">`checkpoint_store`: a conflict (duplicate, gap, older fence), or an
    /// I/O failure.</exception>
    ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    );

    /// <summary>Makes row 0 of a fresh run durable, and gives the run its fence: one higher than any before,
    /// of whatever run, so that a late writer of a run that was forgotten is shut out of the next one of
    /// that id.</summary>
    /// <remarks>A run that another store had may begin with its newest snapshot instead, whatever the
    /// snapshot's sequence. As it stands here every fresh run has <see cref="AppendRule.FirstFence"/>, and
    /// none begins with a snapshot: enough for a store of one process.</remarks>
    /// <exception cref="CanoException">`checkpoint_store`: a conflict (a run of that id has begun or was
    /// claimed), or an I/O failure.</exception>
    async ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    )
    {
        await AppendAsync(runId, first, AppendRule.FirstFence, cancellationToken).ConfigureAwait(false);
        return AppendRule.FirstFence;
    }

    /// <summary>The run's rows in ascending order; empty for an unknown run.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: a row is damaged; the message names run and
    /// sequence.</exception>
    ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    );

    /// <summary>Forgets a run. Other runs are not touched; an unknown run is no error.</summary>
    ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default);

    /// <summary>What is known of each run, damaged ones included.</summary>
    IAsyncEnumerable<RunSummary> ListRunsAsync(
        RunFilter filter,
        CancellationToken cancellationToken = default
    );

    /// <summary>Takes a run over: durably gives a fence higher than any before, and so shuts out every older
    /// writer.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="owner">Who takes it, for people: a host and process, say.</param>
    /// <param name="cancellationToken">Gives up waiting; the claim may have happened.</param>
    /// <remarks>A claim is a try: a run claimed three times without getting further is listed as
    /// <see cref="RunStatus.Quarantined"/>. It can be claimed all the same.</remarks>
    ValueTask<long> ClaimAsync(string runId, string owner, CancellationToken cancellationToken = default);

    /// <summary>Says that a claimed run came to an orderly stop in this process, or sleeps: its tries
    /// count no more. A store that counts no tries need not do anything.</summary>
    /// <param name="runId">The run.</param>
    /// <param name="fence">The claim's fence; with an outdated one nothing happens.</param>
    /// <param name="cancellationToken">Gives up before it is said.</param>
    /// <remarks>What is lost of it in a crash is counted as a try: make it durable before it
    /// returns.</remarks>
    ValueTask ReleaseAsync(string runId, long fence, CancellationToken cancellationToken = default) =>
        default;
}
