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
) : IDisposable
{
    private readonly SemaphoreSlim _free = new(places);
    private readonly List<Task> _runs = [];

    /// <summary>Begins one when there is a place. Null when no further one is to begin.</summary>
    public async Task<ResumeSlot?> StartAsync(string id)
    {
        var slot = new ResumeSlot(new RunPlaces(_free));
        await slot.TakeAsync().ConfigureAwait(false);
        // What is not begun when the caller gives up stays as it is: a cancelled run would be undone.
        if (cancel.IsCancellationRequested)
            return null;
        _runs.Add(RunAsync(id, slot));
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

    /// <summary>Returns when all have ended.</summary>
    public Task EndAsync() => Task.WhenAll(_runs);

    public void Dispose() => _free.Dispose();

    private async Task RunAsync(string id, ResumeSlot slot)
    {
        try
        {
            // Each in a turn of its own: bodies that block hold up no other run.
            await dispatcher.Turn;
            await resume(id, slot).ConfigureAwait(false);
        }
        finally
        {
            slot.Give();
        }
    }
}
