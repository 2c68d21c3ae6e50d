using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.StoredRuns;
using Microsoft.Extensions.Logging;

namespace Cano.CSharp.Scheduling;

// How an occurrence is over.
internal sealed partial class FlowJournal
{
    /// <summary>The occurrence is over: first that is durable, then its runs are forgotten.</summary>
    private async Task SettleAsync(
        DateTimeOffset occurrence,
        DateTimeOffset wanted,
        IReadOnlyCollection<string> dirty
    )
    {
        await MarkAsync(occurrence, wanted).ConfigureAwait(false);
        foreach (var member in _members.Where(member => !dirty.Contains(member.Name)))
            await ForgetAsync(member, occurrence, isGivenUp: false).ConfigureAwait(false);
    }

    /// <summary>The rows of the occurrence stay, for a person to look at, for as long as those of one that
    /// completed.</summary>
    private async Task GiveUpAsync(DateTimeOffset occurrence, DateTimeOffset wanted, CanoError error)
    {
        LogGivenUp(_logger, OccurrenceId.Of(Id, occurrence), TriesMax, error.Message);
        await MarkAsync(occurrence, wanted).ConfigureAwait(false);
        foreach (var member in _members.Where(member => member.Options.Retention != Retention.Clear))
            await ForgetAsync(member, occurrence, isGivenUp: true).ConfigureAwait(false);
    }

    private async Task MarkAsync(DateTimeOffset occurrence, DateTimeOffset wanted)
    {
        var next =
            occurrence < wanted && _plan.Schedule.IsEvery ? wanted : Flow.NextAfter(_plan, _time.GetUtcNow());
        await _watermark.ChangeAsync(mark => mark.With(occurrence, next)).ConfigureAwait(false);
        _open.Remove(occurrence);
    }

    /// <summary>A run is forgotten, or counts among those that are kept for a while.</summary>
    private async Task ForgetAsync(FlowMember member, DateTimeOffset occurrence, bool isGivenUp)
    {
        var id = OccurrenceId.Of(Id, occurrence, member.Name);
        try
        {
            var store = await member.OpenStoreAsync().ConfigureAwait(false);
            var retention = member.Options.Retention;
            var end = await NewestAsync(store, id).ConfigureAwait(false);
            if (retention != Retention.Clear && end is { } status && RowStatuses.IsEnd(status))
                await new RunJournal(store, id, claim: null, member.Options.Time)
                    .RetireAsync(retention, member.Workflow)
                    .ConfigureAwait(false);
            // A run that was lost to others has no end worth keeping.
            else if (!isGivenUp)
                await store.ClearAsync(id).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            RunJournal.LogNotCleared(_logger, id, thrown);
        }
    }

    /// <summary>Whether a run of the occurrence is under way in this process, for somebody else. An engine
    /// tells that by itself: what it works on is the flow's.</summary>
    private async ValueTask<bool> IsLiveAsync(DateTimeOffset occurrence)
    {
        if (_work.IsHealing)
            return false;
        foreach (var member in _members)
        {
            var store = await member.OpenStoreAsync().ConfigureAwait(false);
            if (LiveRuns.Contains(store, OccurrenceId.Of(Id, occurrence, member.Name)))
                return true;
        }

        return false;
    }

    /// <summary>Whether every run of the occurrence has come to an end, so that a resume would change
    /// nothing. One that failed with nothing to undo is tried again.</summary>
    private async Task<bool> IsOverAsync(DateTimeOffset occurrence)
    {
        try
        {
            foreach (var member in _members)
            {
                var store = await member.OpenStoreAsync().ConfigureAwait(false);
                if (
                    !await IsOverAsync(store, OccurrenceId.Of(Id, occurrence, member.Name))
                        .ConfigureAwait(false)
                )
                    return false;
            }

            return true;
        }
        catch (Exception)
        {
            // The run has told already what is wrong with the store.
            return false;
        }
    }

    private static async Task<bool> IsOverAsync(ICheckpointStore store, string id) =>
        await NewestAsync(store, id).ConfigureAwait(false) is { } newest
        && newest != RowStatus.Failed
        && RowStatuses.IsEnd(newest);

    /// <summary>What the newest row says; null when there is none.</summary>
    private static async Task<RowStatus?> NewestAsync(ICheckpointStore store, string id)
    {
        var rows = await store.LoadRunAsync(id).ConfigureAwait(false);
        return rows.MaxBy(row => row.Sequence)?.Status;
    }

    [LoggerMessage(
        403,
        LogLevel.Error,
        "Run {RunId} failed {Count} times and is given up; its rows are kept: {Error}"
    )]
    private static partial void LogGivenUp(ILogger logger, string runId, int count, string error);
}
