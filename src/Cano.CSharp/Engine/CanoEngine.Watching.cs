using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Cano.CSharp.Engine;
using Cano.Runtime.Time;

namespace Cano;

// How runs are watched.
public sealed partial class CanoEngine
{
    private static readonly TimeSpan s_watchPause = TimeSpan.FromSeconds(1);

    /// <summary>What is known of a run now, then after changes, until its end. A slow reader misses what lies
    /// between, never the last. Changes that another process makes are seen when this one hears of the run
    /// again.</summary>
    /// <exception cref="CanoException">`run_not_found`; `checkpoint_store`: the store cannot be
    /// read.</exception>
    public async IAsyncEnumerable<RunInfo> WatchAsync(
        string runId,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(runId);
        ThrowIfDisposed();
        // One ring is as good as many.
        var rings = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
        );
        using var watch = _runs.Bell.Watch(runId, _ => rings.Writer.TryWrite(true));
        RunInfo? last = null;
        while (true)
        {
            var now = await FindAsync(runId, cancellationToken).ConfigureAwait(false);
            if (now is null)
            {
                if (last is null)
                    throw EngineErrors.NotFound(runId);
                // It was forgotten.
                yield break;
            }

            if (last is null && !now.HasEnded && !_runs.IsHere(runId))
                _runs.Store.AwaitEnd(runId);
            if (last is null || HasChanged(last, now))
                yield return now;
            if (now.HasEnded)
                yield break;
            last = now;
            await rings.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>The runs that meet a query and have changed, at most once a second, beginning with those that
    /// meet it now. Never ends by itself.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store cannot be read.</exception>
    public async IAsyncEnumerable<IReadOnlyList<RunInfo>> WatchAsync(
        RunQuery query,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(query);
        ThrowIfDisposed();
        var changed = new ConcurrentDictionary<string, bool>();
        var rings = Channel.CreateBounded<bool>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
        );
        using var watch = _runs.Bell.Watch(
            null,
            id =>
            {
                changed[id] = true;
                rings.Writer.TryWrite(true);
            }
        );
        var first = new List<RunInfo>();
        await foreach (var run in ListAsync(query, cancellationToken).ConfigureAwait(false))
            first.Add(run);
        yield return first;
        while (true)
        {
            await rings.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            await Delay.ForAsync(s_watchPause, _runs.Basis.Time, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            var runs = new List<RunInfo>();
            foreach (var id in changed.Keys)
                if (
                    changed.TryRemove(id, out _)
                    && await FindAsync(id, cancellationToken).ConfigureAwait(false) is { } run
                    && query.Accepts(run)
                )
                    runs.Add(run);
            if (runs.Count > 0)
                yield return runs;
        }
    }

    private static bool HasChanged(RunInfo last, RunInfo now) =>
        last.LastSequence != now.LastSequence || last.Status != now.Status || last.Held != now.Held;
}
