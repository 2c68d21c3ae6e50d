using Cano.Testing;

namespace Cano.Reliability.Starts;

/// <summary>Counts what is asked of a store that answers from threads of its own.</summary>
internal sealed class CountedCalls(ICheckpointStore inner) : DelegatingCheckpointStore(inner)
{
    private int _open;

    public bool IsAtRest => Volatile.Read(ref _open) == 0;

    public override async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    ) => await CountAsync(AppendedAsync(runId, row, fence, cancellationToken)).ConfigureAwait(false);

    public override ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    ) => CountAsync(base.BeginAsync(runId, first, cancellationToken));

    public override ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    ) => CountAsync(base.LoadRunAsync(runId, cancellationToken));

    public override async ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default) =>
        await CountAsync(ClearedAsync(runId, cancellationToken)).ConfigureAwait(false);

    public override ValueTask<long> ClaimAsync(
        string runId,
        string owner,
        CancellationToken cancellationToken = default
    ) => CountAsync(base.ClaimAsync(runId, owner, cancellationToken));

    public override ValueTask<bool> AcceptAsync(
        string runId,
        InboxItem item,
        CancellationToken cancellationToken = default
    ) => CountAsync(base.AcceptAsync(runId, item, cancellationToken));

    private async ValueTask<bool> AppendedAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancel
    )
    {
        await base.AppendAsync(runId, row, fence, cancel).ConfigureAwait(false);
        return true;
    }

    private async ValueTask<bool> ClearedAsync(string runId, CancellationToken cancel)
    {
        await base.ClearAsync(runId, cancel).ConfigureAwait(false);
        return true;
    }

    private async ValueTask<T> CountAsync<T>(ValueTask<T> call)
    {
        if (call.IsCompleted)
            return await call.ConfigureAwait(false);
        Interlocked.Increment(ref _open);
        try
        {
            return await call.ConfigureAwait(false);
        }
        finally
        {
            // Who asked goes on in the pool, where it is seen.
            await Task.Yield();
            Interlocked.Decrement(ref _open);
        }
    }
}
