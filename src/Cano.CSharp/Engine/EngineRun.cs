using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Data;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;
using Cano.Runtime.Time;

namespace Cano.CSharp.Engine;

/// <summary>One run that an engine has under way.</summary>
/// <param name="id">The run.</param>
/// <param name="workflow">Goes on with it.</param>
/// <param name="bell">Rings for those who watch.</param>
/// <param name="dispatcher">Where those go on who wait for it.</param>
internal sealed class EngineRun(string id, EngineWorkflow workflow, ChangeBell bell, Dispatcher dispatcher)
    : IRunHost
{
    private readonly TaskCompletionSource _begun = new(dispatcher.Completions);
    private readonly TaskCompletionSource<EndedRun> _ended = new(dispatcher.Completions);
    private readonly TaskCompletionSource<bool> _granted = new(dispatcher.Completions);
    private readonly TaskCompletionSource _underway = new(dispatcher.Completions);
    private readonly TaskCompletionSource _cancelled = new(dispatcher.Completions);
    private volatile bool _restsWithAll;
    private volatile bool _wantsCancel;
    private volatile bool _isToldToCancel;
    private volatile bool _isEnding;
    private volatile bool _isParking;
    private readonly TaskCompletionSource _rests = new(dispatcher.Completions);

    public string Id => id;

    public EngineWorkflow Workflow => workflow;

    public RunControl Control { get; } = new();

    public RunResult Result { get; } = new();

    /// <summary>A row of this process is durable.</summary>
    public Task Begun => dispatcher.Own(_begun.Task);

    /// <summary>Whether the run came to be this one's to work on: its first row is durable, or it is
    /// claimed.</summary>
    public Task<bool> Granted => dispatcher.Own(_granted.Task);

    /// <summary>Whether it is this one's by now.</summary>
    public bool IsGranted => _granted.Task is { IsCompletedSuccessfully: true, Result: true };

    /// <summary>It is this one's to work on, or somebody else's, or waits for a place.</summary>
    public Task Underway => dispatcher.Own(_underway.Task);

    /// <summary>Others work, and it waits for a place.</summary>
    public void WaitsForPlace()
    {
        IsWaitingForPlace = true;
        _underway.TrySetResult();
    }

    /// <summary>Whether it waits for a place still.</summary>
    public bool IsWaitingForPlace { get; set; }

    /// <summary>The engine works on it no more.</summary>
    public Task<EndedRun> Ended => dispatcher.Own(_ended.Task);

    /// <summary>It waits for the first time, or has ended. Who awaits it is on the run's stack then, and
    /// takes a turn of its own.</summary>
    public Task Rests => dispatcher.Own(_rests.Task);

    /// <summary>It works in this place.</summary>
    public void RestWith(ResumeSlot slot) =>
        slot.Rests.ContinueWith(
            static (_, rests) => ((TaskCompletionSource)rests!).TrySetResult(),
            _rests,
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );

    /// <summary>Asks the run to go back for good; completes when a row says so, or the run has
    /// ended.</summary>
    public Task CancelAsync(CancelRequest request)
    {
        _wantsCancel = true;
        Control.Cancel(request);
        return Task.WhenAny(_cancelled.Task, Ended);
    }

    /// <summary>Whether a request came into its inbox while it was worked on.</summary>
    public bool IsToldToCancel => _isToldToCancel;

    /// <summary>A request came into its inbox.</summary>
    public void Hear(CancelRequest request)
    {
        _isToldToCancel = true;
        Control.Cancel(request);
    }

    /// <summary>It is not there yet: what is refused leaves nothing behind.</summary>
    public bool IsStart { get; init; }

    /// <summary>It is there because what had failed, or was set aside, is to go on.</summary>
    public bool IsRetry { get; init; }

    /// <summary>It was told to rest before it was there.</summary>
    public bool CameToNothing => IsStart && Control.IsSuspending && !Begun.IsCompleted;

    /// <summary>Only its first row is wanted: it goes on in its turn.</summary>
    public bool IsQueued { get; init; }

    /// <summary>Done when its first row is durable, before it goes on; null for nothing.</summary>
    public Action? WhenBegun { get; init; }

    /// <summary>The instant before which it does not go on; null: at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Whether a run that waits so long stops here; null: none does.</summary>
    public Func<Moment?, bool>? MayPark { get; init; }

    public required IChildRuns Children { get; init; }

    /// <summary>It has stopped to wait, and what ends that; null when it has not.</summary>
    public ParkedWait? Parked { get; private set; }

    /// <summary>Who goes on with the parent that its end wakes, or, when something came while it parked, with
    /// the run itself; set before it has ended.</summary>
    public Task<EngineRun?> Woken { get; set; } = Task.FromResult<EngineRun?>(null);

    /// <summary>Something came into its inbox while it was worked on.</summary>
    public bool IsRung { get; set; }

    /// <summary>It has stopped to wait, and its store did not take that in.</summary>
    public bool IsNotParked { get; private set; }

    /// <summary>It came to nothing, stopped to wait, or was told to rest and has no body at work any more, so
    /// that somebody else may work on the run. False: it works on it itself.</summary>
    public async Task<bool> MakesWayAsync()
    {
        if (await Granted.ConfigureAwait(false) && !Control.IsSuspending && !_isParking && !Ended.IsCompleted)
            return false;
        await RestsAsync().ConfigureAwait(false);
        return true;
    }

    /// <summary>Its newest row is an end: what is left of the work is to leave.</summary>
    public bool IsEnding => _isEnding;

    /// <summary>It was told to rest with all others, until the engine goes on.</summary>
    public bool RestsWithAll => _restsWithAll;

    /// <summary>All are to rest.</summary>
    public void RestWithAll(TimeSpan grace)
    {
        _restsWithAll = true;
        Control.Suspend(grace);
    }

    /// <summary>Completes when the engine works on it no more, and no body of it is at work either.</summary>
    public async Task RestsAsync()
    {
        await Ended.ConfigureAwait(false);
        await Control.Outlasting.ConfigureAwait(false);
    }

    bool IRunHost.Parks(Moment? end, Moment? limit)
    {
        if (Control.IsSuspending || MayPark?.Invoke(end) != true)
            return false;
        Parked = new ParkedWait(workflow, end, limit);
        _isParking = true;
        return true;
    }

    void IRunHost.GoesOn() => (Parked, _isParking) = (null, false);

    void IRunHost.IsDue() => IsRung = true;

    void IRunHost.NotParked() => (Parked, IsNotParked) = (null, true);

    bool IRunHost.Listens(RowStatus status) =>
        _wantsCancel || !_begun.Task.IsCompleted || bell.IsWatched || RowStatuses.IsEnd(status);

    void IRunHost.StandsStill() => _underway.TrySetResult();

    void IRunHost.Claimed() => Grant(true);

    private void Grant(bool isGranted)
    {
        _granted.TrySetResult(isGranted);
        _underway.TrySetResult();
    }

    void IRunHost.Appended(CheckpointRow row)
    {
        if (IsQueued)
            Control.Suspend(TimeSpan.Zero);
        _isEnding = RowStatuses.IsEnd(row.Status);
        if (!_begun.Task.IsCompleted)
            WhenBegun?.Invoke();
        _begun.TrySetResult();
        Grant(true);
        if (row.Kind == RowKind.CancelRequested)
            _cancelled.TrySetResult();
        bell.Ring(id);
    }

    public void End(EndedRun ended)
    {
        Grant(false);
        _ended.SetResult(ended);
    }
}

