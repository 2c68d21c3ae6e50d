using Cano.Kernel;
using Cano.Runtime.Data;
using Cano.Runtime.Scope;
using Cano.Runtime.Signals;
using Cano.Runtime.Time;
using Microsoft.Extensions.Logging;

namespace Cano.Runtime.StoredRuns;

/// <summary>A run's rows on their way to the store, each with what the run's durable data changed since the
/// last.</summary>
/// <param name="store">The store.</param>
/// <param name="runId">The run.</param>
/// <param name="claim">The fence of the claim that goes on with it; null of a fresh run, which has its fence
/// with its first row.</param>
/// <param name="time">What the rows are stamped by.</param>
internal sealed partial class RunJournal(ICheckpointStore store, string runId, long? claim, TimeProvider time)
{
    private long _fence = claim ?? AppendRule.FirstFence;
    private bool _hasTries = claim is not null;
    private bool _isHeld = claim is not null;
    private bool _isSpanNew;
    private RunTrace? _span;

    /// <summary>Where the rows go.</summary>
    public RunRows Rows => new(store, _fence);

    /// <summary>The run's durable data; null when it has none.</summary>
    public DurableValues? Data { get; set; }

    /// <summary>What the run gives as its own output; null when it gives nothing.</summary>
    public RunValues? Values { get; init; }

    /// <summary>The run's newest span; null when it has none that its rows tell of.</summary>
    public RunTrace? Span
    {
        get => _span;
        init => _span = value;
    }

    /// <summary>The run has a span here, of which its next row tells.</summary>
    public void Trace(RunTrace span) => (_span, _isSpanNew) = (span, true);

    /// <summary>Encodes the user's values.</summary>
    public ValueCodec Codec { get; init; } = ValueCodec.Plain;

    /// <summary>Hears of each row; null when nobody does.</summary>
    public IRunHost? Host { get; init; }

    /// <summary>Of a fresh run, the mark that its first row takes.</summary>
    public LiveRuns.Mark? Mark { get; init; }

    /// <summary>Of a fresh run, whether it turns out to be over already; null when it cannot be.</summary>
    public Func<ValueTask<bool>>? IsOver { get; init; }

    /// <summary>Of a fresh run, the signal that lies in its inbox when it begins; null: none does.</summary>
    public InboxItem? Signal { get; init; }

    /// <summary>It stops behind its first row, and goes on here in its turn.</summary>
    public bool IsQueued { get; init; }

    private bool _isParked;

    /// <summary>Whether the run stops here while it waits, and its host takes it up again.</summary>
    /// <param name="end">When the wait is over by itself; null: never.</param>
    /// <param name="limit">When the run's total time is over; null: never.</param>
    public bool Parks(Moment? end, Moment? limit) => _isParked = Host?.Parks(end, limit) == true;

    /// <summary>What was sent to the run; null when its store keeps no inbox.</summary>
    public IInbox? Inbox => store.Inbox is { } inbox ? new StoredInbox(inbox, runId, Codec) : null;

    /// <summary>How many signals the run was sent and has not taken; 0 when its store cannot tell.</summary>
    public async ValueTask<int> CountLeftAsync()
    {
        try
        {
            return store.Inbox is { } inbox ? await inbox.CountLeftAsync(runId).ConfigureAwait(false) : 0;
        }
        // The run has ended all the same.
        catch (Exception)
        {
            return 0;
        }
    }

    /// <summary>The append under way, or the last one.</summary>
    public ValueTask Appending { get; private set; }

    /// <summary>The sequence of the row that was handed to the store last; -1 for none.</summary>
    public long Handed { get; private set; } = -1;

    /// <summary>Whether that one's row may be lost when it has come back.</summary>
    public bool IsDeferring { get; private set; }

