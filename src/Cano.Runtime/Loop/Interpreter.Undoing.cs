using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Errors;
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
            return RunEvent.NewCompensationFailed(Faults.OfTask(thrown));
        }
    }

    public override async ValueTask<bool> UndoInTimeAsync(
        TimeSpan? limit,
        Func<TaskContext, CancellationToken, ValueTask<bool>> undo
    )
    {
        var options = UndoOptions;
        var deadline = BeginRollback(options);
        using var time = new AttemptLimit(limit, options, deadline.Tokens);
        var context = new TaskContext(this);
        context.BeginUndo(_run.State, _run.Visit, time.Token);
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
        var number = Plan.NumberOf(entry.State);
        if (number < 0 || _workflow.BodyOf(number) is not CompensatableBody<TState> body)
            return RunEvent.NewCompensationFailed(
                CanoError.Of(Fault.NewOrphanedCompensation(entry.Task, entry.Output))
            );

        using var limit = new AttemptLimit(body.AttemptTimeout, options, deadline.Tokens);
        var context = new TaskContext(this);
        context.BeginUndo(number, entry.Visit, limit.Token);
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
            return RunEvent.NewCompensationFailed(Faults.CompensationTimeout(entry.Task));
        }
    }

    /// <summary>The time of all compensations, which begins with the first.</summary>
    private AttemptLimit BeginRollback(RunOptions options) =>
        OptionalState.Rollback ??= new AttemptLimit(Plan.RollbackTimeout, options, default);
}
