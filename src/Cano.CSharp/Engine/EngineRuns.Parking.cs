using Cano.Runtime.Checkpoints;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;
using Cano.Runtime.Time;

namespace Cano.CSharp.Engine;

// How runs wait: their work stops, and is begun anew from their rows when the wait is over or something
// comes.
internal sealed partial class EngineRuns
{
    /// <summary>A wait that is over within this time is not worth the way through the rows.</summary>
    private static readonly TimeSpan s_parkMin = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _clock = GuardedClock.Around(basis.Time, basis.Logger);
    private readonly ParkedRuns _parked = new(
        GuardedClock.Around(basis.Time, basis.Logger),
        basis.Dispatcher
    );
    private bool _isAlarmSet;

    /// <summary>So many runs at once are on their way from the end of their wait to their work: when very
    /// many wake together, what they need for it is not all in memory at a time.</summary>
    private const int WakingMax = 64;

    private readonly Knock _wayIsFree = new(basis.Dispatcher);
    private int _waking;

    /// <summary>Something came into the inbox of a run.</summary>
    public void Ring(string id)
    {
        EngineRun? live;
        lock (_gate)
            if (_live.TryGetValue(id, out live))
                live.IsRung = true;
        if (live is not null)
            Later(() => HearAsync(live));
        else
            _ = Look(id);
    }

    /// <summary>Something that a run waits for has come.</summary>
    /// <returns>Who goes on with it; null when nobody does.</returns>
    public Task<EngineRun?> WakeAsync(string id)
    {
        lock (_gate)
            if (_live.TryGetValue(id, out var live))
            {
                live.IsRung = true;
                return Task.FromResult<EngineRun?>(live);
            }

        return Look(id);
    }

    /// <summary>Where runs are parked in a store that nodes share; null where this engine alone wakes
    /// them.</summary>
    public DueWatch? Due { get; set; }

    /// <summary>Whether somebody works on a run here, or it is parked.</summary>
    public bool IsHere(string id) => Find(id) is not null || _parked.Find(id) is not null;

    /// <summary>A run that waits no more: it is taken up by somebody else, or not at all.</summary>
    public void Unpark(string id) => _parked.Remove(id);

    /// <summary>Whether a run that its store lists goes on waiting here, with nothing claimed and nothing
    /// read. One that has something in its inbox has to look what that is.</summary>
    private async ValueTask<bool> ParksAsync(RunInfo run)
    {
        if (
            !parks
            || !IsToWait(run)
            || (Due is not null && !run.IsParked)
            || Workflows.Find(run.WorkflowName, run.WorkflowVersion) is not { } workflow
        )
            return false;
        // It is nobody's, and whoever comes first wakes it.
        if (Due is not null)
            return true;
        if (
            workflow.HasChildren(run.State)
            && !await HasChildUnderWayAsync(run, workflow).ConfigureAwait(false)
        )
            return false;
        // Its rows tell when its total time is over, too.
        var end = run.Waiting?.Until is { } until ? Moment.At(until) : default(Moment?);
        return await ParksAsync(run.RunId, new ParkedWait(workflow, end, null)).ConfigureAwait(false);
    }

    /// <summary>Whether a run has one child, which is there and has not ended. One that has several looks by
    /// itself.</summary>
    private async ValueTask<bool> HasChildUnderWayAsync(RunInfo run, EngineWorkflow workflow)
    {
        if (!workflow.HasOneChild(run.State))
            return false;
        var id = ChildId.Of(run.RunId, run.Visit);
        var child = await StoreCall
            .AskAsync("find run", () => StoreListing.FindAsync(store.Now, id))
            .ConfigureAwait(false);
        return child is { HasEnded: false, Damage: null } && child.ParentRunId == run.RunId;
    }

    private async ValueTask<bool> ParksAsync(string id, ParkedWait wait)
    {
        lock (_gate)
        {
            if (IsSuspended || _live.ContainsKey(id))
                return false;
            _parked.Add(id, wait);
        }

        SetAlarm();
        return store.Now.Inbox is not { } inbox
            || (
                await StoreCall.AskAsync("read inbox", () => inbox.ReadInboxAsync(id)).ConfigureAwait(false)
            ).Count == 0;
    }

    private bool MayPark(Moment? end) => parks && !IsSuspended && !(end?.Left(_clock) <= s_parkMin);

