using Cano.Runtime.Errors;
using Cano.Runtime.Runs;
using Cano.Runtime.Scope;
using Cano.Runtime.StoredRuns;
using Cano.Runtime.Time;

namespace Cano.CSharp.Engine;

/// <summary>The runs that an engine has under way, and those who wait for their ends.</summary>
/// <param name="store">Where their rows are.</param>
/// <param name="workflows">Those that the engine knows.</param>
/// <param name="basis">What they are run with.</param>
/// <param name="maxRunning">How many work at once; null for any number.</param>
/// <param name="parks">Whether runs that wait stop, and are taken up from their rows when that is
/// over.</param>
internal sealed partial class EngineRuns(
    EngineStore store,
    EngineWorkflows workflows,
    RunOptions basis,
    int? maxRunning,
    bool parks
)
{
    /// <summary>So much longer than the grace it takes to give bodies up.</summary>
    private static readonly TimeSpan s_settling = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, EngineRun> _live = [];
    private readonly Dictionary<string, TaskCompletionSource<EndedRun>> _waiters = [];
    private readonly Dictionary<string, EngineRun> _outlasting = [];
    private readonly Dictionary<string, string> _held = [];

    // Until it is noted why they stopped.
    private readonly HashSet<EngineRun> _takenUp = [];
    private EngineChildren? _children;
    private readonly SemaphoreSlim _places = new(maxRunning ?? int.MaxValue);
    private Action? _placeGiven;

    /// <summary>The children of runs: whoever asks first, there is one, which knows all that are waited
    /// for.</summary>
    public EngineChildren Children =>
        LazyInitializer.EnsureInitialized(ref _children, () => new EngineChildren(this));

    /// <summary>No new work begins.</summary>
    public bool IsSuspended { get; private set; }

    /// <summary>Rings for those who watch runs.</summary>
    public ChangeBell Bell { get; } = new();

    public EngineStore Store => store;

    public EngineWorkflows Workflows => workflows;

    public RunOptions Basis => basis;

    /// <summary>The clock of what goes on beside runs.</summary>
    public TimeProvider BackgroundTime =>
        field ??= GuardedClock.Around(basis.Driven?.Background ?? basis.Time, basis.Logger);

    /// <summary>Those under way.</summary>
    public EngineRun[] Live
    {
        get
        {
            lock (_gate)
                return [.. _live.Values];
        }
    }

    /// <summary>One under way; null when it is not.</summary>
    public EngineRun? Find(string id)
    {
        lock (_gate)
            return _live.GetValueOrDefault(id);
    }

    /// <summary>Why a run is not taken up; null when nothing keeps it.</summary>
    public string? HeldOf(string id)
    {
        lock (_gate)
            return _held.GetValueOrDefault(id);
    }

    /// <summary>How many runs something keeps.</summary>
    public int HeldCount
    {
        get
        {
            lock (_gate)
                return _held.Count;
        }
    }

    /// <summary>Those that are not to be claimed here: somebody is about to, or waits until a start has left
    /// that may come to nothing; or the engine could not go on with them and does not try again
    /// now.</summary>
    public string[] NotToClaim()
    {
        lock (_gate)
            return
            [
                .. _failures.Keys.Where(_held.ContainsKey),
                .. _live
                    .Values.Where(run => run is { IsStart: true, IsGranted: false })
                    .Select(run => run.Id),
                .. _takenUp
                    .Where(run => run is { IsGranted: false, IsWaitingForPlace: false })
                    .Select(run => run.Id),
            ];
    }

    /// <summary>Notes why a run is left alone, or with null that nothing keeps it any more.</summary>
    public void Hold(string id, string? why)
    {
        lock (_gate)
            if (why is null)
                _held.Remove(id);
            else
                _held[id] = why;
    }

    /// <summary>New work begins again. Gives those that have not come to rest yet: whoever wakes the engine
    /// goes on with them, and nobody else does.</summary>
    public EngineRun[] Wake()
    {
        lock (_gate)
        {
            IsSuspended = false;
            return [.. _live.Values.Where(run => run is { RestsWithAll: true, IsQueued: false })];
        }
    }

    /// <summary>What a run needs to work: a place among those of its workflow, and then one among all. Who
    /// waits for the second holds up nobody but those who would wait for it too.</summary>
    private RunPlaces PlacesOf(EngineWorkflow workflow)
    {
        _placeGiven ??= () => Due?.HearOfPlace();
        return workflow.Places is { } own
            ? new RunPlaces(own, _places, _placeGiven)
            : new RunPlaces(_places, given: _placeGiven);
    }

    /// <summary>How many more runs may work now.</summary>
    public int FreePlaces => _places.CurrentCount;

    /// <summary>Works on a run, on no stack of the caller's.</summary>
    /// <param name="run">The run.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="isRested">Whether it has no place yet; a run of which only the first row is wanted needs
    /// none.</param>
    /// <param name="work">The work; answers with the exit's name, or with null when the run rests.</param>
    private void Work(
        EngineRun run,
        RunRequest request,
        bool isRested,
        Func<RunRequest, ValueTask<string?>> work
    )
    {
        using (Detached.Begin())
            basis.Dispatcher.Queue(new Working(() => WorkAsync(run, request, isRested, work)));
    }

    private async Task WorkAsync(
        EngineRun run,
        RunRequest request,
        bool isRested,
        Func<RunRequest, ValueTask<string?>> work
    )
    {
        var slot = new ResumeSlot(PlacesOf(run.Workflow));
        run.RestWith(slot);
        if (isRested && !run.IsQueued)
        {
            var taking = slot.TakeAsync();
            if (!taking.IsCompleted)
                run.WaitsForPlace();
            await taking.ConfigureAwait(false);
            run.IsWaitingForPlace = false;
        }

        var wanted = request with
        {
            Control = run.Control,
            Result = run.Result,
            Host = run,
            Slot = run.IsQueued ? null : slot,
        };
        var ended = await EndedAsync(run, () => work(wanted)).ConfigureAwait(false);
        if (wanted.Claim is { } claim && !run.IsGranted)
            GiveBack(run.Id, claim);
        Leave(run, ended);
        lock (_gate)
            _takenUp.Remove(run);
        // Who waits until it rests finds its end.
        if (!run.IsQueued)
            slot.Give();
    }

    private async Task<EndedRun> EndedAsync(EngineRun run, Func<ValueTask<string?>> work)
    {
        try
        {
            var exit = await work().ConfigureAwait(false);
            if (run.Result.Rests is { } rests)
                return Failed(run, new CanoException(rests));
            var end = new RunEnd(run.Id, run.Workflow.Name, RunStatus.Completed, exit, null);
            return new(end with { SignalsLeft = run.Result.SignalsLeft }, null)
            {
                ExitData = run.Result.ExitData,
            };
        }
        catch (LeftAloneException left)
        {
            return Failed(run, new CanoException(left.Error, left));
        }
        catch (CanoException stopped) when (run.CameToNothing && stopped.Error.Fault.IsCancelled)
        {
            return Failed(run, IsSuspended ? EngineErrors.Suspended() : EngineErrors.LeaseOver());
        }
        catch (CanoException failure)
        {
            return Failed(run, failure);
        }
        // Nobody awaits the work: whatever it throws is the run's end here.
        catch (Exception thrown)
        {
            var error = CanoError.Of(Fault.NewWorkflow(UserText.Of(thrown))).Thrown(thrown);
            return Failed(run, new CanoException(error, thrown));
        }
    }

    private static EndedRun Failed(EngineRun run, CanoException failure)
    {
        var status = run.Result.Status is { } row ? StoredEnd.StatusOf(row) : RunStatus.Suspended;
        var end = new RunEnd(run.Id, run.Workflow.Name, status, null, failure.Error);
        return new(end with { SignalsLeft = run.Result.SignalsLeft }, failure);
    }

    private void Leave(EngineRun run, EndedRun ended)
    {
        TaskCompletionSource<EndedRun>? waiter = null;
        lock (_gate)
        {
            _live.Remove(run.Id);
            Outlast(run);
            if (Park(run, ended))
                ended = ended with { IsParked = true };
            else if (StoredEnd.IsEnd(ended.End.Status) || (IsSuspended && !run.IsQueued))
                _waiters.Remove(run.Id, out waiter);
        }

        var goOn = StoredEnd.IsEnd(ended.End.Status)
            ? null
            : GoesOn(run, ended.IsParked) ?? TellsLostEnd(run, ended) ?? Healing(run, ended);
        if (run.Result.ParentId is { } parent && StoredEnd.IsEnd(ended.End.Status))
            run.Woken = Children.Ended(parent, run.Id);
        else if (ended.IsParked && run is { IsRung: true, IsToldToCancel: false })
            run.Woken = Look(run.Id);
        run.End(ended);
        Bell.Ring(run.Id);
        waiter?.TrySetResult(ended);
        goOn?.Invoke();
    }

    /// <summary>How a run goes on here that has not ended; null when it does not by itself.</summary>
    private Action? GoesOn(EngineRun run, bool isParked)
    {
        if (run is { IsToldToCancel: true } && !IsSuspended)
            return () => _ = TakeUpAsync(run.Id, run.Workflow, TakeUpFor.Cancel);
        if (isParked)
            return null;
        // The store did not say that it has it.
        if (run.IsNotParked && !IsSuspended)
            return () => Later(() => HealAsync(run, s_firstDelay));
        // Whoever asked for the start may wait for it no more: it is accepted all the same.
        return run.IsQueued && run.Begun.IsCompleted ? () => Queue(run) : null;
    }

    private sealed class Working(Func<Task> work) : IThreadPoolWorkItem
    {
        public void Execute() => _ = work();
    }
}
