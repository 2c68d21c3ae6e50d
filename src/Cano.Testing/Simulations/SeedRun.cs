using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Data;
using Cano.Runtime.Definitions;
using Cano.Runtime.Errors;
using Cano.Runtime.Runs;
using Cano.Runtime.Scope;
using Cano.Runtime.Steps.Sagas;
using Cano.Runtime.Steps.Singles;

namespace Cano.Testing.Simulations;

/// <summary>Names that all seeds share.</summary>
internal static class SeedRun
{
    /// <summary>The id of every simulated run: effect keys begin with it.</summary>
    public const string RunId = "run";
}

/// <summary>Runs one seed: processes one after another, until the run has ended for good.</summary>
internal sealed class SeedRun<TState>
    where TState : notnull
{
    // Some faults do not count against the seed's number, a refused claim after a crash, say; this ends what
    // never would.
    private const int ProcessesMax = 200;

    private readonly SimulatedWorld _world;
    private readonly Workflow<TState> _workflow;
    private readonly TState _initial;
    private readonly JournalRules _rules;
    private readonly SignalPlan _signals;
    private readonly List<SimulatedProcess> _processes = [];
    private CanoError? _error;
    private string? _exit;

    public SeedRun(SimulatedWorld world, Func<Simulation, Workflow<TState>> make, TState initial)
    {
        _world = world;
        _initial = initial;
        _workflow = make(new Simulation(world, world.Stream(3)));
        _workflow.ValidateInitialState(initial);
        _rules = new JournalRules(_workflow.Definition, world.Breach)
        {
            IsJournaled = world.Options.IsJournaled,
            OneCallStates = _workflow
                .Setup.Handlers.Where(IsOneCall)
                .Select(handler => StateNames<TState>.Of(handler.State))
                .ToHashSet(),
        };
        _signals = new SignalPlan(world, _workflow.Definition, _workflow.Setup.Options.Values);
    }

    private static bool IsOneCall(Registration<TState> handler) =>
        handler.Body switch
        {
            TaskBody<TState> { Task: not IComposedTask, Rules.Limit: null } => true,
            CompensatableBody<TState> step => step.UndoTimeout is null,
            _ => false,
        };

    /// <summary>Runs it to the end and judges it.</summary>
    public SimulatedRun Run()
    {
        try
        {
            while (LastsOn())
            {
                _world.Clock.Pass(_world.OneIn(2) ? TimeSpan.Zero : _world.Faults.Span());
                _world.Canceller.AskAtTimes(null, "", "while nobody worked on the run");
            }

            Drain();
        }
        catch (SimulationHalt halt)
        {
            _world.Process?.End();
            _world.Breaches.Add(UserText.MessageOf(halt));
            return Told();
        }

        foreach (var process in _processes)
            process.Replay.Compare();
        EndRules.Judge(_world, _rules, _workflow.Setup.Options.Retention, _exit, _error);
        var run = Told();
        foreach (var invariant in _world.Invariants)
            if (invariant.Judge(run) is { } breach)
                _world.Breach(breach);
        return run with { Breaches = [.. _world.Breaches] };
    }

    /// <summary>One process; whether another one has to follow.</summary>
    private bool LastsOn()
    {
        if (_processes.Count == ProcessesMax)
            throw new SimulationHalt($"the run did not end within {ProcessesMax} processes");
        var process = new SimulatedProcess(_world, _processes.Count + 1, _rules);
        _processes.Add(process);
        _world.Process = process;
        // Whoever takes the run up finds what waits for it.
        process.HasHeard = _world.Canceller.Waiting is not null;
        var run = Start(process);
        while (!run.IsCompleted && !process.IsOver)
            if (!_world.TryStep() && !_signals.ComesAfterAll())
                _world.Stall();
        if (process.IsOver)
            return !IsGone();
        Hear(run);
        EndRules.Judge(_world, process);
        process.Rest.Ended(_error);
        process.Cancelling.Ended(_error);
        if (!IsUnsettled(process))
            return false;
        process.End();
        return true;
    }

    private Task<TState> Start(SimulatedProcess process)
    {
        var hasRows = _rules.Rows.Count > 0;
        _world.Tell(hasRows ? "the process starts and resumes the run" : "the process starts the run");
        process.Replay.Rows = () => _rules.Recoverable;
        var setup = _workflow.Setup;
        var simulated = new Workflow<TState>(
            setup with
            {
                Resources = process.Resources.AddTo(setup.Resources, process),
                Options = Options(setup.Options, process),
            }
        );
        var (compiled, cancel) = (simulated.Compiled, process.CancellationToken);
        var request = new RunRequest(SeedRun.RunId) { Control = process.Control };
        return hasRows
            ? Runs.ResumeAsync(compiled, request, cancel).AsTask()
            : Runs.StartAsync(compiled, _initial, request, cancel).AsTask();
    }

    private RunOptions Options(RunOptions options, SimulatedProcess process)
    {
        var store = Task.FromResult<ICheckpointStore>(new SimulatedStore(process, _rules));
        var given = options with
        {
            Observers = [.. options.Observers, process.Seen, new ProcessObserver(_world)],
        };
        return _world.Guests.AddTo(given) with
        {
            Inboxes = _signals.Inboxes,
            Time = process.Time,
            Dispatcher = process,
            Random = _world.Stream(3 + process.Number),
            Steps = process.Replay,
            Calls = new SimulatedCalls(process, _rules),
            Store = _world.Options.IsJournaled ? _ => store : null,
        };
    }

    /// <summary>A process that died may have ended the run before: its rows are cleared, and nobody can
    /// resume it.</summary>
    private bool IsGone()
    {
        if (!_rules.HasEnded || RowsLeft().Count > 0)
            return false;
        var plan = Plan.Compile(_workflow.Definition);
        if (
            Recovery.Recover(plan, SeedRun.RunId, LoadedRows.Told(SeedRun.RunId, _rules.Recoverable))
            is not Recovered.Found found
        )
            return false;
        var run = found.Run;
        if (Reducer.Step(plan, in run, RunEvent.Resumed).Start is not Effect.Finish end)
            return false;
        _exit = end.Outcome is Outcome.Completed completed ? plan.NameOf(completed.Exit) : null;
        _error = (end.Outcome as Outcome.Failed)?.Error;
        return true;
    }

    private void Hear(Task<TState> run)
    {
        (_exit, _error) = (null, null);
        if (run.IsCompletedSuccessfully)
            _exit = StateNames<TState>.Of(run.Result);
        else if (run.Exception?.InnerException is CanoException { Error: var error })
            _error = error;
        else
        {
            _world.Breach(
                $"the run ended with something else than a CanoException: {UserText.Of(run.Exception?.InnerException ?? (object)run.Status)}"
            );
            _error = CanoError.Generic("no error of a workflow");
        }

        _world.Tell(
            _exit is not null ? $"the run completed in {_exit}"
            : _error!.Fault.IsSuspended ? "the run rests"
            : $"the run failed: {_error}"
        );
    }

    /// <summary>Whether the run is to be resumed: because it rests, because its journal or a resource failed
    /// it, or because somebody wants to try a failed run again.</summary>
    private bool IsUnsettled(SimulatedProcess process)
    {
        if (_error is null || !_world.Options.IsJournaled)
            return false;
        if (_error.Fault.IsCheckpointStore && !process.IsTroubled)
            _world.Breach("the journal failed the run without having failed");
        // One that was told to rest before its first row has not begun.
        var isPutOff = _error.Fault.IsSuspended || (process.IsSuspending && _rules.Rows.Count == 0);
        if (process.IsTroubled || isPutOff || _world.Canceller.Waiting is not null)
            return true;
        if (RowsLeft().Count == 0 || _world.Faults.Draw(SimulationFaults.Restart) == SimulationFaults.None)
            return false;
        _world.Tell("the failed run is to be resumed", fault: SimulationFaults.Restart);
        return true;
    }

    /// <summary>Lets work that was abandoned come to its end.</summary>
    private void Drain()
    {
        _world.Faults.Stop();
        while (_world.TryStep()) { }
        if (_world.Process is { OpenStates.Count: > 0, IsOver: false })
            _world.Stall();
        _world.Process?.End();
    }

    // The store in memory answers at once.
    private IReadOnlyList<CheckpointRow> RowsLeft() =>
        _world.Disk.LoadRunAsync(SeedRun.RunId).GetAwaiter().GetResult();

    private SimulatedRun Told() =>
        new()
        {
            Seed = _world.Seed,
            Exit = _exit,
            Error = _error,
            Rows = _rules.Rows,
            RowsLeft = RowsLeft(),
            Events = [.. _processes.SelectMany(process => process.Seen.Events)],
            Timeline = _world.Timeline,
            ProcessCount = _processes.Count,
            DecisionCount = _processes.Sum(process => process.Replay.DecisionCount),
            Duration = _world.Clock.Elapsed,
            StopPointCount = Math.Max(_world.Suspends.PointCount, _world.Cancels.PointCount),
            Breaches = [.. _world.Breaches],
        };
}
