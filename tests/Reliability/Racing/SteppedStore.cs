using Cano.Runtime.Scope;
using Cano.Testing;

namespace Cano.Reliability.Racing;

/// <summary>A store, and a pool, in which whatever is asked waits until the test lets it go on: so a test
/// chooses the order of things. What goes on does so on the test's stack, to its next wait.</summary>
internal class SteppedStore(ICheckpointStore inner) : DelegatingCheckpointStore(inner)
{
    private readonly List<(string What, Action GoOn)> _waiting = [];
    private readonly List<string> _story = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource _arrival = new();
    private bool _isFlowing;

    /// <summary>One process at a time has it.</summary>
    public override ISharedStore? Shared => null;

    /// <summary>Work of the runs waits here too.</summary>
    public Dispatcher Pool => field ??= new Steps(this);

    /// <summary>What waits, oldest first.</summary>
    public IReadOnlyList<string> Waiting
    {
        get
        {
            lock (_gate)
                return [.. _waiting.Select(waits => waits.What)];
        }
    }

    /// <summary>What has gone on, in order.</summary>
    public IReadOnlyList<string> Story
    {
        get
        {
            lock (_gate)
                return [.. _story];
        }
    }

    /// <summary>Completes when something waits.</summary>
    public Task Arrival
    {
        get
        {
            lock (_gate)
                return _waiting.Count > 0 ? Task.CompletedTask : _arrival.Task;
        }
    }

    /// <summary>Lets the oldest of what waits for this go on.</summary>
    public void Step(string what) => Step(Waiting.ToList().IndexOf(what));

    public void Step(int index)
    {
        Action goOn;
        lock (_gate)
        {
            (var what, goOn) = _waiting[index];
            _waiting.RemoveAt(index);
            _story.Add(what);
        }

        goOn();
    }

    /// <summary>From here on everything waits.</summary>
    public void Hold()
    {
        lock (_gate)
        {
            _isFlowing = false;
            _story.Clear();
        }
    }

    /// <summary>Nothing waits any more.</summary>
    public void Flow()
    {
        lock (_gate)
            _isFlowing = true;
        while (Waiting.Count > 0)
            Step(0);
    }

    public async ValueTask PassAsync(string what)
    {
        var come = new TaskCompletionSource();
        Wait(what, come.SetResult);
        await come.Task.ConfigureAwait(false);
    }

    public override async ValueTask AppendAsync(
        string runId,
        CheckpointRow row,
        long fence,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync("append").ConfigureAwait(false);
        await base.AppendAsync(runId, row, fence, cancellationToken).ConfigureAwait(false);
        await PassAsync("appended").ConfigureAwait(false);
    }

    public override async ValueTask<long> BeginAsync(
        string runId,
        CheckpointRow first,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync("append").ConfigureAwait(false);
        var fence = await base.BeginAsync(runId, first, cancellationToken).ConfigureAwait(false);
        await PassAsync("appended").ConfigureAwait(false);
        return fence;
    }

    public override async ValueTask<IReadOnlyList<CheckpointRow>> LoadRunAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync("load").ConfigureAwait(false);
        return await base.LoadRunAsync(runId, cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask<long> ClaimAsync(
        string runId,
        string owner,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync("claim").ConfigureAwait(false);
        var fence = await base.ClaimAsync(runId, owner, cancellationToken).ConfigureAwait(false);
        await PassAsync("claimed").ConfigureAwait(false);
        return fence;
    }

    public override async ValueTask<bool> AcceptAsync(
        string runId,
        InboxItem item,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync("accept").ConfigureAwait(false);
        var isKept = await base.AcceptAsync(runId, item, cancellationToken).ConfigureAwait(false);
        await PassAsync("accepted").ConfigureAwait(false);
        return isKept;
    }

    public override async ValueTask<IReadOnlyList<InboxItem>> ReadInboxAsync(
        string runId,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync("read inbox").ConfigureAwait(false);
        return await base.ReadInboxAsync(runId, cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask<InboxItem?> FindOldestAsync(
        string runId,
        InboxKind kind,
        IReadOnlyCollection<string>? names = null,
        DateTimeOffset? before = null,
        CancellationToken cancellationToken = default
    )
    {
        await PassAsync("read inbox").ConfigureAwait(false);
        return await base.FindOldestAsync(runId, kind, names, before, cancellationToken)
            .ConfigureAwait(false);
    }

    public override async IAsyncEnumerable<RunSummary> ListRunsAsync(
        RunFilter filter,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default
    )
    {
        await foreach (var run in base.ListRunsAsync(filter, cancellationToken).ConfigureAwait(false))
            yield return run;
        await PassAsync("listed").ConfigureAwait(false);
    }

    /// <summary>The rows outlive the workflows.</summary>
    public override ValueTask DisposeAsync() => default;

    private void Wait(string what, Action goOn)
    {
        TaskCompletionSource? arrival = null;
        lock (_gate)
        {
            if (!_isFlowing)
            {
                _waiting.Add((what, goOn));
                (arrival, _arrival) = (_arrival, new TaskCompletionSource());
            }
        }

        if (arrival is null)
            goOn();
        else
            arrival.TrySetResult();
    }

    private sealed class Steps(SteppedStore store) : Dispatcher
    {
        public override void Queue(IThreadPoolWorkItem work) => store.Wait("work", work.Execute);

        public override void Signal(IStopSignal stop) => store.Wait("stop", stop.SignalHere);

        public override IDisposable? Unless(TimeSpan span, Action late) => null;
    }
}
