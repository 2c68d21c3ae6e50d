using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Errors;
using Cano.Runtime.Resilience;
using Cano.Runtime.Scope;
using Cano.Runtime.Signals;
using Cano.Runtime.Time;

namespace Cano.Runtime.Steps;

/// <summary>What a step may ask of the run that it works for, in the visit under way.</summary>
internal abstract class VisitScope<TState>(Resources resources, string? runId) : RunScope(resources, runId)
    where TState : notnull
{
    /// <summary>The visit that bodies answer for.</summary>
    public abstract long Visit { get; }

    /// <summary>The run's durable part.</summary>
    public abstract DurableState Durable { get; }

    /// <summary>The cursor with which the visit under way goes on; null on a fresh start.</summary>
    public abstract Kernel.Cursor? Cursor { get; }

    /// <summary>Signalled when the run is to stop.</summary>
    public abstract StopTokens Stop { get; }

    /// <summary>What bodies get.</summary>
    public CancellationToken StopToken => Stop.Bodies;

    /// <summary>Where signals come to the run; null where none can.</summary>
    public abstract IInbox? Inbox { get; }

    /// <summary>What only some runs have under way.</summary>
    public abstract OptionalRunState OptionalState { get; }

    /// <summary>The time of an attempt begins that may wait. Gives when it is up, for its rows to tell; null:
    /// it has all there is.</summary>
    public DateTimeOffset? BeginAttempt(TimeSpan? limit)
    {
        OptionalState.AttemptEnd = limit is { } span ? SpanEnd.Begin(span, Options.Time) : null;
        return OptionalState.AttemptEnd?.Due;
    }

    /// <summary>What is left of an attempt's time; null: all there is.</summary>
    /// <param name="until">When it is up, as <see cref="BeginAttempt"/> gave it or a row tells.</param>
    /// <exception cref="CanoException">`timeout`: nothing is left.</exception>
    public TimeSpan? LeftOfAttempt(DateTimeOffset? until)
    {
        if (until is not { } end)
            return null;
        var left = OptionalState.EndOf(end).Left(Options.Time);
        return left > TimeSpan.Zero ? left : throw new CanoException(Faults.AttemptTimeout);
    }

    /// <summary>One attempt of a body, told to stop when its time is up or the run stops.</summary>
    public abstract ValueTask<T> CallAsync<T>(
        AttemptRules rules,
        Func<TaskContext, CancellationToken, ValueTask<T>> body
    );

    /// <summary>One attempt of one step: its effect key is the step's own.</summary>
    public abstract ValueTask<T> CallStepAsync<T>(
        AttemptRules rules,
        Func<TaskContext, CancellationToken, ValueTask<T>> body
    );

    /// <summary>One attempt of a body that is never abandoned: only its own time limit is signalled, and it
    /// is awaited whatever it does.</summary>
    public abstract ValueTask<T> CallToTheEndAsync<T>(
        AttemptRules rules,
        Func<TaskContext, CancellationToken, ValueTask<T>> body
    );

    /// <summary>A last call of work that was told to stop: the grace is all the time it has.</summary>
    /// <exception cref="AbandonedException">It did not end within the grace: it stopped at its end, or was
    /// given up.</exception>
    public abstract ValueTask<T> CallInGraceAsync<T>(Func<TaskContext, CancellationToken, ValueTask<T>> body);

    /// <summary>A context for something that lasts longer than a call, with the run's own token.</summary>
    public abstract TaskContext NewContext();

    /// <summary>Undoes the visit under way in the time of a compensation, and of the rollback that begins
    /// with it.</summary>
    public abstract ValueTask<bool> UndoInTimeAsync(
        TimeSpan? limit,
        Func<TaskContext, CancellationToken, ValueTask<bool>> undo
    );

    /// <summary>Lets go of the source that is being read, if there is one. What it throws is
    /// logged.</summary>
    public abstract ValueTask CloseStreamAsync();

    /// <summary>Keeps an exception for the caller of the run, should the run fail with this
    /// attempt.</summary>
    public abstract void Keep(Exception thrown);

    /// <summary>The error of what a body threw; the exception is kept for the caller of the run.</summary>
    public abstract CanoError Faulted(Exception thrown);

    /// <summary>The task's own breaker refused the attempt. What an earlier one threw is not why the run
    /// fails.</summary>
    public abstract RunEvent Refused();

    /// <summary>Work that was told to stop has done so, and leaves nothing behind.</summary>
    public abstract RunEvent Stopped();

    /// <summary>What the visit's children or journaled branches are given was listed. What rows have listed
    /// is not asked for again.</summary>
    /// <param name="ask">Lists it, each as a row keeps it.</param>
    /// <param name="timeout">The time that children have from now on; null for all there is.</param>
    public async ValueTask<RunEvent> ListAsync(Func<ValueTask<StoredValue?[]>> ask, TimeSpan? timeout)
    {
        var listed = DurableStateModule.FanOutOf(Visit, Durable)?.Listing?.Items;
        var items = listed ?? await ask().ConfigureAwait(false);
        DateTimeOffset? due = null;
        if (timeout is { } span)
        {
            var end = SpanEnd.Begin(span, Options.Time);
            OptionalState.SpanEnd = end;
            due = end.Due;
        }

        return RunEvent.NewAnswered(Visit, Answer.NewItemsListed(Listing.Of(items, due)));
    }

    /// <summary>What a body's choice of the next state means to the kernel.</summary>
    public abstract RunEvent Answered(TState next);

    /// <summary>What it means that a step leads to an exit for which the run has no output, when no row tells
    /// of the step; null when none is missing.</summary>
    public abstract Answer? UnreturnedWithoutRows(int next);

    /// <summary>A state that the run comes to; false when the workflow does not have it.</summary>
    /// <param name="state">The state.</param>
    /// <param name="beside">How many bytes its row has of something else.</param>
    /// <param name="target">What the kernel is told.</param>
    /// <exception cref="CanoException">What it carries cannot be kept.</exception>
    public abstract bool TryTarget(TState state, long beside, out Target target);

    /// <summary>Why a state cannot follow that the workflow does not have.</summary>
    public abstract CanoError Unknown(TState state);
}