/// <summary>How an engine's work on a run ended.</summary>
/// <param name="End">What became of the run.</param>
/// <param name="Thrown">What its caller gets; null when it completed.</param>
internal sealed record EndedRun(RunEnd End, CanoException? Thrown)
{
    /// <summary>The exit's name, of a run that completed.</summary>
    /// <exception cref="CanoException">Why it did not.</exception>
    public string Exit => Thrown is null ? End.ExitState! : throw new CanoException(Thrown.Error, Thrown);

    /// <summary>What the exit carries, of a run that came to it in this process.</summary>
    public StateData ExitData { get; init; }

    /// <summary>The row that tells of the exit, when it was looked for; else null.</summary>
    public CheckpointRow? ExitRow { get; init; }

    /// <summary>What the exit carries.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the row was encoded by another codec.</exception>
    public StateData Carried(ValueCodec values) =>
        ExitRow is { } row ? EncodedRows.Told(End.RunId, [row], values)[0].Data : ExitData;

    /// <summary>Somebody else has begun the run, or claimed it.</summary>
    public bool IsAnothers => IsOfAnother(Thrown, End.RunId);

    /// <summary>Nobody here came to work on it: somebody else does, or it is not there.</summary>
    public bool IsLeftAlone => IsLeft(Thrown);

    /// <summary>Whether a failure tells that nobody came to work on a run.</summary>
    public static bool IsLeft(Exception? thrown) =>
        thrown is LeftAloneException || (thrown is CanoException && IsLeft(thrown.InnerException));

    /// <summary>It waits, and the engine takes it up when that is over.</summary>
    public bool IsParked { get; init; }

    /// <summary>This build cannot go on with the run: another try comes to the same.</summary>
    public bool IsHeld => Thrown is HeldException;

    /// <summary>Whether a failure tells that a run is somebody else's.</summary>
    public static bool IsOfAnother(Exception? thrown, string runId) =>
        thrown is not null
        && (
            (thrown is ConflictException conflict && conflict.RunId == runId)
            || IsOfAnother(thrown.InnerException, runId)
        );

    public static EndedRun Of(RunEnd end) =>
        new(end, end.Error is { } error ? new CanoException(error) : null);
}
