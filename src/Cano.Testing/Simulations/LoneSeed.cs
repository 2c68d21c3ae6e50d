using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Errors;
using Cano.Runtime.Runs;
using Cano.Runtime.Scope;

namespace Cano.Testing.Simulations;

/// <summary>A run with nobody around it: each process starts or resumes it.</summary>
internal sealed class LoneSeed<TState> : SeedRun
    where TState : notnull
{
    private readonly Workflow<TState> _workflow;
    private readonly TState _initial;
    private readonly SignalPlan _signals;

    public LoneSeed(SimulatedWorld world, Workflow<TState> workflow, TState initial)
        : base(world)
    {
        (_workflow, _initial) = (workflow, initial);
        world.Runs.Know(RunId, KnownWorkflow.Of(workflow.Setup));
        world.Signals = _signals = new SignalPlan(world, workflow.Setup.Options.Values);
        _signals.Know(workflow.Definition);
        _signals.Begin(RunId, world.Options.Signals);
    }

    /// <summary>One process; whether another one has to follow.</summary>
    protected override bool LastsOn(SimulatedProcess process)
    {
        var own = process.RunOf(RunId);
        // Whoever takes the run up finds what waits for it.
        own.HasHeard = World.Canceller.WaitingFor(RunId) is not null;
        var asked = World.Suspends.IsOpen || World.Cancels.IsOpen ? new AskedOfOne(own) : null;
        process.Asked = asked;
        var run = Start(process, asked?.Control);
        while (!run.IsCompleted && !process.IsOver)
            if (!World.TryStep() && !_signals.ComesAfterAll())
                World.Stall();
        if (process.IsOver)
            return !IsGone();
        Hear(run);
        EndRules.Judge(World, process);
        own.Rest.Ended(Error);
        own.Cancelling.Ended(Error);
        if (!IsUnsettled(own))
            return false;
        process.End();
        return true;
    }

    private Task<TState> Start(SimulatedProcess process, RunControl? control)
    {
        var hasRows = Root.Rows.Count > 0;
        World.Tell(hasRows ? "the process starts and resumes the run" : "the process starts the run");
        var setup = _workflow.Setup;
        var simulated = new Workflow<TState>(
            setup with
            {
                Resources = process.Resources.AddTo(setup.Resources, process),
                Options = Options(setup.Options, process),
            }
        );
        var (compiled, cancel) = (simulated.Compiled, process.CancellationToken);
        var request = new RunRequest(RunId) { Control = control, Input = World.Options.Input };
        return hasRows
            ? Runs.ResumeAsync(compiled, request, cancel).AsTask()
            : Runs.StartAsync(compiled, _initial, request, cancel).AsTask();
    }

    private RunOptions Options(RunOptions options, SimulatedProcess process)
    {
        var store = Task.FromResult<ICheckpointStore>(new SimulatedStore(process));
        var given = options with
        {
            Observers = [.. options.Observers, process.Seen, new ProcessObserver(World)],
        };
        return World.Guests.AddTo(given) with
        {
            Inboxes = _signals.Inboxes,
            Time = process.Time,
            Dispatcher = process,
            Random = World.Stream(3 + process.Number),
            Steps = new ProcessSteps(process, Root.Workflow),
            Calls = new SimulatedCalls(process),
            Store = World.Options.IsJournaled ? _ => store : null,
        };
    }

    /// <summary>A process that died may have ended the run before: its rows are cleared, and nobody can
    /// resume it.</summary>
    private bool IsGone()
    {
        if (!Root.HasEnded || RowsLeft().Count > 0)
            return false;
        var plan = Plan.Compile(_workflow.Definition);
        if (
            Recovery.Recover(plan, RunId, LoadedRows.Told(RunId, Root.Recoverable))
            is not Recovered.Found found
        )
            return false;
        var run = found.Run;
        if (Reducer.Step(plan, in run, RunEvent.Resumed).Start is not Effect.Finish end)
            return false;
        Exit = end.Outcome is Outcome.Completed completed ? plan.NameOf(completed.Exit) : null;
        Error = (end.Outcome as Outcome.Failed)?.Error;
        return true;
    }

    private void Hear(Task<TState> run)
    {
        (Exit, Error) = (null, null);
        if (run.IsCompletedSuccessfully)
            Exit = _workflow.Setup.States.NameOf(run.Result);
        else if (run.Exception?.InnerException is CanoException { Error: var error })
            Error = error;
        else
        {
            World.Breach(
                $"the run ended with something else than a CanoException: {UserText.Of(run.Exception?.InnerException ?? (object)run.Status)}"
            );
            Error = CanoError.Generic("no error of a workflow");
        }

        World.Tell(
            Exit is not null ? $"the run completed in {Exit}"
            : Error!.Fault.IsSuspended ? "the run rests"
            : $"the run failed: {Error}"
        );
    }

    /// <summary>Whether the run is to be resumed: because it rests, because its journal or a resource failed
    /// it, or because somebody wants to try a failed run again.</summary>
    private bool IsUnsettled(ProcessRun run)
    {
        if (Error is null || !World.Options.IsJournaled)
            return false;
        if (Error.Fault.IsCheckpointStore && !run.IsTroubled)
            World.Breach("the journal failed the run without having failed");
        // One that was told to rest before its first row has not begun.
        var isPutOff = Error.Fault.IsSuspended || (run.Process.IsSuspending && Root.Rows.Count == 0);
        if (run.IsTroubled || isPutOff || World.Canceller.WaitingFor(RunId) is not null)
            return true;
        if (RowsLeft().Count == 0 || World.Faults.Draw(SimulationFaults.Restart) == SimulationFaults.None)
            return false;
        World.Tell("the failed run is to be resumed", fault: SimulationFaults.Restart);
        return true;
    }
}
