namespace Cano.Testing;

/// <summary>When a <see cref="CrashingCheckpointStore"/> dies.</summary>
public enum CrashPoint
{
    /// <summary>The row is lost, and the writer hears of a failure.</summary>
    BeforeAppend,

    /// <summary>The row is durable, and the writer hears of a failure all the same.</summary>
    AfterAppend,
}

/// <summary>A store that dies at its n-th append or on command, as if the process had been killed there; the
/// store beneath keeps what was durable by then, so that a test can resume on it.</summary>
public sealed class CrashingCheckpointStore(ICheckpointStore inner, int append, CrashPoint point)
    : DelegatingCheckpointStore(inner)
{
    private int _appends;
    private volatile string? _death;

    /// <summary>A store that lives until <see cref="Crash"/>.</summary>
    public CrashingCheckpointStore(ICheckpointStore inner)
        : this(inner, 0, CrashPoint.BeforeAppend) { }

    /// <summary>How many appends were tried.</summary>
    public int AppendCount => _appends;

    /// <summary>Whether the store has died.</summary>
    public bool HasCrashed => _death is not null;

    /// <summary>Dies now: whoever comes to it from here on hears of a failure.</summary>
    public void Crash() => _death ??= "The store died on command.";

    /// <summary>One that died and the one that follows it stand for two processes.</summary>
    private protected override object Identity => this;

    /// <inheritdoc/>
    public override async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        var dies = DiesHere();
        await base.AppendAsync(runId, row, fence, cancellationToken).ConfigureAwait(false);
        if (dies)
            Die();
    }

    /// <inheritdoc/>
    public override async ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    )
    {
        var dies = DiesHere();
        var fence = await base.BeginAsync(runId, first, cancellationToken).ConfigureAwait(false);
        if (dies)
            Die();
        return fence;
    }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        ThrowIfDead();
        return base.LoadRunAsync(runId, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default)
    {
        ThrowIfDead();
        return base.ClearAsync(runId, cancellationToken);
    }

    /// <inheritdoc/>
    public override IAsyncEnumerable<RunSummary> ListRunsAsync(
        RunFilter filter,
        CancellationToken cancellationToken = default
    )
    {
        ThrowIfDead();
        return base.ListRunsAsync(filter, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask<long> ClaimAsync(
        string runId,
        string owner,
        CancellationToken cancellationToken = default
    )
    {
        ThrowIfDead();
        return base.ClaimAsync(runId, owner, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask ReleaseAsync(
        string runId,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        ThrowIfDead();
        return base.ReleaseAsync(runId, fence, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask<bool> AcceptAsync(
        string runId,
        InboxItem item,
        CancellationToken cancellationToken = default
    )
    {
        ThrowIfDead();
        return base.AcceptAsync(runId, item, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask<IReadOnlyList<InboxItem>> ReadInboxAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        ThrowIfDead();
        return base.ReadInboxAsync(runId, cancellationToken);
    }

    /// <inheritdoc/>
    public override ValueTask<InboxItem?> FindOldestAsync(
        string runId,
        InboxKind kind,
        IReadOnlyCollection<string>? names = null,
        DateTimeOffset? before = null,
        CancellationToken cancellationToken = default
    )
    {
        ThrowIfDead();
        return base.FindOldestAsync(runId, kind, names, before, cancellationToken);
    }

    /// <summary>Leaves the store beneath open: it outlives the crash.</summary>
    public override ValueTask DisposeAsync() => default;

    /// <summary>Counts an append; whether the store is to die after it.</summary>
    private bool DiesHere()
    {
        ThrowIfDead();
        var dies = Interlocked.Increment(ref _appends) == append;
        if (dies && point == CrashPoint.BeforeAppend)
            Die();
        return dies;
    }

    private void Die()
    {
        _death = $"The store died at append {append}.";
        ThrowIfDead();
    }

    private void ThrowIfDead()
    {
        if (_death is { } death)
            throw new IOException(death);
    }
}
