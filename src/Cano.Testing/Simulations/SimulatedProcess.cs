using System.Diagnostics;
using Cano.Runtime.Cancellation;
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
    private int _diesIn;

    public SimulatedProcess(SimulatedWorld world, int number, JournalRules rules)
    {
        World = world;
        Number = number;
        Time = new SimulatedTime(world.Clock, this);
        Replay = new ReplayCheck(world);
        Context = new SimulatedContext(this);
        Rest = new RestRules(this, rules);
        Cancelling = new CancelRules(this, rules);
        Control = world.Suspends.IsOpen || world.Cancels.IsOpen ? new RunControl() : null;
    }

    public SimulatedWorld World { get; }

    /// <summary>From 1.</summary>
    public int Number { get; }

    public TimeProvider Time { get; }

    /// <summary>In which the user's code runs.</summary>
    public SimulatedContext Context { get; }

    public RecordingObserver Seen { get; } = new();

    public ReplayCheck Replay { get; }

    public ResourceProbe Resources { get; } = new();

    public CancellationToken CancellationToken => _cancel.Token;

    /// <summary>What holds when the run is told to rest.</summary>
    public RestRules Rest { get; }

    /// <summary>What holds when the run is cancelled for good.</summary>
    public CancelRules Cancelling { get; }

    /// <summary>Whether it knows that the run is cancelled for good.</summary>
    public bool HasHeard { get; set; }

    /// <summary>What is asked of the run from outside; null in seeds in which nobody asks.</summary>
    public RunControl? Control { get; }

    /// <summary>The virtual time at which the run's grace is over; null when it was not told to
    /// rest.</summary>
    public TimeSpan? RestsBy { get; private set; }

    /// <summary>Whether the run was told to rest.</summary>
    public bool IsSuspending => RestsBy is not null;

    /// <summary>Nothing of it takes effect any more.</summary>
    public bool IsOver { get; private set; }

    /// <summary>The journal or a resource failed: the run could not do its part.</summary>
    public bool IsTroubled { get; set; }

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

    public void Opened(string state) => _open.Add(state);

    public void Closed(string state) => _open.Remove(state);

    /// <summary>Whether the process dies while it waits for a timer.</summary>
    public bool DiesWaiting()
    {
        StopAtTimes("", "while it waited");
        if (IsOver)
            return true;
        if (World.Faults.Draw(SimulationFaults.Crash) != SimulationFaults.Crash)
            return false;
        Die("", "while it waited");
        return true;
    }

    /// <summary>A point at which something may go wrong, and other work may come first. Returns what the
    /// caller has to do; never returns when the process is dead.</summary>
    public async ValueTask<SimulationFaults> StrikeAsync(SimulationFaults possible, string state, string when)
    {
        await StayAsync(state).ConfigureAwait(false);
        if (World.OneIn(4))
        {
            await TakeTurnAsync().ConfigureAwait(false);
            await StayAsync(state).ConfigureAwait(false);
        }

        StopAtTimes(state, when);
        await StayAsync(state).ConfigureAwait(false);
        var fault = World.Faults.Draw(
            possible | (_cancel.IsCancellationRequested ? Always & ~SimulationFaults.Cancel : Always)
        );
        switch (fault)
        {
            case SimulationFaults.None:
                return fault;
            case SimulationFaults.Crash:
                Die(state, when);
                break;
            case SimulationFaults.Cancel:
                World.Tell(when, state, fault: fault);
                _cancel.Cancel();
                break;
            case SimulationFaults.ClockJumps:
                var jump = World.Faults.Jump();
                World.Clock.Jump(jump);
                World.Tell($"by {jump}, {when}", state, fault: fault);
                break;
            default:
                World.Tell(when, state, fault: fault);
                return fault;
        }

        await StayAsync(state).ConfigureAwait(false);
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

    /// <summary>It hears that the run is cancelled for good, if that is still to be done.</summary>
    public void Hear()
    {
        if (IsOver || World.Canceller.Waiting is not { } request)
            return;
        World.Tell("hears of the cancel");
        HasHeard = true;
        Control!.Cancel(request);
    }

    /// <summary>It dies so many points from here; 0: it does not.</summary>
    public void DieAfter(int points) => _diesIn = points;

    private void StopAtTimes(string state, string when)
    {
        if (_diesIn > 0 && --_diesIn == 0 && !IsOver)
            Die(state, when);
        if (IsOver || Control is null)
            return;
        SuspendAtTimes(state, when);
        World.Canceller.AskAtTimes(this, state, when);
    }

    /// <summary>Whoever runs the process wants it to end in order, now and then.</summary>
    private void SuspendAtTimes(string state, string when)
    {
        if (IsSuspending || !World.Suspends.Comes())
            return;
        DieAfter(World.Suspends.DiesAfter);
        var grace = World.Suspends.Toss() ? World.Suspends.Span() : TimeSpan.Zero;
        World.Tell($"with a grace of {grace}, {when}", state, fault: SimulationFaults.Suspend);
        RestsBy = World.Clock.Elapsed + grace;
        Control!.Suspend(grace);
    }

    private void Die(string state, string when)
    {
        World.Tell(when, state, fault: SimulationFaults.Crash);
        End();
    }

    private sealed class SimulatedTurn : IThreadPoolWorkItem
    {
        private readonly TaskCompletionSource _come = new();

        public Task Come => _come.Task;

        public void Execute() => _come.SetResult();
    }
}
