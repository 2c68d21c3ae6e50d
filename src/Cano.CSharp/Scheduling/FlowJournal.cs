using System.Text;
using Microsoft.Extensions.Logging;

namespace Cano;

/// <summary>What a store knows of a flow's occurrences. They are settled in their order: an occurrence that is not over
/// is taken to its end before a later one starts, and is given up when that failed too often.</summary>
internal sealed partial class FlowJournal
{
    private const int TriesMax = 3;
    private const string WatermarkState = "watermark";

    private readonly string _flow;
    private readonly IFlowWork _work;
    private readonly List<FlowMember> _members;
    private readonly ICheckpointStore _store;
    private readonly ILogger _logger;

    /// <summary>Occurrences that were begun and are not over, each with how often it has failed here.</summary>
    private readonly SortedDictionary<DateTimeOffset, int> _open = [];

    private long _nextSequence;

    private FlowJournal(string flow, IFlowWork work, List<FlowMember> members, ICheckpointStore store)
    {
        _flow = flow;
        _work = work;
        _members = members;
        _store = store;
        _logger = members[0].Logger;
    }

    /// <summary>The last occurrence that is over; null when none is.</summary>
    public DateTimeOffset? Watermark { get; private set; }

    /// <summary>The newest occurrence that an earlier process began and did not end; null when there is none.</summary>
    public DateTimeOffset? Interrupted => _open.Count == 0 ? null : _open.Keys.Last();

    /// <summary>What is wrong with runs that were set aside when the journal was opened; null when nothing is.</summary>
    public CanoError? Complaint { get; private set; }

    /// <summary>Reads what is known of a flow; null when nothing of it is journaled.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: it cannot be read.</exception>
    public static async Task<FlowJournal?> OpenAsync(string flow, IFlowWork work)
    {
        var members = work.Members.Where(member => member.IsJournaled).ToList();
        if (members.Count == 0) return null;
        var journal = new FlowJournal(flow, work, members, await members[0].OpenStoreAsync().ConfigureAwait(false));
        await journal.ReadWatermarkAsync().ConfigureAwait(false);
        await journal.ReadOpenAsync().ConfigureAwait(false);
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
                if (outcome.Error is not null || outcome.IsPassedOver) return outcome;
            }

