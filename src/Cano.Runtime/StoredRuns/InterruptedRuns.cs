using Cano.Runtime.Scope;

namespace Cano.Runtime.StoredRuns;

/// <summary>The runs of a workflow that a process which begins finds unfinished.</summary>
/// <param name="Ready">Can be resumed side by side.</param>
/// <param name="Suspect">Were being resumed when a process died, and may have been the reason.</param>
/// <param name="Quarantined">Were so too often.</param>
internal sealed record InterruptedRuns(
    IReadOnlyList<string> Ready,
    IReadOnlyList<string> Suspect,
    IReadOnlyList<RunSummary> Quarantined
)
{
    /// <summary>Finds them; not those that are under way in this process, nor those of a scheduler, which
    /// goes on with its own. Damaged ones are among them, so that they are
    /// reported.</summary>
    public static async ValueTask<InterruptedRuns> FindAsync(ICheckpointStore store, string workflow)
    {
        List<string> ready = [],
            suspect = [];
        List<RunSummary> quarantined = [];
        await foreach (var run in store.ListRunsAsync(RunFilter.All).ConfigureAwait(false))
        {
            if (!IsOf(workflow, run) || LiveRuns.Contains(store, run.RunId))
                continue;
            if (run.Status == RunStatus.Quarantined)
                quarantined.Add(run);
            else if (run.Tries > 0)
                suspect.Add(run.RunId);
            else if (run.Status is not (RunStatus.Finished or RunStatus.Failed))
                ready.Add(run.RunId);
        }

        return new(ready, suspect, quarantined);
    }

    /// <summary>Resumes each: the ready ones as many at once as there are places, then the suspects one at a
    /// time, so that one that kills the process takes no other with it.</summary>
    public async Task ResumeAsync(int places, Func<string, ResumeSlot, Task> resume, CancellationToken cancel)
    {
        using var free = new SemaphoreSlim(places);
        var runs = new List<Task>();
        var resting = new List<Task>();
        foreach (var id in Ready)
        {
            if (await StartAsync(id).ConfigureAwait(false) is not { } slot)
                break;
            resting.Add(slot.Rests);
        }

        await Task.WhenAll(resting).ConfigureAwait(false);
        foreach (var id in Suspect)
        {
            if (await StartAsync(id).ConfigureAwait(false) is not { } slot)
                break;
            await slot.Rests.ConfigureAwait(false);
        }

        await Task.WhenAll(runs).ConfigureAwait(false);

        async Task<ResumeSlot?> StartAsync(string id)
        {
            var slot = new ResumeSlot(free);
            await slot.TakeAsync().ConfigureAwait(false);
            // What is not begun when the caller gives up stays as it is: a cancelled run would be undone.
            if (cancel.IsCancellationRequested)
                return null;
            runs.Add(ThenGive(resume(id, slot), slot));
            return slot;
        }
    }

    private static bool IsOf(string workflow, RunSummary run) =>
        (run.WorkflowName == workflow || (run.WorkflowName is null && run.Status == RunStatus.Damaged))
        && !OccurrenceId.IsOne(run.RunId);

    private static async Task ThenGive(Task run, ResumeSlot slot)
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
