using System.Threading.Channels;
using Cano.Runtime.Time;

namespace Cano.CSharp.Engine;

// How all runs rest, and go on.
internal sealed partial class EngineRuns
{
    /// <summary>Nothing new begins, what is under way is told. Returns when all rest, or when the grace is
    /// over.</summary>
    public async Task<StopResult> SuspendAsync(TimeSpan grace)
    {
        EngineRun[] live;
        lock (_gate)
        {
            IsSuspended = true;
            _parked.Clear();
            live = [.. _live.Values];
        }

        // Those first that have not begun: none does in the place that another one leaves.
        foreach (var run in live.OrderBy(run => run.Granted.IsCompleted))
            run.RestWithAll(grace);
        var rest = Task.WhenAll(live.Select(run => run.RestsAsync()));
        // Whoever does not stop is given up on when the grace is over, and rests then.
        using var limit = new TimeLimit(grace + s_settling, GuardedClock.Around(basis.Time, basis.Logger));
        await rest.WaitAsync(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        string[] still = [.. live.Where(run => !run.RestsAsync().IsCompleted).Select(run => run.Id)];
        TellWaiters();
        return new StopResult(still.Length == 0, still);
    }

    /// <summary>Arms the waits of runs as they are listed, so that of very many that wait nothing is kept.
    /// Gives those that are set aside, and those that have work to do, the oldest start first.</summary>
    /// <param name="found">The runs, the newest start first.</param>
    public async Task<(IReadOnlyList<RunInfo> Aside, IReadOnlyList<RunInfo> Work)> ArmAsync(
        IAsyncEnumerable<RunInfo> found
    )
    {
        var (aside, work) = (new List<RunInfo>(), new List<RunInfo>());
        await foreach (var run in found.ConfigureAwait(false))
            if (run.Status is RunStatus.Quarantined or RunStatus.Damaged)
                aside.Add(run);
            else if (!await ParksAsync(run).ConfigureAwait(false))
                work.Add(run);
        work.Reverse();
        return (aside, work);
    }

    /// <summary>Goes on with what was told to rest with all others, if it came to work on its run: what is
    /// listed may be older. A start that was put off may have named the run of another workflow.</summary>
    public async Task<EngineRun?> TakeUpAgainAsync(EngineRun run) =>
        await run.Granted.ConfigureAwait(false)
            ? await TakeUpAsync(run.Id, run.Workflow).ConfigureAwait(false)
            : null;

    /// <summary>Takes runs up, in their order, so many at once, and tells of each that ended or is left
    /// alone.</summary>
    /// <param name="again">Those that are about to be gone on with.</param>
    /// <param name="work">Those that are to be taken up.</param>
    /// <param name="maxConcurrency">How many of them work at once.</param>
    /// <param name="ends">Is told.</param>
    /// <param name="cancel">No more are taken up.</param>
    public async Task ResumeAsync(
        IReadOnlyList<Task<EngineRun?>> again,
        IReadOnlyList<RunInfo> work,
        int maxConcurrency,
        ChannelWriter<RunEnd> ends,
        CancellationToken cancel
    )
    {
        using var places = new SemaphoreSlim(maxConcurrency);
        var working = new List<Task>(again.Select(run => EndAsync(run, ends)));
        try
        {
            foreach (
                var run in work.OrderBy(run => run.Status != RunStatus.RollingBack)
                    .ThenBy(run => !IsToWait(run))
            )
            {
                await places.WaitAsync(CancellationToken.None).ConfigureAwait(false);
                if (cancel.IsCancellationRequested || IsSuspended)
                    break;
                working.Add(ResumeAsync(run, places, ends));
            }

            TakeUpCancelled();
            Later(TellEndsAsync);
            // From here on it knows when the next is due.
            if (!cancel.IsCancellationRequested)
                _ = Due?.LookAsync();
            await Task.WhenAll(working).ConfigureAwait(false);
        }
        finally
        {
            ends.TryComplete();
        }
    }

    private bool IsToWait(RunInfo run) => run.Waiting is { } wait && !(wait.Until <= basis.Now());

    private async Task ResumeAsync(RunInfo run, SemaphoreSlim places, ChannelWriter<RunEnd> ends)
    {
        try
        {
            if (Workflows.Find(run.WorkflowName, run.WorkflowVersion) is not { } workflow)
            {
                var why = LeaveAlone(run.RunId, run.WorkflowName, run.WorkflowVersion);
                var error = CanoError.Of(Fault.NewWorkflow(why));
                ends.TryWrite(new RunEnd(run.RunId, run.WorkflowName, RunStatus.Suspended, null, error));
                return;
            }

            Hold(run.RunId, null);
            var (own, other) = await TakeUpAsync(workflow, RequestOf(run.RunId)).ConfigureAwait(false);
            // Its parent, or its child, may have taken it up before, or who looked for what is due.
            var isAnothers = run is { ParentRunId: null, Status: RunStatus.Running };
            var resumed = own ?? (isAnothers ? null : other);
            await EndAsync(Task.FromResult(resumed), ends).ConfigureAwait(false);
        }
        finally
        {
            places.Release();
        }
    }

    /// <summary>Returns when a run that is gone on with, if it is, has ended or waits, and whoever it
    /// woke.</summary>
    private async Task EndAsync(Task<EngineRun?> taken, ChannelWriter<RunEnd> ends)
    {
        var run = await taken.ConfigureAwait(false);
        while (run is not null)
            run = await RestedAsync(run, ends).ConfigureAwait(false);
    }

    /// <summary>Tells of the end, if the run comes to it. Gives who goes on with the parent that the end
    /// woke, or with the run itself; null when nobody does.</summary>
    private async Task<EngineRun?> RestedAsync(EngineRun run, ChannelWriter<RunEnd> ends)
    {
        await Task.WhenAny(run.Ended, run.Rests).ConfigureAwait(false);
        await basis.Dispatcher.Turn;
        if (
            !run.Ended.IsCompleted
            || await run.Ended.ConfigureAwait(false) is not { IsLeftAlone: false } ended
        )
            return null;
        if (!ended.IsParked)
            ends.TryWrite(ended.End);
        return await run.Woken.ConfigureAwait(false);
    }

    /// <summary>Nobody knows how to go on with it: no row, no try, until something is added. Gives the
    /// reason.</summary>
    public string LeaveAlone(string id, string? workflow, uint version)
    {
        var why = EngineErrors.NotAddedText(id, workflow, version);
        Hold(id, why);
        LogHeld(basis.Logger, id, why);
        return why;
    }

    /// <summary>Who waits for an end of a run that nobody works on hears that the engine does not.</summary>
    private void TellWaiters()
    {
        KeyValuePair<string, TaskCompletionSource<EndedRun>>[] waiting;
        lock (_gate)
        {
            waiting = [.. _waiters.Where(waiter => !_live.ContainsKey(waiter.Key))];
            foreach (var (id, _) in waiting)
                _waiters.Remove(id);
        }

        foreach (var (id, waiter) in waiting)
            waiter.TrySetResult(AtRest(id));
    }

    /// <summary>As <see cref="TellWaiters"/>, who waits for one run.</summary>
    public void TellIfAtRest(string id)
    {
        TaskCompletionSource<EndedRun>? waiter = null;
        lock (_gate)
            if (IsSuspended && !_live.ContainsKey(id))
                _waiters.Remove(id, out waiter);
        waiter?.TrySetResult(AtRest(id));
    }

    private static EndedRun AtRest(string id) =>
        EndedRun.Of(new RunEnd(id, null, RunStatus.Suspended, null, EngineErrors.Suspended().Error));

    /// <summary>Notes bodies that were given up on and are still at work.</summary>
    private void Outlast(EngineRun run)
    {
        var rests = run.Control.Outlasting;
        if (rests.IsCompleted)
            return;
        _outlasting[run.Id] = run;
        _ = ForgetAsync();

        async Task ForgetAsync()
        {
            await rests.ConfigureAwait(false);
            lock (_gate)
                if (_outlasting.GetValueOrDefault(run.Id) == run)
                    _outlasting.Remove(run.Id);
        }
    }
}
