using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Telemetry;

// The lines. A number, once given, means the same for ever.
internal sealed partial class RunLog
{
    [LoggerMessage(100, LogLevel.Debug, "Run {RunId} begins in state {State}")]
    private static partial void LogStart(ILogger logger, string? runId, string state);

    [LoggerMessage(101, LogLevel.Information, "Run {RunId} goes on in state {State} behind row {Sequence}")]
    private static partial void LogResume(ILogger logger, string? runId, string state, long sequence);

    [LoggerMessage(102, LogLevel.Debug, "Run {RunId} is {Status} in state {State}")]
    private static partial void LogEnd(ILogger logger, string? runId, RunStatus status, string state);

    [LoggerMessage(103, LogLevel.Warning, "Run {RunId} is {Status} in state {State}: {Error}")]
    private static partial void LogFailure(
        ILogger logger,
        string? runId,
        RunStatus status,
        string state,
        string error
    );

    [LoggerMessage(104, LogLevel.Debug, "Run {RunId} rests in state {State}")]
    private static partial void LogRest(ILogger logger, string? runId, string state);

    [LoggerMessage(105, LogLevel.Debug, "Run {RunId} enters state {State}")]
    private static partial void LogState(ILogger logger, string? runId, string state);

    [LoggerMessage(106, LogLevel.Debug, "Run {RunId}, state {State}: task {Task} begins")]
    private static partial void LogTask(ILogger logger, string? runId, string state, string task);

    [LoggerMessage(107, LogLevel.Information, "Run {RunId}, state {State}: task {Task} succeeded")]
    private static partial void LogTaskSuccess(ILogger logger, string? runId, string state, string task);

    [LoggerMessage(108, LogLevel.Error, "Run {RunId}, state {State}: task {Task} failed: {Error}")]
    private static partial void LogTaskFailure(
        ILogger logger,
        string? runId,
        string state,
        string task,
        string error,
        Exception? thrown
    );

    [LoggerMessage(109, LogLevel.Debug, "Run {RunId}, state {State}: the join is decided without {Task}")]
    private static partial void LogNotNeeded(ILogger logger, string? runId, string state, string task);

    [LoggerMessage(110, LogLevel.Warning, "Run {RunId}: task {Task} is tried again in {Delay}: {Error}")]
    private static partial void LogRetry(
        ILogger logger,
        string? runId,
        string task,
        TimeSpan delay,
        string error,
        Exception? thrown
    );

    [LoggerMessage(
        111,
        LogLevel.Warning,
        "Run {RunId}, state {State}: the circuit breaker of task {Task} refused an attempt"
    )]
    private static partial void LogRefusal(ILogger logger, string? runId, string state, string task);

    [LoggerMessage(112, LogLevel.Debug, "Run {RunId}, state {State}: task {Task} is at {Progress}")]
    private static partial void LogProgress(
        ILogger logger,
        string? runId,
        string state,
        string task,
        RunProgress progress
    );

    [LoggerMessage(113, LogLevel.Debug, "Run {RunId} waits in state {State} {Wait}")]
    private static partial void LogWait(ILogger logger, string? runId, string state, RunWait wait);

    [LoggerMessage(114, LogLevel.Debug, "Run {RunId} takes signal {Signal} in state {State}")]
    private static partial void LogSignal(ILogger logger, string? runId, string state, string signal);

    [LoggerMessage(115, LogLevel.Debug, "Run {RunId} starts child {ChildRunId} in state {State}")]
    private static partial void LogChild(ILogger logger, string? runId, string state, string childRunId);

    [LoggerMessage(116, LogLevel.Debug, "Run {RunId}: what state {State} did is to be undone")]
    private static partial void LogUndo(ILogger logger, string? runId, string state);

    [LoggerMessage(117, LogLevel.Information, "Run {RunId}: what state {State} did is undone")]
    private static partial void LogUndone(ILogger logger, string? runId, string state);

    [LoggerMessage(118, LogLevel.Error, "Run {RunId}: what state {State} did could not be undone: {Error}")]
    private static partial void LogNotUndone(
        ILogger logger,
        string? runId,
        string state,
        string error,
        Exception? thrown
    );

    [LoggerMessage(119, LogLevel.Debug, "Run {RunId}, state {State}: row {Sequence} is written")]
    private static partial void LogRow(ILogger logger, string? runId, string state, long sequence);

    [LoggerMessage(120, LogLevel.Warning, "Run {RunId} has taken longer than {Limit}, in state {State}")]
    private static partial void LogTimeout(ILogger logger, string? runId, string state, TimeSpan limit);

    [LoggerMessage(121, LogLevel.Warning, "Run {RunId} is cancelled in state {State}")]
    private static partial void LogCancelled(ILogger logger, string? runId, string state);
}
