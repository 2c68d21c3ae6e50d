using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;
using Cano.Runtime.Time;
using Microsoft.Extensions.Logging;

namespace Cano.CSharp.Engine;

/// <summary>Takes up the parked runs of a store that nodes share when they are due, whichever node has parked
/// them. It sleeps until the next of which it knows; the node's beats look for all others.</summary>
/// <param name="store">The store, as this node has it.</param>
/// <param name="runs">The engine's runs.</param>
/// <param name="basis">What they are run with.</param>
internal sealed partial class DueWatch(NodeStore store, EngineRuns runs, RunOptions basis)
{
    /// <summary>Claimed at once, at most: what one node has claimed no other wakes.</summary>
    private const int AtOnce = 256;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _clock = GuardedClock.Around(basis.Time, basis.Logger);
    private readonly Knock _knock = new(basis.Dispatcher);
    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _gate = new();
    private TaskCompletionSource? _asked;
    private DateTimeOffset? _next;
    private int _failures;
    private volatile bool _isShort;

    /// <summary>Watches until it is closed.</summary>
    public void Begin() => runs.Later(WatchAsync);

    public void Close()
    {
        _closed.Cancel();
        Taken(always: true)?.TrySetResult();
    }

    /// <summary>A claim is given back.</summary>
    public ValueTask GiveBackAsync(string id, RunClaim claim) => store.GiveBackAsync(id, claim);

    /// <summary>A run was parked here, and is due then.</summary>
    public void Expect(ParkedWait wait)
    {
        if (Moment.Earlier(wait.End, wait.Limit, _clock)?.Left(_clock) is not { } left)
            return;
        var due = Delay.End(_clock.GetUtcNow(), left);
        lock (_gate)
        {
            if (_next <= due)
                return;
            _next = due;
        }

        _knock.Ring();
    }

    /// <summary>There is a place more to work in: what is due may have been left for want of one.</summary>
    public void HearOfPlace()
    {
        if (_isShort)
            _ = LookAsync();
    }

    /// <summary>Something came that a parked run may wait for. Returns when those that are due were asked
    /// for since.</summary>
    public Task LookAsync()
    {
        TaskCompletionSource asked;
        lock (_gate)
        {
            if (_closed.IsCancellationRequested)
                return Task.CompletedTask;
            asked = _asked ??= new(basis.Dispatcher.Completions);
        }

        _knock.Ring();
        return basis.Dispatcher.Own(asked.Task);
    }

    private async Task WatchAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            var knocked = _knock.More();
            if (Taken(always: false) is { } asked)
            {
                await LookOnceAsync().ConfigureAwait(false);
                asked.TrySetResult();
            }
            else
                await Delay
                    .UntilAsync(NextMoment, null, knocked, _clock, _closed.Token)
                    .ConfigureAwait(false);
        }
    }

    private Moment? NextMoment
    {
        get
        {
            lock (_gate)
                return _next is { } next ? Moment.At(next) : null;
        }
    }

    /// <summary>Who is to be told of the look that is due; null when none is.</summary>
    private TaskCompletionSource? Taken(bool always)
    {
        lock (_gate)
        {
            if (_asked is null && !always && !(_next <= _clock.GetUtcNow()))
                return null;
            var asked = _asked ?? new();
            // Whatever is parked from here on counts behind the look.
            (_asked, _next) = (null, null);
            return asked;
        }
    }

    private async Task LookOnceAsync()
    {
        try
        {
            while (!runs.IsSuspended && Query() is { } query)
            {
                var due = await store.ClaimDueAsync(query).ConfigureAwait(false);
                _failures = 0;
                foreach (var run in due.Claimed)
                    await runs.WakenAsync(run).ConfigureAwait(false);
                // It gives those of an answer that was lost as well.
                if (due.Claimed.Count >= query.Max)
                    continue;
                _isShort = query.Workflows.Any(limit =>
                    limit.Max < AtOnce
                    && due.Claimed.Count(run => run.Workflow == limit.Workflow) >= limit.Max
                );
                if (due.NextAt is { } next)
                    LookBy(next);
                return;
            }
        }
        catch (Exception thrown)
        {
            LogNoAnswer(basis.Logger, thrown);
            // The beat of a node that joins again looks as well.
            if (store.IsJoined)
                LookBy(Delay.End(_clock.GetUtcNow(), Pause(_failures++)));
        }
    }

    private void LookBy(DateTimeOffset instant)
    {
        lock (_gate)
            if (!(_next <= instant))
                _next = instant;
    }

    /// <summary>It doubles, up to that of the beats.</summary>
    private TimeSpan Pause(int failures)
    {
        var (pause, longest) = (s_firstPause * Math.Pow(2, Math.Min(failures, 9)), store.Span / 3);
        return pause < longest ? pause : longest;
    }

    /// <summary>What there are places for; null when there are none. Until it is known that all was had, each
    /// place that comes free is heard of.</summary>
    private DueQuery? Query()
    {
        _isShort = true;
        var max = Math.Min(AtOnce, runs.FreePlaces);
        DueLimit[] limits =
        [
            .. from workflow in runs.Workflows.All
            select new DueLimit(
                new(workflow.Name, workflow.Version),
                Math.Min(AtOnce, workflow.Places?.CurrentCount ?? AtOnce)
            ),
        ];
        return max < 1 ? null : new(limits, _clock.GetUtcNow(), max) { Except = runs.NotToClaim() };
    }

    [LoggerMessage(
        311,
        LogLevel.Warning,
        "The store could not be asked for runs that are due; it is asked again soon"
    )]
    private static partial void LogNoAnswer(ILogger logger, Exception exception);
}
