using Cano.Kernel;
using Cano.Runtime.Scope;

namespace Cano.Testing.Simulations;

/// <summary>What the rows of one run promise, checked as they come and as bodies begin.</summary>
/// <param name="runId">The run.</param>
/// <param name="workflow">Its workflow.</param>
/// <param name="breach">Is told of a promise that is broken.</param>
internal sealed class JournalRules(string runId, KnownWorkflow workflow, Action<string> breach)
{
    private readonly HashSet<string> _leaveNoRow =
    [
        .. workflow
            .Definition.States.Where(state => !Steps.Traits(state.Step).LeavesRow)
            .Select(state => state.Name),
    ];
    private readonly List<CheckpointRow> _rows = [];
    private readonly Stack<Step> _done = new();
    private readonly List<Step> _notUndone = [];
    private bool _isRollingBack;
    private bool _isCancelled;
    private long _cancelledIn;
    private (string EffectKey, int Attempt)? _underWay;
    private long _steps;

    public string RunId => runId;

    public KnownWorkflow Workflow => workflow;

    /// <summary>Every row that became durable.</summary>
    public IReadOnlyList<CheckpointRow> Rows => _rows;

    /// <summary>The rows since the newest snapshot, from which a run is recovered.</summary>
    public IReadOnlyList<CheckpointRow> Recoverable =>
        _rows[Math.Max(0, _rows.FindLastIndex(row => row.Kind == RowKind.Snapshot))..];

    /// <summary>The run has come to an end: an exit, a failure, or a rollback that ended.</summary>
    public bool HasEnded => Last is { } last && RowStatuses.IsEnd(last.Status);

    /// <summary>The run has come to an end at which nothing is left to do.</summary>
    public bool IsSettled => Last is { } last && RowStatuses.IsSettled(last.Status);

    /// <summary>Whether what was completed is being undone, or was.</summary>
    public bool IsRollingBack => _isRollingBack;

    /// <summary>Whether a row says that the run is cancelled for good.</summary>
    public bool IsCancelRequested => _isCancelled;

    /// <summary>Whether completed steps wait to be undone.</summary>
    public bool OwesUndo => _done.Count + _notUndone.Count > 0;

    /// <summary>Whether clearing the ended run failed, so that its rows may be left.</summary>
    public bool IsClearRefused { get; set; }

    private CheckpointRow? Last => _rows.LastOrDefault();

    /// <summary>Whether a visit of the state leaves no row.</summary>
    public bool LeavesNoRow(string state) => _leaveNoRow.Contains(state);

    /// <summary>What the state's work is; null of one without any.</summary>
    public StepKind? StepOf(string state) =>
        workflow.Definition.States.FirstOrDefault(known => known.Name == state)?.Step;

    /// <summary>Whether a body's answer is the attempt's.</summary>
    public bool IsOneCall(string state) => workflow.OneCallStates.Contains(state);

    /// <summary>Another process works on the run: what was under way is gone.</summary>
    public void TakenUp() => _underWay = null;

    /// <summary>A row is durable.</summary>
    public void Took(CheckpointRow row)
    {
        if (row.Sequence != _rows.Count)
            breach($"row {row.Sequence} came where row {_rows.Count} was due");
        if (HasEnded && !IsRetry(row))
            breach($"row {row.Sequence}, {row.Kind} {row.State}, came after the end");
        if (row.Visit < (Last?.Visit ?? 0))
            breach($"row {row.Sequence} belongs to an earlier visit than the row before it");
        if (row.Visit != Last?.Visit)
            _steps = 0;
        // A wait within a rollback belongs to it.
        var isForward =
            row.Kind
            is not (
                RowKind.RollbackStarted
                or RowKind.Compensated
                or RowKind.WaitStarted
                or RowKind.RollbackFinished
            );
        if (_isRollingBack && isForward)
            breach($"a rollback turned forward with row {row.Sequence}, {row.Kind} {row.State}");
        if (!_isRollingBack && row.Kind is RowKind.Compensated or RowKind.RollbackFinished)
        {
            // A cancelled run with nothing to undo says only that it has ended.
            if (!_isCancelled || OwesUndo || row.Kind == RowKind.Compensated)
                breach($"row {row.Sequence}, {row.Kind}, came without a rollback");
        }

        if (_isCancelled && !MayFollowCancel(row))
            breach($"a cancelled run went on with row {row.Sequence}, {row.Kind} {row.State}");
        if (EndsAttempt(row))
            _underWay = null;
        Count(row);
        _rows.Add(row);
    }

    /// <summary>Whether the attempt under way has no further calls. A cancel is written beside one, and one
    /// that was left behind goes on beside a rollback.</summary>
    private bool EndsAttempt(CheckpointRow row) =>
        !_isRollingBack
        && row.Kind
            is not (
                RowKind.CancelRequested
                or RowKind.Failed
                or RowKind.RollbackStarted
                or RowKind.RollbackFinished
            );

