using Cano.Kernel;

namespace Cano.Runtime.Observation;

// What takes time in a run, for those who measure it.
internal sealed partial class RunObservation
{
    private bool _attemptUnderWay;

    private bool _isWaiting;

    /// <summary>An attempt, or a row on its way to the store, begins.</summary>
    private void BeginMeasured(in Run run, Effect start)
    {
        if (!observers.HasListeners)
            return;
        var at = Point(in run);
        if (start is Effect.Append)
            observers.TellListeners(listener => listener.OnAppend(at));
        if (start is not (Effect.RunTask or Effect.Continue))
            return;
        _attemptUnderWay = true;
        observers.TellListeners(listener => listener.OnAttemptStart(at));
    }

    /// <summary>A run that waits for children goes on waiting when one has ended that is not the last. One
    /// that comes to rest meanwhile waits still.</summary>
    private void EndWait(in Run before, in Run after)
    {
        if (
            !_isWaiting
            || after.Phase
                is Phase.Waiting { Suspension.FailedAttempt: 0 }
                    or Phase.Appending { Row.Fact.IsChildEnded: true }
                    or Phase.Ended { Outcome.IsSuspended: true }
            || after.Phase.IsAwaiting
        )
            return;
        _isWaiting = false;
        var at = Point(in before);
        observers.TellListeners(listener => listener.OnWaitEnd(at));
    }

    /// <summary>The body that is under way has answered: be it that it goes on later.</summary>
    private void EndAttempt(in Run before, RunEvent happened)
    {
        if (!_attemptUnderWay || happened is not RunEvent.Answered answered || answered.Visit != before.Visit)
            return;
        _attemptUnderWay = false;
        var at = Point(in before);
        var error = answered.Answer switch
        {
            Answer.Failed { Failure: var failure } => failure.Error,
            Answer.FailedForGood { Error: var known } => known,
            { IsRefused: true } => CanoError.Of(Fault.CircuitOpen),
            _ => null,
        };
        observers.TellListeners(listener => listener.OnAttemptEnd(at, error));
    }
}
