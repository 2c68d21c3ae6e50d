using Cano.Runtime.Checkpoints;
using Cano.Runtime.StoredRuns;
using Cano.Runtime.Time;

namespace Cano.CSharp.Engine;

// How ends are heard of.
internal sealed partial class EngineRuns
{
    private const int AskedAtOnce = 1000;

    /// <summary>The run's end, whoever comes to it.</summary>
    /// <exception cref="CanoException">`run_not_found`; `suspended`: the engine works no more;
    /// `checkpoint_store`: the run is damaged.</exception>
    public async Task<EndedRun> EndOfAsync(string id, CancellationToken cancel)
    {
        if (await FoundAsync().ConfigureAwait(false) is { } before)
            return before;
        var coming = Coming(id);
        // Asked again when the waiter is there: an end in between is heard.
        if (await FoundAsync().ConfigureAwait(false) is { } ended)
            return ended;
        if (!IsHere(id))
            store.AwaitEnd(id);
        // A suspend tells those whom it finds.
        TellIfAtRest(id);
        return await coming.WaitAsync(cancel).ConfigureAwait(false);

        Task<EndedRun?> FoundAsync() =>
            PatientlyAsync(id, () => StoredEnd.FindAsync(store.Now, id, cancel), cancel);
    }

    /// <summary>The end that a run is still to come to, which has begun.</summary>
    public Task<EndedRun> Coming(string id)
    {
        lock (_gate)
        {
            if (!_waiters.TryGetValue(id, out var waiter))
                _waiters[id] = waiter = new(basis.Dispatcher.Completions);
            return waiter.Task;
        }
    }

    /// <summary>Who hears of a run's end may ask something of it before it has left: by then it has. The end
    /// may be read in the store before the run itself is told that it is there.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store cannot be read.</exception>
    public async Task HasLeftAsync(string id)
    {
        while (Find(id) is { } live)
        {
            if (live.IsEnding || await IsLeavingAsync(live).ConfigureAwait(false))
            {
                await live.Ended.ConfigureAwait(false);
                return;
            }

            if (live.Underway.IsCompleted)
                return;
            await live.Underway.ConfigureAwait(false);
        }
    }

    // An end that is read behind a row of a run is its own, and one that is read behind its claim is too,
    // unless it is a failure that is to be tried again. Of any other run it is the end of the one before.
    private async ValueTask<bool> IsLeavingAsync(EngineRun live)
    {
        var hasBegun = live.Begun.IsCompleted;
        if (!live.Granted.IsCompleted || !await live.Granted.ConfigureAwait(false))
            return false;
        var found = await StoreCall
            .AskAsync("find run", () => StoreListing.FindAsync(store.Now, live.Id))
            .ConfigureAwait(false);
        return found is { HasEnded: true } run && (hasBegun || !RunStatuses.IsFailure(run.Status));
    }

    /// <summary>Whoever waits for the end of a run that nobody here works on hears whether it has
    /// come.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store cannot be read.</exception>
    public async Task TellEndsAsync()
    {
        string[] waited;
        lock (_gate)
            waited = [.. _waiters.Keys.Where(id => !_live.ContainsKey(id))];
        foreach (var id in await MayHaveEndedAsync(waited).ConfigureAwait(false))
            await TellEndAsync(id).ConfigureAwait(false);
    }

    /// <summary>Who waits for a run that cannot be read hears that, and holds up no others.</summary>
    private async Task TellEndAsync(string id)
    {
        try
        {
            if (await FoundEndAsync(id).ConfigureAwait(false) is { } ended)
                Tell(id, ended);
        }
        catch (CanoException damaged) when (DamagedRunException.Is(damaged))
        {
            Tell(id, EndedRun.Of(new RunEnd(id, null, RunStatus.Damaged, null, damaged.Error)));
        }
    }

    /// <summary>Those of some runs whose ends have to be looked for: a store that nodes share says of many at
    /// once which have not ended.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store cannot be read.</exception>
    public async ValueTask<IReadOnlyCollection<string>> MayHaveEndedAsync(IReadOnlyCollection<string> ids)
    {
        if (store.Now.Shared is not { } shared)
            return ids;
        var others = new HashSet<string>(ids);
        foreach (var some in ids.Chunk(AskedAtOnce))
            others.ExceptWith(
                await StoreCall
                    .AskAsync("find runs", () => shared.UnfinishedAsync(some))
                    .ConfigureAwait(false)
            );
        return others;
    }

    /// <summary>A run whose last row was written, and the answer lost, has ended, and nobody has heard of it:
    /// who is to go on with it finds that. Null of any other.</summary>
    private Action? TellsLostEnd(EngineRun run, EndedRun ended) =>
        ended.IsLeftAlone && !run.IsStart ? () => Later(() => TellLostEndAsync(run.Id)) : null;

    private async Task TellLostEndAsync(string id)
    {
        var run = await PatientlyAsync(
                id,
                () => StoreListing.FindAsync(store.Now, id),
                CancellationToken.None
            )
            .ConfigureAwait(false);
        if (run is not { HasEnded: true })
            return;
        await TellEndsAsync().ConfigureAwait(false);
        if (run.ParentRunId is { } parent)
            await Children.Ended(parent, id).ConfigureAwait(false);
    }

    /// <summary>Asks the store for something of a run, again and again as long as it is out of
    /// reach.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the run is damaged, or the engine rests; or
    /// whatever else the store answers.</exception>
    public async Task<T> PatientlyAsync<T>(string id, Func<ValueTask<T>> ask, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                return await ask().ConfigureAwait(false);
            }
            catch (CanoException failure) when (failure.Error.Fault.IsCheckpointStore && !IsSuspended)
            {
                if (DamagedRunException.Is(failure) || await IsDamagedAsync(id).ConfigureAwait(false))
                    throw;
            }

            await Delay.ForAsync(s_firstDelay, basis.Time, cancel).ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
        }
    }

    /// <summary>Whether the store can be reached, and says that the run cannot be read.</summary>
    private async ValueTask<bool> IsDamagedAsync(string id)
    {
        try
        {
            var found = await StoreListing.FindAsync(store.Now, id).ConfigureAwait(false);
            return found?.Damage is not null;
        }
        // Whatever a store throws that is out of reach.
        catch (Exception)
        {
            return false;
        }
    }
}
