using Cano.Kernel;
using Cano.Runtime.StoredRuns;
using Microsoft.Extensions.Logging;

namespace Cano.CSharp.Scheduling;

/// <summary>What a store knows of a flow's occurrences. They are settled in their order: an occurrence that
/// is not over is taken to its end before a later one starts, and is given up when that failed too
/// often.</summary>
internal sealed partial class FlowJournal
{
    private const int TriesMax = 3;

    private readonly FlowPlan _plan;
    private readonly IFlowWork _work;
    private readonly List<FlowMember> _members;
    private readonly Watermark _watermark;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Occurrences that were begun, here or elsewhere, and are not over, each with how often it has
    /// failed here.</summary>
    private readonly SortedDictionary<DateTimeOffset, int> _open = [];

    /// <summary>Occurrences whose runs are left alone, as they are.</summary>
    private readonly HashSet<DateTimeOffset> _setAside = [];

    private FlowJournal(
        FlowRegistration flow,
        List<FlowMember> members,
        Watermark watermark,
        TimeProvider time
    )
    {
        _plan = flow.Plan;
        _work = flow.Work;
        _members = members;
        _watermark = watermark;
        _time = time;
        _logger = members[0].Logger;
    }

    /// <summary>What is known of the flow now.</summary>
    public FlowMemory Memory =>
        new(
            over: _watermark.Mark.Over,
            next: _watermark.Mark.Next,
            interrupted: _open.Count == 0 ? null : _open.Keys.Last(),
            isPaused: _watermark.Mark.IsPaused
        );

    /// <summary>Of an interval, the occurrence that all who share the journal have agreed on.</summary>
    public DateTimeOffset? Next => _watermark.Mark.Next;

    /// <summary>What is wrong with runs that were set aside when the journal was opened; null when nothing
    /// is.</summary>
    public CanoError? Complaint { get; private set; }

    private string Id => _plan.Id;

    private DateTimeOffset? LastOver => _watermark.Mark.Over;

    /// <summary>Reads what is known of a flow; null when nothing of it is journaled.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="stored">What stores hold for this flow and others.</param>
    /// <param name="time">The scheduler's clock.</param>
    /// <exception cref="CanoException">`checkpoint_store`: it cannot be read.</exception>
    public static async Task<FlowJournal?> OpenAsync(
        FlowRegistration flow,
        StoredOccurrences stored,
        TimeProvider time
    )
    {
        var members = flow.Work.Members.Where(member => member.IsJournaled).ToList();
        if (members.Count == 0)
            return null;
        var watermark = new Watermark(flow.Id, members[0].OpenStoreAsync);
        var journal = new FlowJournal(flow, members, watermark, time);
        await journal._watermark.ReadAsync().ConfigureAwait(false);
        await journal.ReadOpenAsync(stored).ConfigureAwait(false);
        return journal;
    }

    /// <summary>The schedule rests, or goes on, for whoever opens the journal.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store fails.</exception>
    public Task PauseAsync(bool isPaused) =>
        _watermark.ChangeAsync(mark => mark.IsPaused == isPaused ? null : mark with { IsPaused = isPaused });

    /// <summary>Another scheduler may have moved it.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the store fails.</exception>
    public async Task RefreshAsync()
    {
        await _watermark.ReadAsync().ConfigureAwait(false);
        foreach (var over in _open.Keys.Where(open => open <= LastOver).ToList())
            _open.Remove(over);
    }

    /// <summary>Runs an occurrence, after those before it that are not over.</summary>
    public async Task<WorkOutcome> RunAsync(FlowRun run)
    {
        try
        {
            await RefreshAsync().ConfigureAwait(false);
            if (await AgreedAsync(run).ConfigureAwait(false) is not { } wanted)
                return WorkOutcome.PassedOver;
            foreach (var earlier in _open.Keys.Where(occurrence => occurrence < wanted).ToList())
            {
                var outcome = await TakeAsync(earlier, run, wanted).ConfigureAwait(false);
                if (outcome.Error is not null || outcome.IsPassedOver)
                    return outcome;
            }

            return wanted <= LastOver
                ? WorkOutcome.PassedOver
                : await TakeAsync(wanted, run, wanted).ConfigureAwait(false);
        }
        catch (LeftAloneException)
        {
            // Another scheduler has taken it up, or to its end, since it was looked at.
            return WorkOutcome.PassedOver;
        }
        catch (CanoException failure)
        {
            return new WorkOutcome(failure.Error);
        }
    }

    /// <summary>The occurrence that the run is of; null when it is of none by now. Of an interval all who
    /// share the journal agree on the next one: the first says it, and whoever settles one says what
    /// follows.</summary>
    private async Task<DateTimeOffset?> AgreedAsync(FlowRun run)
    {
        var occurrence = run.Occurrence;
        if (run.IsAsked || _open.ContainsKey(occurrence))
            return occurrence;
        if (_watermark.Mark.IsPaused)
            return null;
        if (!_plan.Schedule.IsEvery)
            return occurrence;
        await _watermark
            .ChangeAsync(mark => mark.Next is null ? mark with { Next = occurrence } : null)
            .ConfigureAwait(false);
        var next = _watermark.Mark.Next!.Value;
        if (_setAside.Contains(next))
        {
            await MarkAsync(next, occurrence).ConfigureAwait(false);
            next = _watermark.Mark.Next!.Value;
        }

        if (next > occurrence)
            return null;
        // One that failed here, or somebody else has under way, is gone on with before another.
        return _open.ContainsKey(next) ? occurrence : next;
    }

    /// <param name="occurrence">What is taken to its end.</param>
    /// <param name="run">For which run.</param>
    /// <param name="wanted">What follows if this is not it.</param>
    private async Task<WorkOutcome> TakeAsync(DateTimeOffset occurrence, FlowRun run, DateTimeOffset wanted)
    {
        _open.TryAdd(occurrence, 0);
        if (await IsLiveAsync(occurrence).ConfigureAwait(false))
            return WorkOutcome.PassedOver;
        var at = new FlowOccurrence(Id, occurrence, run)
        {
            IsOver = () => _watermark.HasPassedAsync(occurrence),
        };
        var outcome = await _work.RunAsync(at).ConfigureAwait(false);
        if (outcome.Error?.Fault.IsSuspended == true)
            return outcome;
        var isDiscarded = run.Cancelled.IsCancellationRequested;
        if (outcome.Error is null || isDiscarded || await IsOverAsync(occurrence).ConfigureAwait(false))
            await SettleAsync(occurrence, wanted, outcome.Dirty).ConfigureAwait(false);
        else if (!IsOfStore(outcome.Error) && ++_open[occurrence] >= TriesMax)
            await GiveUpAsync(occurrence, wanted, outcome.Error).ConfigureAwait(false);
        return outcome;
    }

    /// <summary>Whether a failure was none of the occurrence's: its store is waited for.</summary>
    private bool IsOfStore(CanoError error) => _work.IsHealing && error.Fault.IsCheckpointStore;
}
