namespace Cano;

/// <summary>Where a run was when something happened.</summary>
/// <param name="RunId">The run's id; null when it has none.</param>
/// <param name="State">The state's stable name.</param>
/// <param name="Task">The task's name; of a branch "name[index]"; empty where no task is meant.</param>
/// <param name="Attempt">Which attempt, from 1.</param>
public readonly record struct RunPoint(string? RunId, string State, string Task, int Attempt);

/// <summary>Is told what happens in runs, in order and on the run's own path: a hook should return
/// soon.</summary>
/// <remarks>A hook that throws is logged and changes nothing. Every started task, branch or compensation has
/// exactly one end; what is cut off when its run rests ends with <see cref="OnSuspended"/>. What
/// <see cref="OnRunStart"/> or <see cref="OnResume"/> began ends with <see cref="OnRunEnd"/> or
/// <see cref="OnSuspended"/>.</remarks>
public interface IWorkflowObserver
{
    /// <summary>A run begins. One that goes on after its rows is told by <see cref="OnResume"/>.</summary>
    void OnRunStart(RunPoint at) { }

    /// <summary>No more is done of the run here: it has ended, or rests for the reason in `end`, as when its
    /// store failed. The last hook of its work.</summary>
    void OnRunEnd(RunPoint at, RunEnd end) { }

    /// <summary>A state is entered; its row is not written yet.</summary>
    void OnStateEnter(RunPoint at) { }

    /// <summary>The first attempt of a task or branch begins.</summary>
    void OnTaskStart(RunPoint at) { }

    /// <summary>A task or branch succeeded.</summary>
    void OnTaskSuccess(RunPoint at) { }

    /// <summary>A task or branch failed for good, or was stopped.</summary>
    void OnTaskFailure(RunPoint at, CanoError error) { }

    /// <summary>A branch under way has stopped that the decided join of its split did not need: it has
    /// neither succeeded nor failed.</summary>
    void OnBranchNotNeeded(RunPoint at) { }

    /// <summary>An attempt failed and another one follows after the delay; `at` is the one that
    /// failed.</summary>
    void OnRetry(RunPoint at, TimeSpan delay) { }

    /// <summary>As <see cref="OnRetry(RunPoint, TimeSpan)"/>, which is told too, with what the attempt failed
    /// with. Of compensations as well.</summary>
    void OnRetry(RunPoint at, TimeSpan delay, CanoError error) { }

    /// <summary>A body says how far it is; at most ten times a second, and the last time before the body's
    /// end. Told beside the body, on no stack of its own: an observer that blocks holds it up no
    /// more than its end.</summary>
    void OnProgress(RunPoint at, RunProgress progress) { }

    /// <summary>The run begins to wait, for its time, a signal or a child; when it is resumed while it waits,
    /// once more. Not told of the delay before another attempt.</summary>
    void OnWaiting(RunPoint at, RunWait wait) { }

    /// <summary>The run has taken a signal: the row that says so is durable, and the body of the signal
    /// follows.</summary>
    void OnSignal(RunPoint at, string signal) { }

    /// <summary>The run starts a child: the row that says so is durable, and the child begins.</summary>
    void OnChildStart(RunPoint at, string childRunId) { }

    /// <summary>A completed step is about to be undone; `at` is that step. Told before the first
    /// try.</summary>
    void OnCompensationStart(RunPoint at) { }

    /// <summary>The step is undone; the row that says so is not written yet.</summary>
    void OnCompensationSuccess(RunPoint at) { }

    /// <summary>The step stays as it is: no try is left, or no time.</summary>
    void OnCompensationFailure(RunPoint at, CanoError error) { }

    /// <summary>A task's or branch's own circuit breaker refused an attempt; its failure is told next. What a
    /// body hears from a breaker that it calls itself is a failed attempt like any other.</summary>
    void OnCircuitOpen(RunPoint at) { }

    /// <summary>A row is durable; one of a pure state is in its place, and durable before the run reaches
    /// outside.</summary>
    void OnCheckpoint(RunPoint at, long sequence) { }

    /// <summary>A run goes on after its row with this sequence.</summary>
    void OnResume(RunPoint at, long sequence) { }

    /// <summary>The run exceeded its total timeout.</summary>
    void OnWorkflowTimeout(RunPoint at, TimeSpan elapsed, TimeSpan limit) { }

    /// <summary>The run was cancelled.</summary>
    void OnCancelled(RunPoint at) { }

    /// <summary>The run rests where its rows end: it was suspended, or waits, and nothing was undone. What
    /// was under way and did not end well is begun anew when the run is gone on with.</summary>
    void OnSuspended(RunPoint at) { }

    /// <summary>The rows of an ended run could not be cleared.</summary>
    void OnCheckpointClearFailed(RunPoint at, CanoError error) { }

    /// <summary>A run being resumed has a row of a state that the workflow no longer has.</summary>
    void OnUnknownResumeState(RunPoint at, long sequence) { }
}
