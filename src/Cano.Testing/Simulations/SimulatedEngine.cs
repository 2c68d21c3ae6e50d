using System.Runtime.ExceptionServices;
using Cano.CSharp.Engine;
using Cano.Runtime.Definitions;
using Cano.Runtime.Time;

namespace Cano.Testing.Simulations;

/// <summary>The engine that a process opens: the real one, on the simulation's disk and in its
/// time.</summary>
internal sealed class SimulatedEngine<TState> : IWorkflowFrame, IAsked
    where TState : notnull
{
    private static readonly TimeSpan s_pause = TimeSpan.FromMinutes(1);

    private readonly SimulatedProcess _process;
    private readonly Workflow<TState> _workflow;
    private readonly TState _initial;
    private readonly Random _random;
    private readonly CanoEngine _engine;
    private ExceptionDispatchInfo? _broken;
    private bool _hasTold;
    private int _troubles;

    public SimulatedEngine(SimulatedProcess process, Workflow<TState> workflow, TState initial)
    {
        (_process, _workflow, _initial) = (process, workflow, initial);
        _random = World.Stream(3 + process.Number);
        var options = new CanoEngineOptions
        {
            TimeProvider = new SimulatedEngineTime(process),
            Retention = Retention.Clear,
            Frame = this,
        };
        // Of a store that one process has it is opened at once.
        _engine = CanoEngine.OpenAsync(new SimulatedStore(process), options).GetAwaiter().GetResult();
        _engine.Add(workflow);
    }

    /// <summary>Its runs rest, as they were told to.</summary>
    public bool IsAtRest { get; private set; }

    /// <summary>Of the runs that rest some have work that did not stop in time.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>It has told the end of the run.</summary>
    /// <exception cref="Exception">What it must not throw.</exception>
    public bool HasTold
    {
        get
        {
            _broken?.Throw();
            return _hasTold;
        }
    }

    private SimulatedWorld World => _process.World;

    /// <summary>Starts the run, or takes up what is there, and waits for the run's end.</summary>
    public void Begin() =>
        Go(async () =>
        {
            if (World.Runs.Root.Rows.Count == 0)
                await StartAsync().ConfigureAwait(false);
            else
                Go(TakeUpAsync);
            await FollowAsync().ConfigureAwait(false);
        });

    /// <summary>Nothing is left to run, and somebody looks whether anything is kept from it: what a failure
    /// has stopped for good, or killed its processes too often. False when nothing is.</summary>
    public bool TakesUpMore()
    {
        if (World.Runs.All.FirstOrDefault(IsSetAside) is { } set)
        {
            World.Tell("is tried again by somebody who found it set aside", new Place(set.RunId, ""));
            Go(() => _engine.RetryAsync(set.RunId));
            return true;
        }

        if (_troubles == _process.TroubleCount)
            return false;
        _troubles = _process.TroubleCount;
        World.Tell("somebody has mended what had failed, and resumes all");
        Go(TakeUpAsync);
        return true;
    }

    /// <summary>Tries a run again that has failed.</summary>
    public void Retry()
    {
        _hasTold = false;
        Go(async () =>
        {
            try
            {
                await _engine.RetryAsync(SeedRun.RunId).ConfigureAwait(false);
            }
            catch (CanoException refused)
            {
                World.Tell($"the retry is refused: {refused.Error}");
            }

            await FollowAsync().ConfigureAwait(false);
        });
    }

    /// <summary>All runs are told at once: nothing comes between.</summary>
    public void Suspend(TimeSpan grace) =>
        _ = GuardedAsync(async () =>
        {
            var stopped = await _engine.SuspendAsync(grace).ConfigureAwait(false);
            var left = string.Join(", ", stopped.StillRunning);
            World.Tell(left.Length == 0 ? "the engine rests" : $"the engine rests, but for {left}");
            (IsAtRest, HasLeft) = (true, left.Length > 0);
        });

    public void Hear(string runId) => Go(() => _engine.CancelAsync(runId, "simulated"));

    public WorkflowSetup<TOther> Around<TOther>(WorkflowSetup<TOther> setup)
        where TOther : notnull
    {
        var known = KnownWorkflow.Of(setup);
        World.Signals!.Know(known.Definition);
        var options = setup.Options;
        var watched = options with
        {
            Observers = [.. options.Observers, _process.Seen, new ProcessObserver(World)],
        };
        return setup with
        {
            Resources = _process.Resources.AddTo(setup.Resources, _process),
            Options = World.Guests.AddTo(watched) with
            {
                Random = _random,
                Steps = new ProcessSteps(_process, known),
                // Who waits for a place would go on outside.
                MaxRunning = null,
            },
        };
    }

    private bool IsSetAside(JournalRules run) =>
        World.Disk.FindAsync(run.RunId).AsTask().GetAwaiter().GetResult()
            is { Status: RunStatus.Quarantined };

    private async Task StartAsync()
    {
        var wanted = new WantedRun<TState>(_workflow, _initial, SeedRun.RunId, World.Options.Input, null);
        while (World.Runs.Root.Rows.Count == 0 && !_process.IsSuspending)
            try
            {
                await _engine.BeginAsync(wanted, default).ConfigureAwait(false);
            }
            catch (CanoException refused) when (!refused.Error.Fault.IsConfiguration)
            {
                World.Tell($"the start is refused: {refused.Error}");
                await Delay.ForAsync(s_pause, _process.Time, default).ConfigureAwait(false);
            }
    }

    private async Task TakeUpAsync()
    {
        await foreach (var end in _engine.ResumeAsync().ConfigureAwait(false))
            World.Tell($"is told as {end.Status}", new Place(end.RunId, ""));
    }

    /// <summary>Waits for the run's end, which has to be the one that its rows tell.</summary>
    private async Task FollowAsync()
    {
        // It was told to rest before the run was there.
        if (World.Runs.Root.Rows.Count == 0)
            return;
        string? exit = null;
        CanoError? error = null;
        try
        {
            exit = _workflow.Setup.States.NameOf(
                await _engine.Run(_workflow, SeedRun.RunId).Completion().ConfigureAwait(false)
            );
        }
        catch (CanoException failure)
        {
            error = failure.Error;
        }

        // Whoever waits hears that the engine rests, or what kept the run from its work until then.
        var isOfRun = World.Runs.Root.HasEnded && error is not { Fault.IsCheckpointStore: true };
        if (_process.IsSuspending && error is not null && !isOfRun)
            return;
        var own = FamilyRules.EndOf(World.Runs.Root);
        // It was forgotten as soon as it had ended, before anybody asked.
        var isForgotten = error is { Fault.IsRunNotFound: true } && World.Runs.Root.IsSettled;
        if (!isForgotten && (exit, error?.Category) != (own.Exit, own.Error?.Category))
            World.Breach($"the run's end is told as {exit ?? error?.ToString()}, and its rows say {own}");
        World.Tell(
            own.Exit is { } reached ? $"the run completed in {reached}" : $"the run failed: {own.Error}"
        );
        _hasTold = true;
    }

    /// <summary>Begins work of somebody outside. What a run's caller gets as an error is told.</summary>
    private void Go(Func<Task> work) => _process.Queue(new Work(() => _ = GuardedAsync(work)));

    private async Task GuardedAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (CanoException refused) when (!refused.Error.Fault.IsConfiguration)
        {
            World.Tell($"it is refused: {refused.Error}");
        }
        catch (Exception thrown)
        {
            _broken = ExceptionDispatchInfo.Capture(thrown);
        }
    }

    private sealed class Work(Action work) : IThreadPoolWorkItem
    {
        public void Execute() => work();
    }
}
