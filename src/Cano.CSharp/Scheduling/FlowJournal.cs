using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.StoredRuns;
using Microsoft.Extensions.Logging;

namespace Cano.CSharp.Scheduling;

/// <summary>What a store knows of a flow's occurrences. They are settled in their order: an occurrence that
/// is not over is taken to its end before a later one starts, and is given up when that failed too
/// often.</summary>
internal sealed partial class FlowJournal
{
    private const int TriesMax = 3;

    private readonly string _flow;
    private readonly IFlowWork _work;
    private readonly List<FlowMember> _members;
    private readonly Watermark _watermark;
    private readonly ILogger _logger;

    /// <summary>Occurrences that were begun and are not over, each with how often it has failed
    /// here.</summary>
    private readonly SortedDictionary<DateTimeOffset, int> _open = [];

    private FlowJournal(string flow, IFlowWork work, List<FlowMember> members, Watermark watermark)
    {
        _flow = flow;
        _work = work;
        _members = members;
        _watermark = watermark;
        _logger = members[0].Logger;
    }

    /// <summary>The last occurrence that is over; null when none is.</summary>
    public DateTimeOffset? LastOver => _watermark.Occurrence;

    /// <summary>The newest occurrence that an earlier process began and did not end; null when there is
    /// none.</summary>
    public DateTimeOffset? Interrupted => _open.Count == 0 ? null : _open.Keys.Last();

    /// <summary>What is wrong with runs that were set aside when the journal was opened; null when nothing
    /// is.</summary>
    public CanoError? Complaint { get; private set; }

    /// <summary>Reads what is known of a flow; null when nothing of it is journaled.</summary>
    /// <param name="flow">Its id.</param>
    /// <param name="work">What it runs.</param>
    /// <param name="stored">What stores hold for this flow and others.</param>
    /// <exception cref="CanoException">`checkpoint_store`: it cannot be read.</exception>
    public static async Task<FlowJournal?> OpenAsync(string flow, IFlowWork work, StoredOccurrences stored)
    {
        var members = work.Members.Where(member => member.IsJournaled).ToList();
        if (members.Count == 0)
            return null;
        var watermark = new Watermark(flow, members[0].OpenStoreAsync);
        var journal = new FlowJournal(flow, work, members, watermark);
        await journal._watermark.ReadAsync().ConfigureAwait(false);
        await journal.ReadOpenAsync(stored).ConfigureAwait(false);
        return journal;
    }

    /// <summary>Runs an occurrence, after those before it that are not over.</summary>
    public async Task<WorkOutcome> RunAsync(FlowRun run)
    {
        try
        {
            await ReadWatermarkAsync().ConfigureAwait(false);
            foreach (var earlier in _open.Keys.Where(occurrence => occurrence < run.Occurrence).ToList())
            {
                var outcome = await TakeAsync(earlier, run).ConfigureAwait(false);
                if (outcome.Error is not null || outcome.IsPassedOver)
                    return outcome;
            }

            if (run.Occurrence <= LastOver)
                return new WorkOutcome(null) { IsPassedOver = true };
            return await TakeAsync(run.Occurrence, run).ConfigureAwait(false);
        }
        catch (LeftAloneException)
        {
            // Another scheduler has taken it up, or to its end, since it was looked at.
            return new WorkOutcome(null) { IsPassedOver = true };
        }
        catch (CanoException failure)
        {
            return new WorkOutcome(failure.Error);
        }
    }

    private async Task<WorkOutcome> TakeAsync(DateTimeOffset occurrence, FlowRun run)
    {
        if (await IsLiveAsync(occurrence).ConfigureAwait(false))
            return new WorkOutcome(null) { IsPassedOver = true };
        _open.TryAdd(occurrence, 0);
        var outcome = await RunAsync(occurrence, run.Stop).ConfigureAwait(false);
        if (outcome.Error is null || run.IsDiscarded || await IsOverAsync(occurrence).ConfigureAwait(false))
            await SettleAsync(occurrence, outcome.Dirty).ConfigureAwait(false);
        else if (!run.Stop.IsCancellationRequested && ++_open[occurrence] >= TriesMax)
            await GiveUpAsync(occurrence, outcome.Error).ConfigureAwait(false);
        return outcome;
    }

    private async Task<WorkOutcome> RunAsync(DateTimeOffset occurrence, CancellationToken stop)
    {
        try
        {
            return await _work
                .RunAsync(
                    new FlowOccurrence(_flow, occurrence, stop)
                    {
                        IsOver = () => _watermark.HasPassedAsync(occurrence),
                    }
                )
                .ConfigureAwait(false);
        }
        catch (LeftAloneException)
        {
            // It is somebody else's; of an occurrence of many runs, some may be.
            if (!_work.IsConcurrent)
                _open.Remove(occurrence);
            throw;
        }
    }

