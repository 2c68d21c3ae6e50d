using Cano.Postgres.Connections;
using Cano.Runtime.Scope;

namespace Cano.Postgres.Commits;

/// <summary>The one that writes rows: what waits while it commits goes with its next commit.</summary>
/// <param name="database">The database.</param>
internal sealed class Committer(Database database) : IAsyncDisposable
{
    // A statement holds the rows of strangers: none waits for very many bytes of others.
    private const int BytesMax = 4 << 20;
    private const int RowsMax = 1024;

    private readonly Lock _gate = new();
    private readonly RowSender _sender = new(database);
    private readonly LinkedList<NewRow> _waiting = new();
    private TaskCompletionSource? _idle;
    private bool _isBusy;
    private bool _isClosed;

    /// <summary>Makes a row durable, and gives its run's fence.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: it was refused, or the database does not
    /// answer.</exception>
    public ValueTask<long> CommitAsync(NewRow row, CancellationToken cancel)
    {
        lock (_gate)
        {
            if (_isClosed)
                throw new ObjectDisposedException("PostgresCheckpointStore");
            _waiting.AddLast(row);
            if (!_isBusy)
            {
                _isBusy = true;
                Detached.Run(WorkAsync);
            }
        }

        return row.DoneAsync(cancel);
    }

    /// <summary>Waits for what is under way.</summary>
    public async ValueTask DisposeAsync()
    {
        Task idle;
        lock (_gate)
        {
            _isClosed = true;
            if (_isBusy)
                _idle ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            idle = _idle?.Task ?? Task.CompletedTask;
        }

        await idle.ConfigureAwait(false);
        await _sender.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WorkAsync()
    {
        while (true)
        {
            List<NewRow> rows;
            lock (_gate)
            {
                rows = Take();
                if (rows.Count == 0)
                {
                    _isBusy = false;
                    _idle?.TrySetResult();
                    return;
                }
            }

            var again = await _sender.SendAsync(rows).ConfigureAwait(false);
            lock (_gate)
                for (var i = again.Count - 1; i >= 0; i--)
                    _waiting.AddFirst(again[i]);
        }
    }

    /// <summary>The rows of the next commit, in the order of their runs: at most one of a run.</summary>
    private List<NewRow> Take()
    {
        var (rows, runs, bytes) = (new List<NewRow>(), new HashSet<string>(), 0);
        for (var node = _waiting.First; node is not null && rows.Count < RowsMax; )
        {
            var (row, next) = (node.Value, node.Next);
            if (row.IsGivenUp)
                _waiting.Remove(node);
            else if (runs.Add(row.RunId))
            {
                if (rows.Count > 0 && bytes + row.Body.Length > BytesMax)
                    break;
                bytes += row.Body.Length;
                rows.Add(row);
                _waiting.Remove(node);
            }

            node = next;
        }

        rows.Sort(static (one, other) => string.CompareOrdinal(one.RunId, other.RunId));
        return rows;
    }
}