    /// <summary>Whether a run that has stopped waits on here.</summary>
    private bool Park(EngineRun run, EndedRun ended)
    {
        if (run.Parked is not { } wait || IsSuspended || ended.End.Error?.Fault.IsSuspended != true)
            return false;
        if (Due is { } due)
        {
            due.Expect(wait);
            AwaitEnd(run.Id);
            return true;
        }

        _parked.Add(run.Id, wait);
        SetAlarm();
        return true;
    }

    /// <summary>Takes a parked run up, to look whether it goes on.</summary>
    private Task<EngineRun?> Look(string id) =>
        IsSuspended ? Task.FromResult<EngineRun?>(null)
        : Due is { } due ? LookAsync(due, id)
        : _parked.Find(id) is { } wait ? TakeUpAsync(id, wait.Workflow)
        : Task.FromResult<EngineRun?>(null);

    private async Task<EngineRun?> LookAsync(DueWatch due, string id)
    {
        await due.LookAsync().ConfigureAwait(false);
        return Find(id);
    }

    /// <summary>Takes a run up that was due and is claimed; returns when there is a way for the
    /// next.</summary>
    public async ValueTask WakenAsync(DueRun due)
    {
        await WayToWakeAsync().ConfigureAwait(false);
        _ = WakenAsync(() => TakeUpAsync(due));
    }

    private async Task<EngineRun?> TakeUpAsync(DueRun due)
    {
        var (name, version) = due.Workflow;
        if (
            Workflows.Find(name, version) is { } workflow
            && await TakeUpAsync(due.RunId, workflow, claim: due.Claim).ConfigureAwait(false) is { } run
        )
            return run;
        GiveBack(due.RunId, due.Claim);
        return null;
    }

    /// <summary>A run that was claimed when it was due is not gone on with here: it is nobody's, and due at
    /// once. Somebody who has claimed it since keeps it.</summary>
    private void GiveBack(string id, RunClaim claim) =>
        Later(async () =>
        {
            while (!_closed.IsCancellationRequested)
                try
                {
                    await Due!.GiveBackAsync(id, claim).ConfigureAwait(false);
                    return;
                }
                catch (Exception thrown)
                {
                    LogNotGivenBack(basis.Logger, id, thrown);
                    await Delay.ForAsync(s_firstDelay, _clock, _closed.Token).ConfigureAwait(false);
                }
        });

    /// <summary>Takes a run up whose time has come.</summary>
    private Task<EngineRun?> WakenAsync(string id, ParkedWait wait)
    {
        if (IsSuspended || !_parked.Remove(id))
            return Task.FromResult<EngineRun?>(null);
        var isWaitOver = wait.End?.Left(_clock) <= TimeSpan.Zero;
        return TakeUpAsync(id, wait.Workflow, isWaitOver: isWaitOver);
    }

    /// <summary>Makes way for the next when a run is on its way.</summary>
    private async Task WakenAsync(Func<Task<EngineRun?>> takeUp)
    {
        try
        {
            // One that has to wait for somebody else's body holds up nobody.
            if (takeUp() is { IsCompletedSuccessfully: true, Result: { } run })
                await run.Underway.ConfigureAwait(false);
        }
        finally
        {
            if (Interlocked.Decrement(ref _waking) == WakingMax - 1)
                _wayIsFree.Ring();
        }
    }

    private void SetAlarm()
    {
        lock (_gate)
        {
            if (_isAlarmSet || _parked.Next() is null)
                return;
            _isAlarmSet = true;
        }

        Later(SleepAsync);
    }

    /// <summary>Sleeps from one end of a wait to the next, for as long as there are any.</summary>
    private async Task SleepAsync()
    {
        while (!_closed.IsCancellationRequested)
        {
            (Moment? Instant, Moment? Span, Task Changed) next;
            lock (_gate)
            {
                if (_parked.Next() is not { } coming)
                {
                    _isAlarmSet = false;
                    return;
                }

                next = coming;
            }

            await Delay
                .UntilAsync(next.Instant, next.Span, next.Changed, _clock, _closed.Token)
                .ConfigureAwait(false);
            foreach (var (id, wait) in _parked.Due())
            {
                await WayToWakeAsync().ConfigureAwait(false);
                _ = WakenAsync(() => WakenAsync(id, wait));
            }
        }
    }

    /// <summary>Returns when one more may be on its way; only the alarm asks, or who looks for those that are
    /// due.</summary>
    private async ValueTask WayToWakeAsync()
    {
        while (true)
        {
            var free = _wayIsFree.More();
            if (Volatile.Read(ref _waking) < WakingMax)
                break;
            await free.ConfigureAwait(false);
        }

        Interlocked.Increment(ref _waking);
    }
}