            if (run.Occurrence <= Watermark) return new WorkOutcome(null) { IsPassedOver = true };
            return await TakeAsync(run.Occurrence, run).ConfigureAwait(false);
        }
        catch (CanoException failure)
        {
            return new WorkOutcome(failure.Error);
        }
    }

    private async Task<WorkOutcome> TakeAsync(DateTimeOffset occurrence, FlowRun run)
    {
        if (await IsLiveAsync(occurrence).ConfigureAwait(false)) return new WorkOutcome(null) { IsPassedOver = true };
        _open.TryAdd(occurrence, 0);
        var outcome = await _work.RunAsync(_flow, occurrence, run.Stop).ConfigureAwait(false);
        if (outcome.Error is null || run.IsDiscarded || await IsOverAsync(occurrence).ConfigureAwait(false))
            await SettleAsync(occurrence, outcome.Dirty).ConfigureAwait(false);
        else if (!run.Stop.IsCancellationRequested && ++_open[occurrence] >= TriesMax)
            await GiveUpAsync(occurrence, outcome.Error).ConfigureAwait(false);
        return outcome;
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
        if (!(occurrence <= Watermark))
        {
            var row = new CheckpointRow
            {
                Sequence = _nextSequence,
                // A snapshot: the store may drop the one before.
                Kind = RowKind.Snapshot,
                State = WatermarkState,
                Payload = Encoding.UTF8.GetBytes(OccurrenceId.Text(occurrence)),
            };
            await AskAsync("append watermark", async () =>
            {
                await _store.AppendAsync(OccurrenceId.Watermark(_flow), row, AppendRule.FirstFence).ConfigureAwait(false);
                return row;
            }).ConfigureAwait(false);
            _nextSequence++;
            Watermark = occurrence;
        }

        _open.Remove(occurrence);
    }

    private async Task ClearAsync(FlowMember member, DateTimeOffset occurrence)
    {
        var id = OccurrenceId.Of(_flow, occurrence, member.Name);
        try
        {
            var store = await member.OpenStoreAsync().ConfigureAwait(false);
            await store.ClearAsync(id).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            LogClear(_logger, id, thrown);
        }
    }

    /// <summary>Whether a run of the occurrence is under way in this process, for somebody else.</summary>
    private async ValueTask<bool> IsLiveAsync(DateTimeOffset occurrence)
    {
        foreach (var member in _members)
        {
            var store = await member.OpenStoreAsync().ConfigureAwait(false);
            if (LiveRuns.Contains(store, OccurrenceId.Of(_flow, occurrence, member.Name))) return true;
        }

        return false;
    }

    /// <summary>Whether every run of the occurrence has come to an end, so that a resume would change nothing.</summary>
    private async Task<bool> IsOverAsync(DateTimeOffset occurrence)
    {
        try
        {
            foreach (var member in _members)
            {
                var store = await member.OpenStoreAsync().ConfigureAwait(false);
                var rows = await store.LoadRunAsync(OccurrenceId.Of(_flow, occurrence, member.Name)).ConfigureAwait(false);
                if (rows.MaxBy(row => row.Sequence)?.Kind is not (RowKind.Finished or RowKind.RollbackFinished)) return false;
            }

            return true;
        }
        catch (Exception)
        {
            // The run has told already what is wrong with the store.
            return false;
        }
    }

    private async Task ReadWatermarkAsync()
    {
        var id = OccurrenceId.Watermark(_flow);
        var rows = await AskAsync("load watermark", () => _store.LoadRunAsync(id)).ConfigureAwait(false);
        if (rows.MaxBy(row => row.Sequence) is not { } newest) return;
        _nextSequence = newest.Sequence + 1;
        Watermark =
            newest.Payload is { } text && OccurrenceId.Read(Encoding.UTF8.GetString(text.Span)) is { } occurrence
                ? occurrence
                : throw new CanoException(CanoError.Of(Fault.NewCheckpointStore(
                    $"workflow_id={id} sequence={newest.Sequence}: not the watermark of a flow")));
        foreach (var over in _open.Keys.Where(open => open <= Watermark).ToList()) _open.Remove(over);
    }

    private async Task ReadOpenAsync()
    {
        var stores = new HashSet<ICheckpointStore>(ReferenceEqualityComparer.Instance);
        foreach (var member in _members)
        {
            var store = await member.OpenStoreAsync().ConfigureAwait(false);
            if (!stores.Add(store)) continue;
            await AskAsync("list runs", async () =>
            {
                await foreach (var run in store.ListRunsAsync(RunFilter.All).ConfigureAwait(false))
                    if (OccurrenceId.In(_flow, run.WorkflowId) is { } occurrence)
                        await ReadRunAsync(store, run, occurrence).ConfigureAwait(false);
                return true;
            }).ConfigureAwait(false);
        }
    }

    private async Task ReadRunAsync(ICheckpointStore store, RunSummary run, DateTimeOffset occurrence)
    {
        if (run.Status is RunStatus.Damaged or RunStatus.Quarantined)
        {
            LogSetAside(_logger, run.WorkflowId, run.Status, run.Damage);
            Complaint = CanoError.Of(Fault.NewCheckpointStore($"run '{run.WorkflowId}' is {run.Status}: {run.Damage}"));
        }
        else if (!(occurrence <= Watermark))
        {
            _open[occurrence] = 0;
        }
        else if (run.Status == RunStatus.Finished)
        {
            // Its end is known; only the clearing was lost.
            await store.ClearAsync(run.WorkflowId).ConfigureAwait(false);
        }
    }

    private static async Task<T> AskAsync<T>(string doing, Func<ValueTask<T>> ask)
    {
        try
        {
            return await ask().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            throw new CanoException(Faults.OfStore(doing, thrown), thrown);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Run {WorkflowId} failed {Count} times and is given up; its rows are kept: {Error}"
    )]
    private static partial void LogGivenUp(ILogger logger, string workflowId, int count, string error);

    [LoggerMessage(Level = LogLevel.Error, Message = "Run {WorkflowId} is {Status} and not gone on with: {Damage}")]
    private static partial void LogSetAside(ILogger logger, string workflowId, RunStatus status, string? damage);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The rows of ended run {WorkflowId} could not be cleared")]
    private static partial void LogClear(ILogger logger, string workflowId, Exception exception);
}
