using Cano.Runtime.Checkpoints;
using Cano.Testing;

namespace Cano.Reliability.Signals;

/// <summary>The store of one process, which enters what it is asked and says, and dies on command or at a
/// write to come.</summary>
/// <param name="inner">Outlives the process.</param>
/// <param name="ear">Hears of what is asked and said.</param>
/// <param name="beginsAtOnce">Whether a run and its first signal are one write.</param>
internal sealed class ToldStore(ICheckpointStore inner, IHearsStore ear, bool beginsAtOnce)
    : DelegatingCheckpointStore(inner),
        IBeginsSignalled
{
    private int _writesLeft = int.MaxValue;
    private bool _dropsLast;
    private volatile bool _isDead;
    private int _open;

    public bool CanBeginSignalled => beginsAtOnce && Inner is IBeginsSignalled;

    public bool IsDead => _isDead;

    /// <summary>Nothing that was asked of the store beneath is under way.</summary>
    public bool IsAtRest => Volatile.Read(ref _open) == 0;

    public void Die() => _isDead = true;

    /// <summary>It dies at a write to come, before it or after it.</summary>
    public void DieAt(int write, bool dropsLast) => (_writesLeft, _dropsLast) = (write, dropsLast);

    public override async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    ) =>
        await WriteAsync(async () =>
            {
                ear.Try(runId, row);
                await base.AppendAsync(runId, row, fence, cancellationToken).ConfigureAwait(false);
                ear.Acknowledge(runId, row);
                return true;
            })
            .ConfigureAwait(false);

    public override ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    ) => BeginAsync(runId, first, () => base.BeginAsync(runId, first, cancellationToken));

    public ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        InboxItem signal,
        NodeLease? lease
    ) => BeginAsync(runId, first, () => ((IBeginsSignalled)Inner).BeginAsync(runId, first, signal, lease));

    public override ValueTask<bool> AcceptAsync(
        string runId,
        InboxItem item,
        CancellationToken cancellationToken = default
    ) => WriteAsync(() => base.AcceptAsync(runId, item, cancellationToken));

    public override async ValueTask<IReadOnlyList<InboxItem>> ReadInboxAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        ThrowIfDead();
        var items = await base.ReadInboxAsync(runId, cancellationToken).ConfigureAwait(false);
        ear.Read(runId, items);
        return items;
    }

    public override async ValueTask<InboxItem?> FindOldestAsync(
        string runId,
        InboxKind kind,
        IReadOnlyCollection<string>? names = null,
        DateTimeOffset? before = null,
        CancellationToken cancellationToken = default
    )
    {
        ThrowIfDead();
        var item = await base.FindOldestAsync(runId, kind, names, before, cancellationToken)
            .ConfigureAwait(false);
        // All that lies there is told, so that what was found can be held against it.
        ear.Read(runId, await base.ReadInboxAsync(runId, cancellationToken).ConfigureAwait(false));
        return item;
    }

    public override ValueTask<long> ClaimAsync(
        string runId,
        string owner,
        CancellationToken cancellationToken = default
    ) => WriteAsync(() => base.ClaimAsync(runId, owner, cancellationToken));

    public override ValueTask ReleaseAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        ThrowIfDead();
        return base.ReleaseAsync(runId, fence, cancellationToken);
    }

    public override ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        ThrowIfDead();
        return base.LoadRunAsync(runId, cancellationToken);
    }

    public override async ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default) =>
        await WriteAsync(async () =>
            {
                ear.TryClear(runId);
                await base.ClearAsync(runId, cancellationToken).ConfigureAwait(false);
                ear.Clear(runId);
                return true;
            })
            .ConfigureAwait(false);

    /// <summary>What is beneath outlives it.</summary>
    public override ValueTask DisposeAsync() => default;

    private ValueTask<long> BeginAsync(string runId, CheckpointRow first, Func<ValueTask<long>> begin) =>
        WriteAsync(async () =>
        {
            // One that is there already is refused, and tries nothing.
            var isTried = !ear.IsThere(runId);
            if (isTried)
                ear.Try(runId, first);
            var fence = await begin().ConfigureAwait(false);
            ear.Acknowledge(runId, first);
            return fence;
        });

    private async ValueTask<T> WriteAsync<T>(Func<ValueTask<T>> write)
    {
        ThrowIfDead();
        var dies = Interlocked.Decrement(ref _writesLeft) == 0;
        if (dies && _dropsLast)
            Die();
        ThrowIfDead();
        Interlocked.Increment(ref _open);
        T told;
        try
        {
            told = await write().ConfigureAwait(false);
        }
        finally
        {
            if (dies)
                Die();
            // Who asked goes on in the pool, where it is seen.
            await Task.Yield();
            Interlocked.Decrement(ref _open);
        }

        ThrowIfDead();
        return told;
    }

    private void ThrowIfDead()
    {
        if (_isDead)
            throw new IOException("The process has died.");
    }
}
