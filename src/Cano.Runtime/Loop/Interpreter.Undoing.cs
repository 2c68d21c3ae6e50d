using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Errors;
using Cano.Runtime.Resilience;
using Cano.Runtime.Scope;
using Cano.Runtime.Steps.Sagas;
using Cano.Runtime.Time;

namespace Cano.Runtime.Loop;

// How completed steps are undone, within the time that a rollback has.
internal sealed partial class Interpreter<TState>
{
    /// <summary>What is done is undone although the clock throws: the platform's measures on then.</summary>
    private RunOptions UndoOptions =>
        Options with
        {
            Time = GuardedClock.Around(Options.Time, Options.Logger),
        };

    async ValueTask<RunEvent> IEffectHandler<ValueTask<RunEvent>>.Compensate(UndoEntry entry)
    {
        try
        {
            return await UndoAsync(entry).ConfigureAwait(false);
        }
        catch (Exception thrown)
        {
            return NotUndone(Faults.OfTask(thrown));
        }
    }

    /// <summary>A rollback goes on whatever its own chance and clock throw.</summary>
    private RunEvent NotUndone(CanoError error) =>
        RunEvent.NewCompensationFailed(
            new Failure(error, Sample(), UndoOptions.Time.GetUtcNow(), _optionalState?.RollbackEnd?.Due)
        );

    private double Sample()
    {
        try
        {
            return Options.Random.NextDouble();
        }
        catch (Exception)
        {
            return 0.5;
        }
    }

    /// <summary>Waits before a compensation is tried again: for the rollback's time at most, and on if the
    /// caller gives the run up, for it goes back already. Who wants the run to rest ends the wait.</summary>
    private async ValueTask<RunEvent> PauseAsync(WaitEnd until)
    {
        var options = UndoOptions;
        var deadline = BeginRollback(options);
        var end = until.IsAfter ? Moment.After(until.Span, options.Time) : EndOf(until.Due);
        // A delay of which a row tells.
        if (!until.IsAfter && !deadline.HasPassed && Parks(end, OptionalState.RollbackEnd?.End, null))
            return RunEvent.SuspendRequested;
        var slot = until.IsAfter ? null : await ParkAsync().ConfigureAwait(false);
        var sleeping = Delay.UntilAsync(end, null, Control?.Resting, options.Time, deadline.Tokens.Watch);
        await ThenTakeAsync(slot, sleeping).ConfigureAwait(false);
        return deadline.HasPassed
            ? RunEvent.NewRollbackTimedOut(false)
            : RunEvent.NewAnswered(_run.Visit, Answer.Woken);
    }

    public override async ValueTask<bool> UndoInTimeAsync(
        TimeSpan? limit,
        Func<TaskContext, CancellationToken, ValueTask<bool>> undo
    )
    {
        var options = UndoOptions;
        var deadline = BeginRollback(options);
        using var time = new AttemptLimit(limit, options, deadline.Tokens);
        var context = new TaskContext(this) { Carried = _run.Data };
        context.BeginUndo(_run.State, _run.Visit, 1, time.Token);
        try
        {
            return await Cancellation
                .StopGrace.AwaitAsync(undo(context, time.Token), context, options, time.Tokens.Watch)
                .ConfigureAwait(false);
        }
        catch (Exception thrown) when (time.HasPassed || deadline.HasPassed)
        {
            throw new CanoException(Faults.CompensationTimeout(context.TaskName), thrown);
        }
    }

    private async ValueTask<RunEvent> UndoAsync(UndoEntry entry)
    {
        // What was read is let go of before what came before it is undone.
        await CloseStreamAsync().ConfigureAwait(false);
        var options = UndoOptions;
        var deadline = BeginRollback(options);
        if (deadline.HasPassed)
            return RunEvent.NewRollbackTimedOut(false);
        var attempt = _run.Phase is Phase.Undoing undoing ? undoing.Attempt : 1;
        var number = Plan.NumberOf(entry.State);
        if (number < 0 || _workflow.BodyOf(number) is not CompensatableBody<TState> body)
            return NotUndone(CanoError.Of(Fault.NewOrphanedCompensation(entry.Task, entry.Output)));

        using var limit = new AttemptLimit(body.UndoTimeout, options, deadline.Tokens);
        var context = new TaskContext(this) { Carried = entry.Data };
        context.BeginUndo(number, entry.Visit, attempt, limit.Token);
        try
        {
            var undo = body.CompensateAsync(context, entry, limit.Token);
            await Cancellation
                .StopGrace.AwaitAsync(undo, context, options, limit.Tokens.Watch)
                .ConfigureAwait(false);
            return RunEvent.CompensationSucceeded;
        }
        catch (Exception) when (deadline.HasPassed)
        {
            return RunEvent.NewRollbackTimedOut(true);
        }
        catch (Exception) when (limit.HasPassed)
        {
            return NotUndone(Faults.CompensationTimeout(entry.Task));
        }
        catch (RefusedException)
        {
            // What is to be undone is not given up for it before its tries are spent.
            return NotUndone(CanoError.Of(Fault.CircuitOpen));
        }
    }

    /// <summary>The time of all compensations, which begins with the first. A run that waits between two of
    /// them takes what is left of it along.</summary>
    private AttemptLimit BeginRollback(RunOptions options)
    {
        if (OptionalState.Rollback is { } known)
            return known;
        var begun = (_run.Phase as Phase.Pausing)?.Suspension.Until;
        OptionalState.RollbackEnd =
            begun is { } end ? new SpanEnd(end, Moment.At(end))
            : Plan.RollbackTimeout is { } limit ? SpanEnd.Begin(limit, options.Time)
            : null;
        var left = OptionalState.RollbackEnd?.End.Left(options.Time);
        var rollback = new AttemptLimit(left, options, default);
        OptionalState.Rollback = rollback;
        return rollback;
    }
}