    /// <summary>Hands one row to the store, and gives what comes of it. The run's cancellation is not passed
    /// on: a row is durable or the append failed.</summary>
    /// <param name="before">What the rows before it say.</param>
    /// <param name="row">The row.</param>
    /// <param name="durability">When it has to be durable.</param>
    /// <param name="total">The run's total time; null for all there is.</param>
    public ValueTask Append(DurableState before, Row row, Durability durability, TimeSpan? total)
    {
        Handed = row.Sequence;
        if (_isParked)
        {
            _isParked = false;
            Host!.GoesOn();
        }

        try
        {
            return Appending = Hand(before, row, durability, total);
        }
        catch (Exception thrown)
        {
            return Appending = ValueTask.FromException(thrown);
        }
    }

    private ValueTask Hand(DurableState before, Row row, Durability durability, TimeSpan? total)
    {
        var head = RowHeadModule.After(before, row.Fact);
        if (Host is not null)
            head = RowHeadModule.Within(total, before, head);
        var (next, carried) = (RowFormat.NextState(row.Fact), CheckpointRow.Optional(row.Data.Bytes));
        var stored = new CheckpointRow
        {
            Sequence = row.Sequence,
            Kind = FactModule.Kind(row.Fact),
            Status = head.Status,
            WrittenAt = time.GetUtcNow(),
            WakesAt = head.WakesAt,
            Start = row.Start,
            WorkflowVersion = row.Version,
            Visit = row.Visit,
            State = row.State,
            StateData = next is null ? carried : null,
            TaskName = row.Task,
            NextState = next,
            NextStateData = next is null ? null : carried,
            Category = head.Category,
            Data = CheckpointRow.Optional(row.Fact.IsSnapshot ? Data?.TakeAll() : Data?.TakeDelta()),
            Payload = CheckpointRow.Optional(RowFormat.Payload(row.Fact)),
            Span = TakeSpan(always: row.Fact.IsSnapshot),
            Output = Values?.TakeOutput(always: row.Fact.IsFinished || row.Fact.IsSnapshot),
        };
        if (Codec.Name is not null)
            stored = EncodedRows.Of(stored, row.Fact, Codec);
        IsDeferring = durability.IsDeferred && MayDefer(row, head);
        var appending =
            row.Sequence == 0 && Mark is { } mark ? BeginAsync(mark, stored) : AppendAsync(stored);
        if (Host is { } parent && row.Fact is Fact.ChildEnded { Item.RunId: var child })
            appending = TakenAsync(appending, parent.Children, child);
        return Host is { } host && host.Listens(head.Status) ? ToldAsync(appending, host, stored) : appending;
    }

    /// <summary>A snapshot stands for the rows before it.</summary>
    private RunTrace? TakeSpan(bool always)
    {
        var isTold = always || _isSpanNew;
        _isSpanNew = false;
        return isTold ? Span : null;
    }

    /// <summary>The child's own rows need not say its end any more.</summary>
    private static async ValueTask TakenAsync(ValueTask appending, IChildRuns children, string child)
    {
        await appending.ConfigureAwait(false);
        children.Retire(child);
    }

    private static async ValueTask ToldAsync(ValueTask appending, IRunHost host, CheckpointRow row)
    {
        await appending.ConfigureAwait(false);
        host.Appended(row);
    }

    /// <summary>Whether nobody but the run hears of the row. The first one of an engine's run tells that it
    /// has begun.</summary>
    private bool MayDefer(Row row, RowHead head) =>
        store.Deferring is not null
        && (Host is null || (row.Sequence > 0 && !Host.Listens(head.Status)))
        && (row.Sequence > 0 || (Signal is null && IsOver is null));

    private ValueTask AppendAsync(CheckpointRow row)
    {
        _isHeld = true;
        return IsDeferring
            ? store.Deferring!.DeferAsync(runId, row, _fence, CancellationToken.None)
            : store.AppendAsync(runId, row, _fence, CancellationToken.None);
    }

    /// <summary>Makes every row durable that was deferred.</summary>
    public ValueTask FlushAsync() => store.Deferring?.FlushAsync(runId, CancellationToken.None) ?? default;

