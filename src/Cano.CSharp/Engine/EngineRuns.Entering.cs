using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Runs;

namespace Cano.CSharp.Engine;

// How runs come to be worked on: of several who want one, one does.
internal sealed partial class EngineRuns
{
    /// <summary>Begins a run; returns when it is durable.</summary>
    /// <exception cref="CanoException">Why it is not begun.</exception>
    public Task StartAsync<TState>(
        EngineWorkflow<TState> workflow,
        TState initial,
        RunRequest request,
        Action? whenBegun,
        CancellationToken cancel
    )
        where TState : notnull =>
        StartAsync(workflow, wants => workflow.StartAsync(initial, wants), request, whenBegun, cancel);

    /// <summary>Begins a child; returns when it is durable.</summary>
    /// <exception cref="CanoException">Why it is not begun.</exception>
    public Task StartAsync(EngineWorkflow workflow, ChildStart child, RunRequest request) =>
        StartAsync(
            workflow,
            wants => workflow.StartAsync(child, wants),
            request,
            whenBegun: null,
            CancellationToken.None
        );

    private async Task StartAsync(
        EngineWorkflow workflow,
        Func<RunRequest, ValueTask<string?>> start,
        RunRequest request,
        Action? whenBegun,
        CancellationToken cancel
    )
    {
        var run = await EnteredAsync(workflow, request, whenBegun, cancel).ConfigureAwait(false);
        var isLater = run.IsQueued;
        Work(run, request with { OnlyBegins = isLater }, isLater, start);
        await BegunAsync(run, cancel).ConfigureAwait(false);
    }

    /// <summary>A start among those under way. Another one that may come to nothing is waited for.</summary>
    private async Task<EngineRun> EnteredAsync(
        EngineWorkflow workflow,
        RunRequest request,
        Action? whenBegun,
        CancellationToken cancel
    )
    {
        var id = request.Id!;
        var places = PlacesOf(workflow);
        while (true)
        {
            // A child does not begin in the midst of its parent, which has a place.
            var isLater = request.Parent is not null || request.NotBefore > basis.Now() || !places.TryTake();
            var run = new EngineRun(id, workflow, Bell, basis.Dispatcher)
            {
                IsStart = true,
                IsQueued = isLater,
                NotBefore = request.NotBefore,
                WhenBegun = whenBegun,
                MayPark = MayPark,
                Children = Children,
            };
            if (TryEnter(run, out var other))
                return run;
            if (!isLater)
                places.Give();
            if (other is null || IsSuspended)
                throw EngineErrors.Suspended();
            if (await other.Granted.WaitAsync(cancel).ConfigureAwait(false))
                throw EngineErrors.HasBegun(id, workflow.Name);
            await other.Ended.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Goes on with a run that is there; null when somebody works on it, or the engine is suspended.
    /// Who came in vain, or was told to rest, is waited for: the run would lie there else.</summary>
    public async Task<EngineRun?> TakeUpAsync(
        string id,
        EngineWorkflow workflow,
        TakeUpFor why = TakeUpFor.Unfinished,
        bool isWaitOver = false,
        RunClaim? claim = null
    )
    {
        var request = RequestOf(id) with { For = why, IsWaitOver = isWaitOver, Claim = claim };
        return (await TakeUpAsync(workflow, request).ConfigureAwait(false)).Own;
    }

    // The rows of a flow's run stay until the flow knows that it is over.
    private static RunRequest RequestOf(string id) =>
        new(id) { For = TakeUpFor.Unfinished, KeepsRows = OccurrenceId.IsOne(id) };

    /// <summary>As above; tells who else works on it when nobody goes on with it.</summary>
    private async Task<(EngineRun? Own, EngineRun? Other)> TakeUpAsync(
        EngineWorkflow workflow,
        RunRequest request
    )
    {
        var run = new EngineRun(request.Id!, workflow, Bell, basis.Dispatcher)
        {
            IsRetry = request.For == TakeUpFor.Retry,
            MayPark = MayPark,
            Children = Children,
        };
        while (!TryEnter(run, out var other))
            if (other is null || IsSuspended || !await other.MakesWayAsync().ConfigureAwait(false))
                return (null, other);
        // One that was due was claimed because there is a place: nobody asks for more before it has it.
        var hasPlace = request.Claim is not null && PlacesOf(workflow).TryTake();
        Work(run, request, isRested: !hasPlace, workflow.TakeUpAsync);
        return (run, null);
    }

    /// <summary>Returns when a row of the run's is durable in this process, or throws why none is.</summary>
    public static async Task BegunAsync(EngineRun run, CancellationToken cancel)
    {
        // One that waits for its turn is nobody's before it is told of.
        var begun = run.IsQueued ? run.Ended : run.Begun;
        await Task.WhenAny(begun, run.Ended).WaitAsync(cancel).ConfigureAwait(false);
        if (run.Ended.IsCompleted && !run.Begun.IsCompleted)
            _ = (await run.Ended.ConfigureAwait(false)).Exit;
    }

    /// <summary>False when the engine is suspended, or another one is at the run, or it waits and is to be
    /// retried.</summary>
    private bool TryEnter(EngineRun run, out EngineRun? other)
    {
        lock (_gate)
        {
            // No two bodies of one visit: a run is taken up again when the body has ended.
            if (!_live.TryGetValue(run.Id, out other) && !run.IsStart)
                _outlasting.TryGetValue(run.Id, out other);
            if (IsSuspended || other is not null || (run.IsRetry && _parked.Find(run.Id) is not null))
                return false;
            _live.Add(run.Id, run);
            // A start in vain leaves the run that is there as it is.
            if (!run.IsStart)
            {
                _takenUp.Add(run);
                _parked.Remove(run.Id);
                // What kept it is noted again, if it does.
                _held.Remove(run.Id);
            }

            return true;
        }
    }
}
