using Cano.Runtime.Checkpoints;
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
        var found = new List<RunSummary>();
        await foreach (var run in StoreListing.ListAsync(store, RunFilter.Unfinished).ConfigureAwait(false))
            if (IsOf(workflow, run) && !LiveRuns.Contains(store, run.RunId))
                found.Add(run);

        List<string> ready = [],
            suspect = [];
        List<RunSummary> quarantined = [];
        // Those that wait longest first; the sort leaves those of equal starts as they are.
        foreach (var run in found.OrderBy(run => run.StartedAt ?? DateTimeOffset.MinValue))
        {
            if (run.Status == RunStatus.Quarantined)
                quarantined.Add(run);
            else
                (run.Tries > 0 ? suspect : ready).Add(run.RunId);
        }

        return new(ready, suspect, quarantined);
    }

    /// <summary>Resumes each: the ready ones as many at once as there are places, then the suspects one at a
    /// time, so that one that kills the process takes no other with it. Gives those that wait when no other
    /// has work to do.</summary>
    public async Task<IReadOnlyCollection<string>> ResumeAsync(
        int places,
        Func<string, ResumeSlot, Task> resume,
        Dispatcher dispatcher,
        CancellationToken cancel
    )
    {
        var together = new ResumedTogether(places, resume, dispatcher, cancel);
        var resting = new List<Task>();
        foreach (var id in Ready)
        {
            if (await together.StartAsync(id).ConfigureAwait(false) is not { } slot)
                break;
            resting.Add(slot.Rests);
        }

        await together.RestAsync(Task.WhenAll(resting)).ConfigureAwait(false);
        foreach (var id in Suspect)
        {
            if (await together.StartAsync(id).ConfigureAwait(false) is not { } slot)
                break;
            await together.RestAsync(slot.Rests).ConfigureAwait(false);
        }

        return await together.WaitingAsync().ConfigureAwait(false);
    }

    private static bool IsOf(string workflow, RunSummary run) =>
        (run.WorkflowName == workflow || (run.WorkflowName is null && run.Status == RunStatus.Damaged))
        && !OccurrenceId.IsOne(run.RunId);
}
