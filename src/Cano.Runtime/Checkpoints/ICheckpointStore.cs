namespace Cano;

/// <summary>Remembers the rows of runs. One writer a run: sequence and fence keep every other one out.</summary>
/// <remarks>A store may throw anything; what it throws reaches the caller as category `checkpoint_store`.</remarks>
public interface ICheckpointStore : IAsyncDisposable
{
    /// <summary>Makes a row durable; when this returns it survives a crash.</summary>
    /// <remarks>Takes exactly the run's last sequence + 1 (0 for an unknown run) under a fence that is not older
    /// than the newest claimed one. A fresh run appends row 0 with fence 1 and claims nothing.</remarks>
    /// <exception cref="CanoException">`checkpoint_store`: a conflict (duplicate, gap, older fence), or an I/O failure.</exception>
    ValueTask AppendAsync(string workflowId, CheckpointRow row, long fence, CancellationToken cancellationToken = default);

    /// <summary>The run's rows in ascending order; empty for an unknown run.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: a row is damaged; the message names run and sequence.</exception>
    ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(string workflowId, CancellationToken cancellationToken = default);

    /// <summary>Forgets a run. Other runs are not touched; an unknown run is no error.</summary>
    ValueTask ClearAsync(string workflowId, CancellationToken cancellationToken = default);

    /// <summary>What is known of each run, damaged ones included.</summary>
    IAsyncEnumerable<RunSummary> ListRunsAsync(RunFilter filter, CancellationToken cancellationToken = default);

    /// <summary>Takes a run over: durably gives a fence higher than any before, and so shuts out every older writer.</summary>
    /// <param name="workflowId">The run.</param>
    /// <param name="owner">Who takes it, for people: a host and process, say.</param>
    /// <param name="cancellationToken">Gives up waiting; the claim may have happened.</param>
    ValueTask<long> ClaimAsync(string workflowId, string owner, CancellationToken cancellationToken = default);

    /// <summary>The claimed run came to an orderly stop, or sleeps: its tries so far count no more. Ignored under an
    /// outdated fence. A store that does not count tries need not do anything.</summary>
    ValueTask ReleaseAsync(string workflowId, long fence, CancellationToken cancellationToken = default) => default;
}
