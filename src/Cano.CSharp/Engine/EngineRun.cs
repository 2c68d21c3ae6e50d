using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;

namespace Cano.CSharp.Engine;

/// <summary>One run that an engine has under way.</summary>
/// <param name="id">The run.</param>
/// <param name="workflow">Goes on with it.</param>
/// <param name="bell">Rings for those who watch.</param>
internal sealed class EngineRun(string id, EngineWorkflow workflow, ChangeBell bell) : IRunHost
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<EndedRun> _ended = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    private readonly TaskCompletionSource _cancelled = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private volatile bool _wantsCancel;
    private volatile bool _isToldToCancel;
    private readonly TaskCompletionSource _rests = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Id => id;

    public EngineWorkflow Workflow => workflow;

    public RunControl Control { get; } = new();

    public RunResult Result { get; } = new();

    /// <summary>A row of this process is durable.</summary>
    public Task Begun => _begun.Task;

    /// <summary>The engine works on it no more.</summary>
    public Task<EndedRun> Ended => _ended.Task;

    /// <summary>It waits for the first time, or has ended. Who awaits it is on the run's stack then, and
    /// takes a turn of its own.</summary>
    public Task Rests => _rests.Task;

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

    /// <summary>Only its first row is wanted: it goes on in its turn.</summary>
    public bool IsQueued { get; init; }

    /// <summary>The instant before which it does not go on; null: at once.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    bool IRunHost.Listens => _wantsCancel || !_begun.Task.IsCompleted || bell.IsWatched;

    void IRunHost.Appended(CheckpointRow row)
    {
        if (IsQueued)
            Control.Suspend(TimeSpan.Zero);
        _begun.TrySetResult();
        if (row.Kind == RowKind.CancelRequested)
            _cancelled.TrySetResult();
        bell.Ring(id);
    }

    public void End(EndedRun ended) => _ended.SetResult(ended);
}

/// <summary>How an engine's work on a run ended.</summary>
/// <param name="End">What became of the run.</param>
/// <param name="Thrown">What its caller gets; null when it completed.</param>
internal sealed record EndedRun(RunEnd End, CanoException? Thrown)
{
    /// <summary>The exit's name, of a run that completed.</summary>
    /// <exception cref="CanoException">Why it did not.</exception>
    public string Exit => Thrown is null ? End.ExitState! : throw new CanoException(Thrown.Error, Thrown);

    /// <summary>Somebody else has begun the run, or claimed it.</summary>
    public bool IsAnothers => IsOfAnother(Thrown, End.RunId);

    /// <summary>Nobody here came to work on it: somebody else does, or it is not there.</summary>
    public bool IsLeftAlone => Thrown?.InnerException is LeftAloneException;

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
