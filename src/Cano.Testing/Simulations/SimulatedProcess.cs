using System.Diagnostics;
using Cano.Runtime.Scope;

namespace Cano.Testing.Simulations;

/// <summary>A process that runs the workflow, until it ends or dies. Whatever of a dead one comes to one of
/// its seams stops there for ever.</summary>
internal sealed class SimulatedProcess : Dispatcher
{
    private const SimulationFaults Always =
        SimulationFaults.Crash | SimulationFaults.Cancel | SimulationFaults.ClockJumps;

    private readonly TaskCompletionSource _never = new();
    private readonly CancellationTokenSource _cancel = new();
    private readonly List<string> _open = [];
    private readonly Dictionary<string, ProcessRun> _runs = [];
    private int _diesIn;

    public SimulatedProcess(SimulatedWorld world, int number)
    {
        World = world;
        Number = number;
        Time = new SimulatedTime(world.Clock, this);
        Context = new SimulatedContext(this);
    }

    public SimulatedWorld World { get; }

    /// <summary>From 1.</summary>
    public int Number { get; }

    public TimeProvider Time { get; }

    /// <summary>In which the user's code runs.</summary>
    public SimulatedContext Context { get; }

    public RecordingObserver Seen { get; } = new();

    public ResourceProbe Resources { get; } = new();

    public CancellationToken CancellationToken => _cancel.Token;

    /// <summary>What is asked of its runs from outside; null in seeds in which nobody asks.</summary>
    public IAsked? Asked { get; set; }

    /// <summary>The runs that it has worked on.</summary>
    public IEnumerable<ProcessRun> Runs => _runs.Values;

    /// <summary>The virtual time at which the run's grace is over; null when it was not told to
    /// rest.</summary>
    public TimeSpan? RestsBy { get; private set; }

    /// <summary>Whether the run was told to rest.</summary>
    public bool IsSuspending => RestsBy is not null;

    /// <summary>Nothing of it takes effect any more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The states whose bodies are under way.</summary>
    public IReadOnlyList<string> OpenStates => _open;

    public override void Queue(IThreadPoolWorkItem work) => World.Queue(this, work);

    /// <summary>All stacks are one here.</summary>
    public override void Signal(IStopSignal stop) => stop.SignalHere();

    public override bool HasTurns => false;

    public override IDisposable? Unless(TimeSpan span, Action late) => null;

    /// <summary>Queues what goes on after an await. One that comes from elsewhere has left, and stays
    /// there.</summary>
    public void Go(IThreadPoolWorkItem work)
    {
        if (World.IsInside)
            Queue(work);
        else
            World.Escape(_open.LastOrDefault() ?? "");
    }

    public void End() => IsOver = true;

    /// <summary>A run as it works on it.</summary>
    public ProcessRun RunOf(string runId)
    {
        if (!_runs.TryGetValue(runId, out var run))
            _runs.Add(runId, run = new ProcessRun(this, World.Runs.Of(runId)));
        return run;
    }

    /// <summary>It has not ended in order.</summary>
    public bool HasDied { get; private set; }

    /// <summary>How often the journal or a resource has failed.</summary>
    public int TroubleCount { get; set; }

    /// <summary>A resource failed: no run can do its part.</summary>
    public void Trouble()
    {
        TroubleCount++;
        foreach (var run in _runs.Values)
            run.IsTroubled = true;
    }

    public void Opened(string state) => _open.Add(state);

    public void Closed(string state) => _open.Remove(state);

    /// <summary>Whether the process dies while it waits for a timer.</summary>
    public bool DiesWaiting()
    {
        StopAtTimes(Place.Nowhere, "while it waited");
        if (IsOver)
            return true;
        if (World.Faults.Draw(SimulationFaults.Crash) != SimulationFaults.Crash)
            return false;
        Die(Place.Nowhere, "while it waited");
        return true;
    }

    /// <summary>A point at which something may go wrong, and other work may come first. Returns what the
    /// caller has to do; never returns when the process is dead.</summary>
    public async ValueTask<SimulationFaults> StrikeAsync(SimulationFaults possible, Place at, string when)
    {
        await StayAsync(at.State).ConfigureAwait(false);
        if (World.OneIn(4))
        {
            await TakeTurnAsync().ConfigureAwait(false);
            await StayAsync(at.State).ConfigureAwait(false);
        }

        StopAtTimes(at, when);
        await StayAsync(at.State).ConfigureAwait(false);
        var fault = World.Faults.Draw(possible | (MayBeGivenUp ? Always : Always & ~SimulationFaults.Cancel));
        switch (fault)
        {
            case SimulationFaults.None:
                return fault;
            case SimulationFaults.Crash:
                Die(at, when);
                break;
            case SimulationFaults.Cancel:
                World.Tell(when, at, fault: fault);
                _cancel.Cancel();
                break;
            case SimulationFaults.ClockJumps:
                var jump = World.Faults.Jump();
                World.Clock.Jump(jump);
                World.Tell($"by {jump}, {when}", at, fault: fault);
                break;
            default:
                World.Tell(when, at, fault: fault);
                return fault;
        }

        await StayAsync(at.State).ConfigureAwait(false);
        return SimulationFaults.None;
    }

    /// <summary>Lets nobody pass who is dead, or comes on a thread of its own.</summary>
    public async ValueTask StayAsync(string state)
    {
        if (!World.IsInside)
            World.Escape(state);
        else if (!IsOver)
            return;
        await _never.Task.ConfigureAwait(false);
        throw new UnreachableException();
    }

    /// <summary>Lets other work come first. Never returns when the process is dead.</summary>
    public Task TakeTurnAsync()
    {
        if (!World.IsInside)
            World.Escape(_open.LastOrDefault() ?? "");
        if (IsOver || !World.IsInside)
            return _never.Task;
        var turn = new SimulatedTurn();
        Queue(turn);
        return turn.Come;
    }

    /// <summary>It dies so many points from here; 0: it does not.</summary>
    public void DieAfter(int points) => _diesIn = points;

    /// <summary>Whether somebody awaits the run who can give it up. An engine holds its runs by
    /// itself.</summary>
    private bool MayBeGivenUp => !World.IsFamily && !_cancel.IsCancellationRequested;

    private void StopAtTimes(Place at, string when)
    {
        if (_diesIn > 0 && --_diesIn == 0 && !IsOver)
            Die(at, when);
        if (IsOver || Asked is null)
            return;
        SuspendAtTimes(at, when);
        World.Canceller.AskAtTimes(this, at, when);
    }

    /// <summary>Whoever runs the process wants it to end in order, now and then.</summary>
    private void SuspendAtTimes(Place at, string when)
    {
        if (IsSuspending || !World.Suspends.Comes())
            return;
        DieAfter(World.Suspends.DiesAfter);
        var grace = World.Suspends.Toss() ? World.Suspends.Span() : TimeSpan.Zero;
        World.Tell($"with a grace of {grace}, {when}", at, fault: SimulationFaults.Suspend);
        RestsBy = World.Clock.Elapsed + grace;
        Asked!.Suspend(grace);
    }

    private void Die(Place at, string when)
    {
        World.Tell(when, at, fault: SimulationFaults.Crash);
        HasDied = true;
        End();
    }

    private sealed class SimulatedTurn : IThreadPoolWorkItem
    {
        private readonly TaskCompletionSource _come = new();

        public Task Come => _come.Task;

        public void Execute() => _come.SetResult();
    }
}