    /// <summary>A body or a compensation begins. accepted: the newest row that is not durable yet.</summary>
    public void Began(UserCall at, CheckpointRow? accepted)
    {
        var (state, visit) = (at.State, at.Visit);
        var isUndo = at.Kind is UserCallKind.Undo;
        // Without a journal there is nothing to go by.
        if (_rows.Count == 0 && !IsJournaled)
            return;
        var newest = accepted ?? Last;
        if (accepted is not null && (isUndo || StepOf(state) is not StepKind.Pure))
            breach($"'{state}' began before {Told(accepted)} was durable");
        else if (isUndo)
            UndoBegan(state, visit);
        else if (_isRollingBack || _isCancelled || HasEnded)
        {
            // Of several calls the later ones begin nothing.
            if (!IsOneCall(state) && (at.EffectKey, at.Attempt) == _underWay)
                return;
            breach($"the task of '{state}' began after the run had turned back or ended");
        }
        else if (_leaveNoRow.Contains(state))
        {
            // As the first state of a run it has a row of its own.
            if (visit <= (Last?.Visit ?? -1) && !IsEntryOf(state, visit))
                breach($"'{state}' ran again in visit {visit}, which has its row behind it");
        }
        else if (
            newest is not { } last
            || last.Visit != visit
            || last.State != state
            || last.Kind == RowKind.StepCompleted
        )
            breach($"the task of '{state}' began in visit {visit} when the newest row was {Told(newest)}");
        else if (
            at.EffectKey[(at.EffectKey.LastIndexOf('/') + 1)..] is ['s', .. var step]
            && step != $"{_steps}"
        )
            breach($"step {at.EffectKey} of '{state}' began when {_steps} cursors were durable");
        _underWay = isUndo ? null : (at.EffectKey, at.Attempt);
    }

    private bool IsEntryOf(string state, long visit) =>
        Last is { Kind: RowKind.StateEntered } last && (last.State, last.Visit) == (state, visit);

    /// <summary>Whether rows are written at all.</summary>
    public bool IsJournaled { get; init; } = true;

    private static string Told(CheckpointRow? row) =>
        row is null ? "none" : $"{row.Sequence}, {row.Kind} {row.State} of visit {row.Visit}";

    private void Count(CheckpointRow row)
    {
        switch (row.Kind)
        {
            case RowKind.CursorAdvanced:
                _steps++;
                break;
            case RowKind.StepCompleted:
                if (_done.Any(step => (step.State, step.Visit) == (row.State, row.Visit)))
                    breach($"step '{row.State}' was completed twice in visit {row.Visit}");
                _done.Push(new(row.State, row.Visit, row.Sequence));
                break;
            case RowKind.RollbackStarted:
                BeginRollback();
                break;
            case RowKind.Compensated:
                if (!_done.TryPop(out var newest) || newest.State != row.State)
                    breach($"'{row.State}' was compensated; the newest completed step was '{newest.State}'");
                if (row.Payload is not null)
                    _notUndone.Add(newest);
                break;
            case RowKind.RollbackFinished or RowKind.Failed:
                if (OwesUndo && row.Status != RowStatus.RollbackFailed)
                    breach($"{row.Kind} came with {_done.Count + _notUndone.Count} steps not undone");
                if (_isCancelled && row.Status is not (RowStatus.Cancelled or RowStatus.RollbackFailed))
                    breach($"a cancelled run ended as {row.Status}");
                break;
            case RowKind.CancelRequested:
                if (_isCancelled)
                    breach("a cancel was asked for twice");
                _isCancelled = true;
                _cancelledIn = row.Visit;
                break;
            case RowKind.Finished:
                if (!workflow.Definition.Exits.Contains(row.State))
                    breach($"the run finished in '{row.State}', which is no exit");
                break;
        }
    }

    /// <summary>What may follow the row of a cancel: what the visit under way still answers, and the
    /// rollback.</summary>
    private bool MayFollowCancel(CheckpointRow row) =>
        row.Kind switch
        {
            RowKind.StepCompleted or RowKind.CursorAdvanced => !_isRollingBack && row.Visit == _cancelledIn,
            RowKind.ChildEnded => !_isRollingBack && row.Visit == _cancelledIn,
            RowKind.WaitStarted => _isRollingBack,
            RowKind.RollbackStarted or RowKind.Compensated or RowKind.RollbackFinished or RowKind.Snapshot =>
                true,
            _ => false,
        };

    /// <summary>What may follow an end: the state that failed begins once more, in its visit, or its exit is
    /// asked once more, and a rollback that failed begins once more with what is left.</summary>
    private bool IsRetry(CheckpointRow row) =>
        Last is { } last
        && last.Status switch
        {
            RowStatus.Failed when last.NextState is not null => row.Kind
                is RowKind.Finished
                    or RowKind.Failed,
            RowStatus.Failed => (row.Kind, row.Visit, row.State)
                == (RowKind.StateEntered, last.Visit, last.State),
            RowStatus.RollbackFailed => row.Kind == RowKind.RollbackStarted,
            _ => false,
        };

    private void BeginRollback()
    {
        if (_isRollingBack && !HasEnded)
            breach("a rollback began twice");
        if (!OwesUndo)
            breach("a rollback began with nothing to undo");
        _isRollingBack = true;
        Step[] left = [.. _notUndone.Concat(_done).OrderBy(step => step.Sequence)];
        _notUndone.Clear();
        _done.Clear();
        foreach (var step in left)
            _done.Push(step);
    }

    private void UndoBegan(string state, long visit)
    {
        if (_isRollingBack)
        {
            if (!_done.TryPeek(out var newest) || (newest.State, newest.Visit) != (state, visit))
                breach(
                    $"compensation of '{state}', visit {visit}, began out of turn; due was '{newest.State}', visit {newest.Visit}"
                );
        }
        // A step whose output cannot be journaled is undone at once, in its own visit.
        else if (Last is not { } last || last.Visit != visit || last.Kind == RowKind.StepCompleted)
            breach($"compensation of '{state}' began without a rollback");
    }

    /// <summary>A completed step; the sequence of its row is its place among those to undo.</summary>
    private readonly record struct Step(string State, long Visit, long Sequence);
}
