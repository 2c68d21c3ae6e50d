using Cano.Testing;

namespace Cano.Integration;

/// <summary>A checkpoint store that remembers every row it took, cleared ones too.</summary>
internal sealed class KeepingStore(ICheckpointStore inner) : DelegatingCheckpointStore(inner)
{
    private readonly List<(string Id, CheckpointRow Row)> _taken = [];
    private int _loadCount;

    public KeepingStore()
        : this(new MemoryCheckpointStore()) { }

    /// <summary>Called before a row is taken; what it throws is the store's failure.</summary>
    public Action<CheckpointRow>? Appending { get; set; }

    /// <summary>Keeps rows as bytes, as a store on a disk does.</summary>
    public bool KeepsBytes { get; init; }

    /// <summary>What clearing a run throws.</summary>
    public Exception? ClearFailure { get; init; }

    /// <summary>Whether an append was ever given a token that can be cancelled.</summary>
    public bool WasGivenToken { get; private set; }

    public int LoadCount => _loadCount;

    public IReadOnlyList<CheckpointRow> Rows
    {
        get
        {
            lock (_taken)
                return [.. _taken.Select(taken => taken.Row)];
        }
    }

    public IReadOnlyList<CheckpointRow> RowsOf(string id)
    {
        lock (_taken)
            return [.. _taken.Where(taken => taken.Id == id).Select(taken => taken.Row)];
    }

    /// <summary>The rows as short texts: `StateEntered Work`.</summary>
    public IReadOnlyList<string> Story => [.. Rows.Select(row => $"{row.Kind} {row.State}")];

    public override async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        await base.AppendAsync(runId, Taking(row, cancellationToken), fence, cancellationToken);
        lock (_taken)
            _taken.Add((runId, row));
    }

    public override async ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    )
    {
        var fence = await base.BeginAsync(runId, Taking(first, cancellationToken), cancellationToken);
        lock (_taken)
            _taken.Add((runId, first));
        return fence;
    }

    private CheckpointRow Taking(CheckpointRow row, CancellationToken cancellationToken)
    {
        WasGivenToken |= cancellationToken.CanBeCanceled;
        Appending?.Invoke(row);
        return KeepsBytes ? CheckpointRow.FromBytes(row.ToBytes()) : row;
    }

    public override ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        Interlocked.Increment(ref _loadCount);
        return base.LoadRunAsync(runId, cancellationToken);
    }

    public override ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default) =>
        ClearFailure is { } failure
            ? ValueTask.FromException(failure)
            : base.ClearAsync(runId, cancellationToken);

    /// <summary>The store beneath outlives the workflows that use it.</summary>
    public override ValueTask DisposeAsync() => default;
}
