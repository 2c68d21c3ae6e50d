using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Scope;

namespace Cano.Testing.Simulations;

/// <summary>What holds of a process whose run was told to rest: nothing begins any more, nothing fails or is
/// undone by it, no attempt is used up, what ended well in time counts, and the run rests where its rows
/// end.</summary>
internal sealed class RestRules(ProcessRun run)
{
    private readonly HashSet<(string State, long Visit, int Attempt, bool IsUndo)> _begun = [];
    private (string State, long Visit)? _answered;

    private SimulatedProcess Process => run.Process;

    private JournalRules Rules => run.Rules;

    private bool IsToRest => Process.IsSuspending && Rules.IsJournaled;

    /// <summary>The run is taken up: what was answered before and has no row is lost.</summary>
    public void TakenUp() => _answered = null;

    /// <summary>The engine calls a body or a compensation.</summary>
    public void Begins(UserCall at)
    {
        var isUndo = at.Kind == UserCallKind.Undo;
        var call = (at.State, at.Visit, at.Attempt, isUndo);
        _answered = null;
        if (!IsToRest)
            _begun.Add(call);
        else if (
            !_begun.Contains(call)
            // Routers on the way are asked.
            && !Rules.LeavesNoRow(at.State)
            // What cannot be recorded is taken back at once: it belongs to its step.
            && !(isUndo && !Rules.IsRollingBack)
        )
            Breach($"attempt {at.Attempt} of '{at.State}', visit {at.Visit}, began");
    }

    /// <summary>The user's code has given an answer.</summary>
    public void Answered(UserCall at)
    {
        var isInTime = Process.RestsBy is not { } by || Process.World.Clock.Elapsed < by;
        if (isInTime && at.Kind != UserCallKind.Undo && Rules.IsOneCall(at.State))
            _answered = (at.State, at.Visit);
    }

    /// <summary>A row is durable whose writing began when the run had been told.</summary>
    public void Took(CheckpointRow row)
    {
        var fact = LoadedRows.Told(run.Id, [row])[0].Fact;
        var cause = fact switch
        {
            Fact.RollbackStarted rollback => rollback.cause,
            Fact.Failed failed => failed.error,
            _ => null,
        };
        if (cause is not null && !run.Replay.IsFailing && !IsOfItsOwn(cause.Fault, row.State))
            Breach($"row {row.Sequence}, {row.Kind}, came of {cause}");
        if (fact is Fact.WaitStarted { Item.FailedAttempt: > 0 and var attempt } && !Rules.IsRollingBack)
            Breach($"row {row.Sequence} counts attempt {attempt} of '{row.State}'");
    }

    /// <summary>The process has come to its end by itself.</summary>
    public void Ended(CanoError? error)
    {
        var isAtRest = error is { Fault.IsSuspended: true };
        var told = Process.Seen.Events.Count(seen => seen.Hook == nameof(IWorkflowObserver.OnSuspended));
        if (told != (isAtRest ? 1 : 0))
            Process.World.Breach($"observers heard {told} times that the run rests: {error}");
        if (isAtRest)
            JudgeRest();
        else if (IsToRest && error is not null && !run.IsTroubled && !Rules.HasEnded && !IsGivenUp(error))
            Breach($"it ended with {error}");
    }

    private void JudgeRest()
    {
        if (!IsToRest)
            Process.World.Breach("the run rests, and nobody told it to");
        var newest = Rules.Rows[^1];
        if (Rules.HasEnded && newest.Kind != RowKind.Failed)
            Breach($"it rests behind its end, row {newest.Sequence}, {newest.Kind}");
        JudgeLeft();
    }

    /// <summary>Nobody works on the run any more, which has not ended.</summary>
    public void JudgeLeft()
    {
        // The store in memory answers at once.
        var known = Process.World.Disk.FindAsync(run.Id).AsTask().GetAwaiter().GetResult();
        if (known is not { Tries: 0 })
            Breach($"its rest is held against it: {known}");
        var newest = Rules.Rows[^1];
        if (
            !run.IsTroubled
            // What plain work answers to one that goes back is gone.
            && !Rules.IsCancelRequested
            && !Rules.IsRollingBack
            && _answered is { } answered
            && newest.Visit <= answered.Visit
            && !Rules.Rows.Any(row => (row.Visit, row.Kind) == (answered.Visit, RowKind.StepCompleted))
        )
            Breach($"'{answered.State}' answered in visit {answered.Visit}, of which no row tells");
    }

    /// <summary>The run fails whether it is told to rest or not: its time is up, say, or a body chose what
    /// must not follow. A split whose branches were cut off does not fail for it.</summary>
    private bool IsOfItsOwn(Fault fault, string state) =>
        fault.IsWorkflowTimeout
        || Rules.StepOf(state) is StepKind.Children
        || (fault.IsWorkflow && Rules.StepOf(state) is not StepKind.Split)
        || fault.IsOutputMissing
        || (fault.IsCancelled && (run.HasHeard || Process.CancellationToken.IsCancellationRequested));

    /// <summary>Its caller gave it up as well, or it had not begun.</summary>
    private bool IsGivenUp(CanoError error) =>
        Rules.Rows.Count == 0
        || (error.Fault.IsCancelled && Process.CancellationToken.IsCancellationRequested);

    private void Breach(string what) =>
        Process.World.Breach(
            $"{(run.Id == SeedRun.RunId ? "the run" : $"child '{run.Id}'")} was told to rest, and {what}"
        );
}
