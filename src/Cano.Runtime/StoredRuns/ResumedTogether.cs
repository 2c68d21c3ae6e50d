using Cano.Runtime.Scope;

namespace Cano.Runtime.StoredRuns;

/// <summary>Runs that are resumed at once, as many as there are places.</summary>
/// <param name="places">For runs that work.</param>
/// <param name="resume">Takes a run up.</param>
/// <param name="dispatcher">Gives each a turn.</param>
/// <param name="cancel">Signalled when no further one is to begin.</param>
internal sealed class ResumedTogether(
    int places,
    Func<string, ResumeSlot, Task> resume,
    Dispatcher dispatcher,
    CancellationToken cancel
)
{
    // Runs that wait take it again, whoever has gone by then.
    private readonly RunPlaces _places = new(new SemaphoreSlim(places));
    private readonly WorkingRuns _working = new();
    private readonly Dictionary<string, Task> _runs = [];

    /// <summary>Begins one when there is a place. Null when no further one is to begin.</summary>
    public async Task<ResumeSlot?> StartAsync(string id)
    {
        var slot = new ResumeSlot(_places, _working);
        await slot.TakeAsync().ConfigureAwait(false);
        // What is not begun when the caller gives up stays as it is: a cancelled run would be undone.
        if (cancel.IsCancellationRequested)
        {
            slot.Give();
            return null;
        }

        _runs[id] = RunAsync(id, slot);
        _ = GiveBackAsync(_runs[id], slot);
        return slot;
    }

    /// <summary>Returns, on no run's stack, when runs rest.</summary>
    public async Task RestAsync(Task rests)
    {
        if (rests.IsCompleted)
            return;
        await rests.ConfigureAwait(false);
        await dispatcher.Turn;
    }

    /// <summary>Returns when none has work to do. Gives those that wait.</summary>
    public async Task<IReadOnlyCollection<string>> WaitingAsync()
    {
        while (_working.NoneAsync() is { IsCompleted: false } none)
            await RestAsync(none).ConfigureAwait(false);
        foreach (var ended in _runs.Values.Where(run => run.IsCompleted))
            await ended.ConfigureAwait(false);
        return [.. _runs.Where(run => !run.Value.IsCompleted).Select(run => run.Key)];
    }

    private async Task RunAsync(string id, ResumeSlot slot)
    {
        // Each in a turn of its own: bodies that block hold up no other run.
        await dispatcher.Turn;
        await resume(id, slot).ConfigureAwait(false);
    }

    private static async Task GiveBackAsync(Task run, ResumeSlot slot)
    {
        try
        {
            await run.ConfigureAwait(false);
        }
        finally
        {
            slot.Give();
        }
    }
}
