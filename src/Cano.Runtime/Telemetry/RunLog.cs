using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Telemetry;

/// <summary>A line in the log for each thing that observers are told of a run.</summary>
/// <remarks>Rows that are not cleared and states that are not known any more are told where that is found
/// out.</remarks>
/// <param name="logger">A logger that does not throw.</param>
internal sealed partial class RunLog(ILogger logger) : IWorkflowObserver
{
    public void OnRunStart(RunPoint at) => LogStart(logger, at.RunId, at.State);

    public void OnResume(RunPoint at, long sequence) => LogResume(logger, at.RunId, at.State, sequence);

    public void OnRunEnd(RunPoint at, RunEnd end)
    {
        if (end.Error is { } error)
            LogFailure(logger, at.RunId, end.Status, at.State, error.Message);
        else
            LogEnd(logger, at.RunId, end.Status, at.State);
    }

    public void OnSuspended(RunPoint at) => LogRest(logger, at.RunId, at.State);

    public void OnStateEnter(RunPoint at) => LogState(logger, at.RunId, at.State);

    public void OnTaskStart(RunPoint at) => LogTask(logger, at.RunId, at.State, TaskOf(at));

    public void OnTaskSuccess(RunPoint at) => LogTaskSuccess(logger, at.RunId, at.State, TaskOf(at));

    public void OnTaskFailure(RunPoint at, CanoError error) =>
        LogTaskFailure(logger, at.RunId, at.State, TaskOf(at), error.Message, error.Exception);

    public void OnBranchNotNeeded(RunPoint at) => LogNotNeeded(logger, at.RunId, at.State, at.Task);

    public void OnRetry(RunPoint at, TimeSpan delay, CanoError error) =>
        LogRetry(logger, at.RunId, TaskOf(at), delay, error.Message, error.Exception);

    public void OnCircuitOpen(RunPoint at) => LogRefusal(logger, at.RunId, at.State, at.Task);

    public void OnProgress(RunPoint at, RunProgress progress) =>
        LogProgress(logger, at.RunId, at.State, at.Task, progress);

    public void OnWaiting(RunPoint at, RunWait wait) => LogWait(logger, at.RunId, at.State, wait);

    public void OnSignal(RunPoint at, string signal) => LogSignal(logger, at.RunId, at.State, signal);

    public void OnChildStart(RunPoint at, string childRunId) =>
        LogChild(logger, at.RunId, at.State, childRunId);

    public void OnCompensationStart(RunPoint at) => LogUndo(logger, at.RunId, at.State);

    public void OnCompensationSuccess(RunPoint at) => LogUndone(logger, at.RunId, at.State);

    public void OnCompensationFailure(RunPoint at, CanoError error) =>
        LogNotUndone(logger, at.RunId, at.State, error.Message, error.Exception);

    public void OnCheckpoint(RunPoint at, long sequence) => LogRow(logger, at.RunId, at.State, sequence);

    public void OnWorkflowTimeout(RunPoint at, TimeSpan elapsed, TimeSpan limit) =>
        LogTimeout(logger, at.RunId, at.State, limit);

    public void OnCancelled(RunPoint at) => LogCancelled(logger, at.RunId, at.State);

    /// <summary>A wait has a task without a name, which is the state's then.</summary>
    private static string TaskOf(RunPoint at) => at.Task.Length > 0 ? at.Task : at.State;
}
