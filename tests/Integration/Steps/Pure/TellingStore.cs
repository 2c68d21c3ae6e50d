using Cano.Testing;

namespace Cano.Integration.Steps.Pure;

/// <summary>A store that tells in which order it is asked, and keeps deferred rows until it must
/// not.</summary>
internal sealed class TellingStore() : DelegatingCheckpointStore(new MemoryCheckpointStore()), IDeferringStore
{
    private readonly List<string> _told = [];
    private readonly Queue<Func<ValueTask>> _deferred = [];

    public IReadOnlyList<string> Told => _told;

    /// <summary>It serves one node.</summary>
    public override ISharedStore? Shared => null;

    /// <summary>No append succeeds.</summary>
    public bool RefusesAppends { get; init; }

    /// <summary>Deferred rows are lost when the store dies.</summary>
    public bool LosesDeferred { get; init; }

    /// <summary>What it dies at.</summary>
    public string? Dies { get; set; }

    public void Tell(string what)
    {
        _told.Add(what);
        if (what == Dies)
        {
            if (LosesDeferred)
                _deferred.Clear();
            throw new IOException("The store died.");
        }
    }

    public ValueTask DeferAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        Tell($"defer {row.Sequence}");
        _deferred.Enqueue(() => Inner.AppendAsync(runId, row, fence, cancellationToken));
        return default;
    }

    public ValueTask<long> DeferFirstAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    )
    {
        Tell("defer 0");
        _deferred.Enqueue(async () => await Inner.BeginAsync(runId, first, cancellationToken));
        return new(AppendRule.FirstFence);
    }

    public ValueTask FlushAsync(string runId, CancellationToken cancellationToken = default)
    {
        Tell("flush");
        return WriteAsync();
    }

    public override async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        Tell($"append {row.Sequence}");
        if (RefusesAppends)
            throw new IOException("The disk is full.");
        await WriteAsync();
        await Inner.AppendAsync(runId, row, fence, cancellationToken);
    }

    public override async ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    )
    {
        Tell("append 0");
        return await Inner.BeginAsync(runId, first, cancellationToken);
    }

    public override ValueTask ClearAsync(string runId, CancellationToken cancellationToken = default)
    {
        Tell("clear");
        return Inner.ClearAsync(runId, cancellationToken);
    }

    private async ValueTask WriteAsync()
    {
        while (_deferred.TryDequeue(out var write))
            await write();
    }
}
