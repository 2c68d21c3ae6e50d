using Cano.Kernel;
using Cano.Runtime.Errors;
using Cano.Runtime.Scope;
using Cano.Runtime.Steps;
using Cano.Runtime.StoredRuns;
using Cano.Runtime.Time;

namespace Cano.Runtime.Loop;

// What is done for each effect but the common one.
internal sealed partial class Interpreter<TState> : IEffectHandler<ValueTask<RunEvent>>
{
    /// <summary>Only a split has work under way that nothing else awaits.</summary>
    ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.Await() => NextOfSplitAsync();

    async ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.RunTask(int state)
    {
        try
        {
            return await ((PerformedBody<TState>)_workflow.BodyOf(state))
                .PerformAsync(this)
                .ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            return Failed(thrown, _run.Visit);
        }
    }

    async ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.Continue(int state, Fact fact)
    {
        try
        {
            return _workflow.BodyOf(state) is WaitingBody<TState> body
                ? await body.ContinueAsync(this, fact).ConfigureAwait(false)
                : throw new CanoException(CanoError.Of(Fault.NewWorkflow(WaitsNoMore)));
        }
        catch (Exception thrown)
        {
            return Failed(thrown, _run.Visit);
        }
    }

    async ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.Append(Row row, Durability durability)
    {
        try
        {
            await _journal!.Appending.ConfigureAwait(false);
            return Written(_journal);
        }
        catch (Exception thrown)
        {
            return AppendFailed(row, thrown);
        }
    }

    private static RunEvent Written(RunJournal journal) =>
        journal.IsDeferring ? RunEvent.RowAccepted : RunEvent.RowAppended;

    async ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.Flush()
    {
        try
        {
            await _journal!.FlushAsync().ConfigureAwait(false);
            return RunEvent.Flushed;
        }
        catch (Exception thrown)
        {
            return Unstored("flush checkpoints", thrown);
        }
    }

    /// <summary>Hands a row to the store; false when its answer must be awaited.</summary>
    private bool TryAppend(Row row, Durability durability, out RunEvent happened)
    {
        happened = RunEvent.RowAppended;
        // A run that begins at an exit has nothing that could have given an output.
        if (row is { Fact.IsFinished: true, Sequence: > 0 } && MissingOutput(_run.State) is { } missing)
        {
            happened = RunEvent.NewExitRefused(missing);
            return true;
        }

        try
        {
            // The delay before another attempt is a span that begins here.
            if (row.Fact is Fact.WaitStarted { Item: { FailedAttempt: > 0, Due: { } due } })
                OptionalState.SpanEnd = new SpanEnd(due, Moment.Until(due, Options.Time));
            if (row.Fact is Fact.BranchCompleted { Item.Index: var branch })
                _split!.Commit(branch);
            var appending = Appending(_run.Durable, row, durability);
            if (!appending.IsCompleted)
                return false;
            appending.GetAwaiter().GetResult();
            happened = Written(_journal!);
        }
        catch (Exception thrown)
        {
            happened = AppendFailed(row, thrown);
        }

        return true;
    }

    /// <summary>A row that is handed to the store, unless it was handed before its answer was asked
    /// for.</summary>
    private ValueTask Appending(DurableState before, Row row, Durability durability) =>
        _journal!.Handed == row.Sequence
            ? _journal.Appending
            : _journal.Append(before, row, durability, Plan.Definition.TotalTimeout);

    private RunEvent AppendFailed(Row row, Exception thrown) =>
        Unstored(RunJournal.Doing(row.Fact, _optionalState?.OpenStream is not null), thrown);

    private RunEvent Unstored(string doing, Exception thrown)
    {
        Keep(thrown);
        return RunEvent.NewAppendFailed(Faults.OfStore(doing, thrown));
    }

    async ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.Wait(WaitEnd until)
    {
        try
        {
            if (_run.Phase is Phase.Pausing)
                return await PauseAsync(until).ConfigureAwait(false);
            return await (
                until.IsAfter ? WaitForAsync(until.Span) : WaitUntilAsync(until.IsOpen ? null : until.Due)
            ).ConfigureAwait(false);
        }
        catch (Exception thrown) when (thrown is not StoppedWaitException)
        {
            // Nothing measures the delay before another attempt: none follows.
            return _run.Phase is Phase.Waiting { Suspension.FailedAttempt: > 0 } or Phase.Pausing
                ? RunEvent.NewAnswered(_run.Visit, Answer.NewFailedForGood(Faulted(thrown)))
                : Failed(thrown, _run.Visit);
        }
    }

