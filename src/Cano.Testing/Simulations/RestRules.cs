using Cano.Kernel;
using Cano.Runtime.Checkpoints;
using Cano.Runtime.Scope;

namespace Cano.Testing.Simulations;

/// <summary>What holds of a process whose run was told to rest: nothing begins any more, nothing fails or is
/// undone by it, no attempt is used up, what ended well in time counts, and the run rests where its rows
/// end.</summary>
internal sealed class RestRules(SimulatedProcess process, JournalRules rules)
{
    private readonly HashSet<(string State, long Visit, int Attempt, bool IsUndo)> _begun = [];
    private (string State, long Visit)? _answered;

    private bool IsToRest => process.IsSuspending && rules.IsJournaled;

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
            && !rules.LeavesNoRow(at.State)
            // What cannot be recorded is taken back at once: it belongs to its step.
            && !(isUndo && !rules.IsRollingBack)
        )
            Breach($"attempt {at.Attempt} of '{at.State}', visit {at.Visit}, began");
    }

    /// <summary>The user's code has given an answer.</summary>
    public void Answered(UserCall at)
    {
        var isInTime = process.RestsBy is not { } by || process.World.Clock.Elapsed < by;
        if (isInTime && at.Kind != UserCallKind.Undo && rules.IsOneCall(at.State))
            _answered = (at.State, at.Visit);
    }

    /// <summary>A row is durable whose writing began when the run had been told.</summary>
    public void Took(CheckpointRow row)
    {
        var fact = LoadedRows.Told(SeedRun.RunId, [row])[0].Fact;
        var cause = fact switch
        {
            Fact.RollbackStarted rollback => rollback.cause,
            Fact.Failed failed => failed.error,
            _ => null,
        };
        if (cause is not null && !process.Replay.IsFailing && !IsOfItsOwn(cause.Fault, row.State))
            Breach($"row {row.Sequence}, {row.Kind}, came of {cause}");
        if (fact is Fact.WaitStarted { Item.FailedAttempt: > 0 and var attempt } && !rules.IsRollingBack)
            Breach($"row {row.Sequence} counts attempt {attempt} of '{row.State}'");
    }

    /// <summary>The process has come to its end by itself.</summary>
    public void Ended(CanoError? error)
    {
        var isAtRest = error is { Fault.IsSuspended: true };
        var told = process.Seen.Events.Count(seen => seen.Hook == nameof(IWorkflowObserver.OnSuspended));
        if (told != (isAtRest ? 1 : 0))
            process.World.Breach($"observers heard {told} times that the run rests: {error}");
        if (isAtRest)
            JudgeRest();
        else if (IsToRest && error is not null && !process.IsTroubled && !rules.HasEnded && !IsGivenUp(error))
            Breach($"it ended with {error}");
    }

    private void JudgeRest()
    {
        if (!IsToRest)
            process.World.Breach("the run rests, and nobody told it to");
        var newest = rules.Rows[^1];
        if (rules.HasEnded && newest.Kind != RowKind.Failed)
            Breach($"it rests behind its end, row {newest.Sequence}, {newest.Kind}");
        // The store in memory answers at once.
        var known = process.World.Disk.FindAsync(SeedRun.RunId).AsTask().GetAwaiter().GetResult();
        if (known is not { Tries: 0 })
            Breach($"its rest is held against it: {known}");
        if (
            !process.IsTroubled
            // What plain work answers to one that goes back is gone.
            && !rules.IsCancelRequested
            && _answered is { } answered
            && newest.Visit <= answered.Visit
            && !rules.Rows.Any(row => (row.Visit, row.Kind) == (answered.Visit, RowKind.StepCompleted))
        )
            Breach($"'{answered.State}' answered in visit {answered.Visit}, of which no row tells");
    }

    /// <summary>The run fails whether it is told to rest or not: its time is up, say, or a body chose what
    /// must not follow. A split whose branches were cut off does not fail for it.</summary>
    private bool IsOfItsOwn(Fault fault, string state) =>
        fault.IsWorkflowTimeout
        || (fault.IsWorkflow && rules.StepOf(state) is not StepKind.Split)
        || fault.IsOutputMissing
        || (fault.IsCancelled && (process.HasHeard || process.CancellationToken.IsCancellationRequested));

    /// <summary>Its caller gave it up as well, or it had not begun.</summary>
    private bool IsGivenUp(CanoError error) =>
        rules.Rows.Count == 0
        || (error.Fault.IsCancelled && process.CancellationToken.IsCancellationRequested);

    private void Breach(string what) => process.World.Breach($"the run was told to rest, and {what}");
}
