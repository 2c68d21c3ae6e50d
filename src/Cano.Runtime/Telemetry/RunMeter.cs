using System.Diagnostics;
using System.Diagnostics.Metrics;
using Cano.Runtime.Observation;

namespace Cano.Runtime.Telemetry;

/// <summary>Measures one run, by what observers are told of it.</summary>
/// <param name="of">What its measurements are told apart by.</param>
/// <param name="time">A clock that does not throw.</param>
internal sealed class RunMeter(WorkflowTags of, TimeProvider time) : IRunListener
{
    private readonly Dictionary<int, long> _branches = [];
    private long _begun;
    private (string Name, long At)? _state;
    private long? _attempt;
    private long? _undo;
    private long? _append;
    private bool _isActive;
    private bool _mayHaveWaited;
    private RestStatus _rest;

    public void OnRunStart(RunPoint at) => Begin(Instruments.RunsStarted);

    public void OnResume(RunPoint at, long sequence)
    {
        _mayHaveWaited = true;
        Begin(Instruments.RunsResumed);
    }

    public void OnRunEnd(RunPoint at, RunEnd end)
    {
        var tags = of.Run();
        tags.Add(Tags.Status, Tags.Of(end.Status));
        End(tags);
        if (end.Error is { } error)
            tags.Add(Tags.Error, error.Category);
        Instruments.RunsEnded.Add(1, tags);
    }

    public void OnSuspended(RunPoint at)
    {
        var tags = of.Run();
        tags.Add(Tags.Status, _rest.Tag);
        End(tags);
        Instruments.RunsSuspended.Add(1, of.Run());
    }

    public void OnStateEnter(RunPoint at)
    {
        Leave();
        _mayHaveWaited = false;
        _state = (at.State, time.GetTimestamp());
    }

    public void OnAttemptStart(RunPoint at)
    {
        _mayHaveWaited = false;
        _attempt = time.GetTimestamp();
    }

    public void OnAttemptEnd(RunPoint at, CanoError? error)
    {
        if (_attempt is { } since)
            Instruments.AttemptDuration.Record(Since(since), Ended(at.State, error));
        _attempt = null;
    }

    public void OnBranchStart(RunPoint at, int index) => _branches[index] = time.GetTimestamp();

    public void OnBranchEnd(RunPoint at, int index, BranchEnd how, CanoError? error)
    {
        if (!_branches.Remove(index, out var since))
            return;
        var tags = of.State(at.State);
        tags.Add(Tags.Outcome, Tags.Of(how));
        if (error is not null)
            tags.Add(Tags.Error, error.Category);
        Instruments.BranchDuration.Record(Since(since), tags);
    }

    public void OnCompensationStart(RunPoint at)
    {
        _rest.GoesBack();
        Leave();
        _undo = time.GetTimestamp();
    }

    public void OnCompensationSuccess(RunPoint at) => Undone(at, null);

    public void OnCompensationFailure(RunPoint at, CanoError error) => Undone(at, error);

    public void OnRetry(RunPoint at, TimeSpan delay, CanoError error)
    {
        var tags = of.State(at.State);
        tags.Add(Tags.Error, error.Category);
        Instruments.Retries.Add(1, tags);
    }

    public void OnCircuitOpen(RunPoint at) => Instruments.CircuitRefusals.Add(1, of.State(at.State));

    public void OnWaiting(RunPoint at, RunWait wait)
    {
        // What a run that goes on does first, if it waits, began before.
        var isKnown = _mayHaveWaited;
        _mayHaveWaited = false;
        _rest.Waits();
        if (!isKnown)
            Instruments.Waits.Add(1, of.State(at.State));
    }

    public void OnWaitEnd(RunPoint at) => _rest.WaitEnds();

    public void OnSignal(RunPoint at, string signal) => Instruments.SignalsTaken.Add(1, of.State(at.State));

    public void OnChildStart(RunPoint at, string childRunId) =>
        Instruments.ChildrenStarted.Add(1, of.State(at.State));

    public void OnAppend(RunPoint at) => _append = time.GetTimestamp();

    public void OnCheckpoint(RunPoint at, long sequence)
    {
        if (_append is { } since)
            Instruments.AppendDuration.Record(Since(since), of.Run());
        _append = null;
    }

    // Whoever listens may throw. What is counted up is counted down all the same, so that comes first.
    private void Begin(Counter<long> how)
    {
        _begun = time.GetTimestamp();
        _isActive = true;
        Instruments.RunsActive.Add(1, of.Run());
        how.Add(1, of.Run());
    }

    private void End(in TagList tags)
    {
        // A run whose store fails when it is taken up has begun nothing here.
        var hasBegun = _isActive;
        _isActive = false;
        (_attempt, _undo, _append) = (null, null, null);
        _branches.Clear();
        if (hasBegun)
            Instruments.RunsActive.Add(-1, of.Run());
        Leave();
        if (hasBegun)
            Instruments.RunDuration.Record(Since(_begun), tags);
    }

    private void Leave()
    {
        if (_state is not { } left)
            return;
        _state = null;
        Instruments.StateDuration.Record(Since(left.At), of.State(left.Name));
    }

    private void Undone(RunPoint at, CanoError? error)
    {
        if (_undo is { } since)
            Instruments.CompensationDuration.Record(Since(since), Ended(at.State, error));
        _undo = null;
    }

    private double Since(long begun) => time.GetElapsedTime(begun).TotalSeconds;

    private TagList Ended(string state, CanoError? error)
    {
        var tags = of.State(state);
        tags.Add(Tags.Outcome, Tags.Of(error is null ? BranchEnd.Succeeded : BranchEnd.Failed));
        if (error is not null)
            tags.Add(Tags.Error, error.Category);
        return tags;
    }
}
