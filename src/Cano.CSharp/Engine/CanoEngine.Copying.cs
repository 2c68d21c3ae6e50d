using Cano.Runtime.StoredRuns;

namespace Cano;

public sealed partial class CanoEngine
{
    /// <summary>Copies the journal into another store while the engine works: a backup. Each run is copied as
    /// of one of its rows, with what lay in its inbox then, and an engine that is opened on the copy goes on
    /// from there: what a run did since is done again, with the same effect keys.</summary>
    /// <param name="to">The other store. What it has of an earlier copy is brought up to date, as long as the
    /// rows are still there that follow.</param>
    /// <param name="options">What is copied; every run unless given.</param>
    /// <param name="cancellationToken">Ends the copying behind a run.</param>
    /// <remarks>As <see cref="JournalCopy.RunAsync"/>, of which this is the form for a journal in use. Runs
    /// that begin meanwhile may be in the copy or not; of a parent and its child each is copied at an instant
    /// of its own.</remarks>
    /// <exception cref="CanoException">`checkpoint_store`: a store cannot be read or written, or a copy is
    /// not what was copied.</exception>
    public Task<JournalCopyReport> CopyAsync(
        ICheckpointStore to,
        JournalCopyOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(to);
        ThrowIfDisposed();
        var from = _runs.Store.Now is NodeStore node ? node.Beneath : _runs.Store.Now;
        return JournalCopy.DoAsync(new CopiedRuns(from, to, isInUse: true), options, cancellationToken);
    }
}