    /// <summary>The occurrence is over: first that is durable, then its runs are forgotten.</summary>
    private async Task SettleAsync(DateTimeOffset occurrence, IReadOnlyCollection<string> dirty)
    {
        await MarkAsync(occurrence).ConfigureAwait(false);
        foreach (var member in _members.Where(member => !dirty.Contains(member.Name)))
            await ClearAsync(member, occurrence).ConfigureAwait(false);
    }

    /// <summary>The rows of the occurrence stay, for a person to look at.</summary>
    private async Task GiveUpAsync(DateTimeOffset occurrence, CanoError error)
    {
        LogGivenUp(_logger, OccurrenceId.Of(_flow, occurrence), TriesMax, error.Message);
        await MarkAsync(occurrence).ConfigureAwait(false);
    }

    private async Task MarkAsync(DateTimeOffset occurrence)
    {
        while (!(occurrence <= LastOver))
            if (!await _watermark.TryMoveAsync(occurrence).ConfigureAwait(false))
                await _watermark.ReadAsync().ConfigureAwait(false);
        _open.Remove(occurrence);
    }

    private async Task ClearAsync(FlowMember member, DateTimeOffset occurrence)
    {
        var id = OccurrenceId.Of(_flow, occurrence, member.Name);
        try
        {
            var store = await member.OpenStoreAsync().ConfigureAwait(false);
            var retention = member.Options.Retention;
            // A run that was given up or lost to others has no end worth keeping.
            if (retention == Retention.Clear || !await IsOverAsync(store, id).ConfigureAwait(false))
                await store.ClearAsync(id).ConfigureAwait(false);
            else
                await new RunJournal(store, id, claim: null, member.Options.Time)
                    .RetireAsync(retention, member.Workflow)
                    .ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            RunJournal.LogNotCleared(_logger, id, thrown);
        }
    }

    /// <summary>Whether a run of the occurrence is under way in this process, for somebody else.</summary>
    private async ValueTask<bool> IsLiveAsync(DateTimeOffset occurrence)
    {
        foreach (var member in _members)
        {
            var store = await member.OpenStoreAsync().ConfigureAwait(false);
            if (LiveRuns.Contains(store, OccurrenceId.Of(_flow, occurrence, member.Name)))
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
                    !await IsOverAsync(store, OccurrenceId.Of(_flow, occurrence, member.Name))
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

    private static async Task<bool> IsOverAsync(ICheckpointStore store, string id)
    {
        var rows = await store.LoadRunAsync(id).ConfigureAwait(false);
        return rows.MaxBy(row => row.Sequence) is { } newest
            && newest.Status != RowStatus.Failed
            && RowStatuses.IsEnd(newest.Status);
    }

    /// <summary>Another scheduler may have moved it.</summary>
    private async Task ReadWatermarkAsync()
    {
        await _watermark.ReadAsync().ConfigureAwait(false);
        foreach (var over in _open.Keys.Where(open => open <= LastOver).ToList())
            _open.Remove(over);
    }

    private async Task ReadOpenAsync(StoredOccurrences stored)
    {
        var stores = new HashSet<ICheckpointStore>(ReferenceEqualityComparer.Instance);
        foreach (var member in _members)
        {
            var store = await member.OpenStoreAsync().ConfigureAwait(false);
            if (!stores.Add(store))
                continue;
            var runs = await stored.OfAsync(store, _flow).ConfigureAwait(false);
            await StoreCall
                .AskAsync(
                    "read runs",
                    async () =>
                    {
                        foreach (var (run, occurrence) in runs)
                            await ReadRunAsync(store, run, occurrence).ConfigureAwait(false);
                        return true;
                    }
                )
                .ConfigureAwait(false);
        }
    }

    private async Task ReadRunAsync(ICheckpointStore store, RunSummary run, DateTimeOffset occurrence)
    {
        if (run.Status is RunStatus.Damaged or RunStatus.Quarantined)
        {
            LogSetAside(_logger, run.RunId, run.Status, run.Damage);
            Complaint = CanoError.Of(
                Fault.NewCheckpointStore($"run '{run.RunId}' is {run.Status}: {run.Damage}")
            );
        }
        else if (!(occurrence <= LastOver))
        {
            _open[occurrence] = 0;
        }
        else if (
            run.Status == RunStatus.Completed
            && _members.TrueForAll(member => member.Options.Retention == Retention.Clear)
        )
        {
            // Its end is known; only the clearing was lost.
            await store.ClearAsync(run.RunId).ConfigureAwait(false);
        }
        else if (ListedEnd.Of(run) is { } end)
        {
            // It was kept, and counts among the ended runs of its workflow.
            var now = _members[0].Options.Time.GetUtcNow();
            EndedRuns.Of(store, run.WorkflowName).Learn(end, now);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Run {RunId} failed {Count} times and is given up; its rows are kept: {Error}"
    )]
    private static partial void LogGivenUp(ILogger logger, string runId, int count, string error);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Run {RunId} is {Status} and not gone on with: {Damage}"
    )]
    private static partial void LogSetAside(ILogger logger, string runId, RunStatus status, string? damage);
}
