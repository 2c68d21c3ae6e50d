using Cano.Kernel;

namespace Cano.Runtime.Observation;

/// <summary>The hooks of observers as a projection of one run's events.</summary>
internal sealed partial class RunObservation(
    Observers observers,
    Plan plan,
    Func<Observers, IProgressReports> reports,
    string? runId
)
{
    // A task is under way from its first attempt to its last, waits between them included.
    private bool _taskUnderWay;

    // Likewise of a compensation.
    private bool _undoUnderWay;

    // A body may fail with the cancellation or the timeout of another run, which is not this one's.
    private bool _isToldToStop;

    /// <summary>The kernel has answered an event.</summary>
    /// <param name="before">The run it was told to.</param>
    /// <param name="happened">The event.</param>
    /// <param name="after">The run that follows.</param>
    /// <param name="start">What is started.</param>
    public void Stepped(in Run before, RunEvent happened, in Run after, Effect start)
    {
        // A stop may have come before the run has taken a step.
        if (before is { Phase.IsReady: true, Visit: < 0 } && !after.Phase.IsReady)
            Began(in after);
        if (before.Phase is Phase.Appending appending && (happened.IsRowAppended || happened.IsRowAccepted))
            Recorded(appending.Row);
        TellRest(happened);
        if (IsStop(happened, in before))
            _isToldToStop = true;
        if (before is { Phase.IsReady: true, Visit: >= 0 } && !after.Phase.IsReady)
            Resumed(in before, in after, start);
        EndAttempt(in before, happened);
        EndWait(in before, in after);
        EndTask(in before, happened, in after, start);
        EndUndo(in before, happened, in after, start);
        if (Cause(in before) is null && Cause(in after) is { } cause)
            Failed(in after, cause);
        if (after.Visit != before.Visit)
            Entered(in after);
        if (after.Phase is Phase.Ended { Outcome.IsSuspended: true })
            Suspended(in after);
        if (start is Effect.RunTask or Effect.Continue && !_taskUnderWay)
            Begin(in after);
        if (start is Effect.Wait && after.Phase is Phase.Waiting { Suspension: { FailedAttempt: 0 } wait })
            Waits(in after, WaitedFor.In(plan, plan.NameOf(after.State), wait));
        if (
            start is Effect.AwaitChildren { Children: var children }
            && before.Phase is not Phase.Appending { Row.Fact.IsChildEnded: true }
        )
            Waits(
                in after,
                new RunWait(FanOutModule.Due(children), [], FanOutModule.NewestUnderWay(children))
            );
        if (start is Effect.Compensate && !_undoUnderWay)
            BeginUndo(in after);
        BeginMeasured(in after, start);
        if (after.Phase.IsEnded)
            _progress?.Close();
    }

    /// <summary>No more is done of the run here.</summary>
    public void Ended(in Run run, RunEnd end)
    {
        _progress?.Close();
        var at = Point(in run);
        observers.Tell(observer => observer.OnRunEnd(at, end));
    }

    /// <summary>What the run waits for cannot be looked at: it goes on when it is taken up again.</summary>
    public void Stopped(in Run run)
    {
        _progress?.Close();
        Suspended(in run);
    }

    public void ClearFailed(in Run run, CanoError error)
    {
        var at = Point(in run);
        observers.Tell(observer => observer.OnCheckpointClearFailed(at, error));
    }

    /// <summary>Without a journal a run cannot rest: it is cancelled instead.</summary>
    private static bool IsStop(RunEvent happened, in Run run) =>
        happened.IsCallerCancelled
        || happened.IsDeadlinePassed
        || happened.IsCancelRequested
        || (happened.IsSuspendRequested && !run.Journaled);

    private void Recorded(Row row)
    {
        var at = new RunPoint(runId, row.State, row.Task, 1);
        observers.Tell(observer => observer.OnCheckpoint(at, row.Sequence));
        if (row.Fact is Fact.SignalTaken { Item.Name: var signal })
            observers.Tell(observer => observer.OnSignal(at, signal));
        if (row.Fact is Fact.ChildStarted { Item.RunId: var child })
            observers.Tell(observer => observer.OnChildStart(at, child));
    }

    private void Resumed(in Run before, in Run after, Effect start)
    {
        var at = Point(in after);
        var sequence = after.Durable.Sequence - 1;
        observers.Tell(observer => observer.OnResume(at, sequence));
        // The interrupted state begins again, with a fresh row; one that follows a completed step is a visit
        // of its own.
        if (after.Visit == before.Visit && start is Effect.Append { Row.Fact.IsStateEntered: true })
            Entered(in after);
    }

    private void Entered(in Run run)
    {
        var at = Point(in run);
        observers.Tell(observer => observer.OnStateEnter(at));
    }

    private void Begin(in Run run)
    {
        _taskUnderWay = true;
        var at = Point(in run);
        observers.Tell(observer => observer.OnTaskStart(at));
    }

    private void EndTask(in Run before, RunEvent happened, in Run after, Effect start)
    {
        if (!_taskUnderWay)
            return;
        var at = Point(in before);
        var answer = (happened as RunEvent.Answered)?.Answer;
        if (answer is { IsRefused: true })
            observers.Tell(observer => observer.OnCircuitOpen(at));
        if (
            answer is Answer.Failed { Failure: var failure }
            && DelayOf(Coming(in after, start), failure) is { } delay
        )
            Retries(at, delay, failure.Error);

        // A completed step has succeeded whatever follows: it is recorded and can be undone, unless the
        // journal has failed by then. A router whose choice is refused may leave a row before it fails.
        var isDone =
            (
                answer is { IsCompleted: true }
                && before.Phase is not Phase.Stopping { Cause.Fault.IsCheckpointStore: true }
            )
            || (
                answer is { IsSucceeded: true }
                && before.Phase.IsRunning
                && Cause(in after) is null
                && after.Phase is not Phase.Appending { Sequel: Sequel.Fail }
            );
        if (!isDone)
            return;
        _taskUnderWay = false;
        observers.Tell(observer => observer.OnTaskSuccess(at));
    }

    private void Failed(in Run run, CanoError cause)
    {
        var at = Point(in run);
        if (_taskUnderWay)
            observers.Tell(observer => observer.OnTaskFailure(at, cause));
        _taskUnderWay = false;
        observers.TellListeners(listener => listener.OnFailing(at, cause));
        // A row of an earlier process may say it.
        if (!_isToldToStop && run.Durable.Cancel is null)
            return;
        if (cause.Fault.IsCancelled)
            observers.Tell(observer => observer.OnCancelled(at));
        else if (cause.Fault is Fault.WorkflowTimeout timeout)
            observers.Tell(observer => observer.OnWorkflowTimeout(at, timeout.Elapsed, timeout.Limit));
    }

    private void Began(in Run run)
    {
        var at = Point(in run);
        observers.Tell(observer => observer.OnRunStart(at));
    }

    private void Waits(in Run run, RunWait wait)
    {
        _isWaiting = true;
        var at = Point(in run);
        observers.Tell(observer => observer.OnWaiting(at, wait));
    }

    private void Retries(RunPoint at, TimeSpan delay, CanoError error)
    {
        observers.Tell(observer => observer.OnRetry(at, delay));
        observers.Tell(observer => observer.OnRetry(at, delay, error));
    }

    private void BeginUndo(in Run run)
    {
        if (run.Phase is not Phase.Undoing undoing)
            return;
        _undoUnderWay = true;
        var at = UndoPoint(undoing);
        observers.Tell(observer => observer.OnCompensationStart(at));
    }

    private void EndUndo(in Run before, RunEvent happened, in Run after, Effect start)
    {
        if (!_undoUnderWay || UndoneIn(in before) is not { } at)
            return;
        if (happened is RunEvent.CompensationFailed { Failure: var failure })
        {
            if (DelayOf(start, failure) is { } delay)
                Retries(at, delay, failure.Error);
            // One that is cut off when its run rests is undone once more.
            else if (after.Phase is not Phase.Ended { Outcome.IsSuspended: true })
                Fails(at, failure.Error);
        }
        else if (happened.IsCompensationSucceeded)
        {
            _undoUnderWay = false;
            observers.Tell(observer => observer.OnCompensationSuccess(at));
        }
        else if (happened.IsRollbackTimedOut && Cause(in after) is { Errors: [.., var last] })
            Fails(at, last);
    }

    private void Fails(RunPoint at, CanoError error)
    {
        _undoUnderWay = false;
        observers.Tell(observer => observer.OnCompensationFailure(at, error));
    }

    private RunPoint? UndoneIn(in Run run) =>
        run.Phase switch
        {
            Phase.Undoing undoing => UndoPoint(undoing),
            Phase.Pausing pausing => new(
                runId,
                pausing.Entry.State,
                pausing.Entry.Task,
                pausing.Suspension.FailedAttempt
            ),
            _ => null,
        };

    private RunPoint UndoPoint(Phase.Undoing undoing) =>
        new(runId, undoing.Entry.State, undoing.Entry.Task, undoing.Attempt);

    private void Suspended(in Run run)
    {
        _taskUnderWay = false;
        _undoUnderWay = false;
        var at = Point(in run);
        observers.Tell(observer => observer.OnSuspended(at));
    }

    /// <summary>Why a run has failed or is failing; null while it goes forward.</summary>
    private static CanoError? Cause(in Run run) =>
        run.Phase switch
        {
            Phase.Ended { Outcome: Outcome.Failed failed } => failed.Error,
            Phase.Appending { Row.Fact: Fact.RollbackStarted started } => started.cause,
            Phase.Appending { Row.Fact: Fact.Failed failed } => failed.error,
            // A cancelled run with nothing to undo.
            Phase.Appending { Row.Fact: Fact.RollbackFinished finished } => finished.outcome,
            _ => run.Durable.Rollback?.Cause ?? (run.Durable.Last?.Fact as Fact.RollbackFinished)?.outcome,
        };

    /// <summary>What begins, be it behind a flush.</summary>
    private static Effect Coming(in Run after, Effect start) =>
        after.Phase is Phase.Flushing flushing ? flushing.Start : start;

    private static TimeSpan? DelayOf(Effect start, Failure failure) =>
        start switch
        {
            Effect.Wait { Until: { IsAfter: true, Span: var span } } => span,
            Effect.Append { Row.Fact: Fact.WaitStarted { Item: var wait } } => wait.Due - failure.Now,
            _ => null,
        };

    private RunPoint Point(in Run run)
    {
        var node = plan.Node(run.State);
        return new RunPoint(runId, node.Name, node.Task, run.Attempt);
    }
}