    private async ValueTask<RunEvent> WaitForAsync(TimeSpan span)
    {
        await Delay.ForAsync(span, Options.Time, _stop.Token).ConfigureAwait(false);
        return RunEvent.NewAnswered(_run.Visit, Answer.Woken);
    }

    private async ValueTask<RunEvent> WaitUntilAsync(DateTimeOffset? due)
    {
        var wait = ((Phase.Waiting)_run.Phase).Suspension;
        // A step's own wait belongs to its attempt, whose time may be up first.
        var limit = EndOf(wait.Until);
        var end = EndOf(due);
        var body = wait.FailedAttempt == 0 ? _workflow.BodyOf(_run.State) as WaitingBody<TState> : null;
        using var wakeUp = body?.WakeUp(this);
        while (true)
        {
            var more = wakeUp?.More();
            if (wakeUp is not null && await wakeUp.FindAsync(due).ConfigureAwait(false) is { } fact)
                return RunEvent.NewAnswered(_run.Visit, Answer.NewWokenBy(fact));
            var (left, limitLeft) = (end?.Left(Options.Time), limit?.Left(Options.Time));
            if (limitLeft <= TimeSpan.Zero && !(limitLeft >= left))
                return Failed(new CanoException(Faults.AttemptTimeout), _run.Visit);
            if (left <= TimeSpan.Zero || _stop.Token.IsCancellationRequested)
                return RunEvent.NewAnswered(_run.Visit, Answer.Woken);
            if (more is null && end is null && limit is null)
                throw new CanoException(CanoError.Of(Fault.NewWorkflow(WaitsForNothing)));
            if (IsTold(wait) && Parks(end, limit, _stop.End))
                return RunEvent.SuspendRequested;
            await SleepAsync(end, limit, more).ConfigureAwait(false);
        }
    }

    private Moment? EndOf(DateTimeOffset? due) =>
        due is { } instant ? _optionalState?.EndOf(instant) ?? Moment.At(instant) : null;

    /// <summary>Whether the newest row tells of this wait, so that a run that leaves comes back to
    /// it.</summary>
    private bool IsTold(Suspension wait) =>
        _run.Durable.Last is { Fact: Fact.WaitStarted { Item: var told } } && told.Equals(wait);

    /// <summary>Whether the run leaves until its wait is over, or one of the times that it is a part
    /// of.</summary>
    private bool Parks(Moment? end, Moment? limit, Moment? total) =>
        _journal?.Parks(end, Moment.Earlier(limit, total, Options.Time)) == true;

    /// <summary>The workflow has changed while the run waited.</summary>
    private static string WaitsNoMore =>
        "a run that has waited is in a state that does not wait any more: register it as it was, then resume "
        + "the run";

    private string WaitsForNothing =>
        $"the run waits in state '{Plan.NameOf(_run.State)}', which waits for nothing any more";

    private async ValueTask SleepAsync(Moment? end, Moment? limit, Task? more)
    {
        var slot = await ParkAsync().ConfigureAwait(false);
        await ThenTakeAsync(slot, Delay.UntilAsync(end, limit, more, Options.Time, _stop.Token))
            .ConfigureAwait(false);
    }

    /// <summary>Takes the place again that a run has given while it sleeps, also when a clock throws: whoever
    /// gives it in the end has to have it.</summary>
    private static async ValueTask ThenTakeAsync(ResumeSlot? slot, ValueTask sleeping)
    {
        try
        {
            await sleeping.ConfigureAwait(false);
        }
        finally
        {
            if (slot is not null)
                await slot.TakeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A run that sleeps takes no place from others, and dying then is not its fault. Gives what it
    /// takes a place of when it goes on.</summary>
    private async ValueTask<ResumeSlot?> ParkAsync()
    {
        if (_journal is not null)
            await _journal.RestAsync(Options.Logger).ConfigureAwait(false);
        var slot = _optionalState?.Slot;
        slot?.Give();
        return slot;
    }

    ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.Finish(Outcome outcome) =>
        throw new InvalidOperationException("The loop ends the run itself.");
}