    /// <summary>A fresh run is this process's once its first row is in its place.</summary>
    private async ValueTask BeginAsync(LiveRuns.Mark mark, CheckpointRow first) =>
        await mark.TakeAsync(async _ =>
            {
                _fence = await BegunAsync(first).ConfigureAwait(false);
                _isHeld = true;
                if (IsOver is null || !await IsOver().ConfigureAwait(false))
                    return first.Sequence;
                await store.ClearAsync(runId, CancellationToken.None).ConfigureAwait(false);
                throw new LeftAloneException(CanoError.Of(Fault.NewWorkflow($"run '{runId}' is over")));
            })
            .ConfigureAwait(false);

    private ValueTask<long> BegunAsync(CheckpointRow first) =>
        Signal is { } signal ? SignalledStart.BeginAsync(store, runId, first, signal)
        : IsDeferring ? store.Deferring!.DeferFirstAsync(runId, first, CancellationToken.None)
        : store.BeginAsync(runId, first, CancellationToken.None);

    /// <summary>The run has stopped in order: nobody works on it, and having been taken over is not held
    /// against it.</summary>
    /// <remarks>When this fails, the run's tries are counted too high, which a warning tells.</remarks>
    public ValueTask ReleaseAsync(ILogger logger) =>
        _isParked && store.Shared is { } shared ? ParkAsync(shared)
        : IsQueued || _isParked ? RestAsync(logger)
        : GiveBackAsync(logger, () => store.ReleaseAsync(runId, _fence, CancellationToken.None));

    /// <summary>The run waits, and is nobody's until it is due.</summary>
    private async ValueTask ParkAsync(ISharedStore shared)
    {
        (_isHeld, _hasTries) = (false, false);
        try
        {
            if (await shared.ParkAsync(runId, _fence, CancellationToken.None).ConfigureAwait(false))
                Host!.IsDue();
        }
        catch (Exception)
        {
            Host!.NotParked();
        }
    }

    /// <summary>The run waits in this process, whose run it stays where a store knows of several.</summary>
    public ValueTask RestAsync(ILogger logger) =>
        GiveBackAsync(
            logger,
            () =>
                store.Shared is { } shared
                    ? shared.RestAsync(runId, _fence, CancellationToken.None)
                    : store.ReleaseAsync(runId, _fence, CancellationToken.None)
        );

    private async ValueTask GiveBackAsync(ILogger logger, Func<ValueTask> give)
    {
        if (!_isHeld)
            return;
        _isHeld = false;
        try
        {
            await give().ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            if (_hasTries)
                LogRelease(logger, runId, thrown);
        }

        _hasTries = false;
    }

    /// <summary>Somebody else retires the run after its end.</summary>
    public bool KeepsRows { get; set; }

    /// <summary>The run has nothing left to resume: it, or those that ended before it, are forgotten as
    /// asked.</summary>
    /// <param name="retention">What is to be kept.</param>
    /// <param name="workflow">The workflow's name; null when it has none.</param>
    /// <param name="isFailure">The end is one that waits for a person, and the retention names it.</param>
    public ValueTask RetireAsync(Retention retention, string? workflow, bool isFailure = false) =>
        KeepsRows ? default
        : retention.Count == 0 ? store.ClearAsync(runId, CancellationToken.None)
        : CountAsync(retention, workflow, isFailure);

    /// <summary>The run counts among those that are kept, which may be too many then.</summary>
    private ValueTask CountAsync(Retention retention, string? workflow, bool isFailure)
    {
        var now = time.GetUtcNow();
        return EndedRuns.AddAsync(store, new(runId, now, isFailure), workflow, retention, now);
    }

    /// <summary>What the engine was doing, for the text of a failed append.</summary>
    public static string Doing(Fact fact, bool isOfStream) =>
        fact.IsStepCompleted ? "append compensation checkpoint"
        : fact.IsCursorAdvanced ? $"append {(isOfStream ? "stream" : "step")} cursor checkpoint"
        : "append checkpoint";

    [LoggerMessage(211, LogLevel.Warning, "Run {RunId} could not be given back to the store")]
    private static partial void LogRelease(ILogger logger, string runId, Exception exception);

    [LoggerMessage(212, LogLevel.Warning, "The rows of ended run {RunId} could not be cleared")]
    public static partial void LogNotCleared(ILogger logger, string? runId, Exception exception);
}
